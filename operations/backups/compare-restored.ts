/** Whether what was restored is what was backed up: counts and checksums, a few neighbourhoods, and golden queries. */

import { isSameEmbedder } from '../../model/embedding.ts';
import { BY_ID, IN_ANY_ORDER, KINDS, type SummingWay } from '../move/compare.ts';
import type { Installation } from '../move/installation.ts';
import { viewOf } from './graph-view.ts';
import { ANY_ORDER_FORMAT, type SetManifest } from './manifest.ts';
import { differingGolden, differingNeighbourhoods } from './samples.ts';
import { sideBySide } from './side-by-side.ts';

export interface CompareRestoredOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** What differs, in sentences; empty where nothing does. Of an installation that holds nothing but the set. */
export async function compareRestored(
  manifest: SetManifest,
  restored: Installation,
  { signal, onProgress }: CompareRestoredOptions,
): Promise<readonly string[]> {
  const way = manifest.setFormat < ANY_ORDER_FORMAT ? BY_ID : IN_ANY_ORDER;
  const findings = await differingKinds(manifest, restored, { signal, onProgress, way });
  const view = viewOf(restored.graph, signal);
  const around = await differingNeighbourhoods(view, manifest.neighbourhoods, way.create);
  findings.push(...around.map(({ entityId }) => `The neighbourhood of ${entityId} is another one.`));
  const { embedder } = await restored.vectors.current();
  if (!manifest.indexed || !isSameEmbedder(embedder, manifest.embedder)) return findings;
  const asked = await differingGolden(restored.vectors, manifest.golden);
  findings.push(...asked.map(({ text }) => `"${text}" is answered otherwise.`));
  return findings;
}

/** Contents lie in an engine of their own, and so are summed up beside the graph. */
async function differingKinds(
  { summaries }: SetManifest,
  restored: Installation,
  { signal, onProgress, way }: CompareRestoredOptions & { readonly way: SummingWay },
): Promise<string[]> {
  const findings: string[] = [];
  let done = 0;
  const lane = (kinds: typeof KINDS) => async (stopping: AbortSignal) => {
    for (const [what, summarise] of kinds) {
      onProgress(done, KINDS.length);
      const wanted = summaries[what];
      const found = wanted && (await summarise(restored, stopping, way));
      if (found?.checksum !== wanted?.checksum)
        findings.push(
          `${what}: there are ${found?.count}, and ${wanted?.count} were backed up, or some differ.`,
        );
      done += 1;
    }
    onProgress(done, KINDS.length);
  };
  const isOutside = ([what]: (typeof KINDS)[number]) => what === 'content';
  const ofGraph = KINDS.filter((kind) => !isOutside(kind));
  await sideBySide(signal, [lane(ofGraph), lane(KINDS.filter(isOutside))]);
  return findings;
}
