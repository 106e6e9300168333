/** Whether what was restored is what was backed up: counts and checksums, a few neighbourhoods, and golden queries. */

import { isSameEmbedder } from '../../model/embedding.ts';
import { BY_ID, IN_ANY_ORDER, KINDS } from '../move/compare.ts';
import type { Installation } from '../move/move.ts';
import { viewOf } from './graph-view.ts';
import { ANY_ORDER_FORMAT, type SetManifest } from './manifest.ts';
import { differingGolden, differingNeighbourhoods } from './samples.ts';

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
  const findings: string[] = [];
  const way = manifest.setFormat < ANY_ORDER_FORMAT ? BY_ID : IN_ANY_ORDER;
  for (const [at, [what, summarise]] of KINDS.entries()) {
    onProgress(at, KINDS.length);
    const wanted = manifest.summaries[what];
    if (wanted === undefined) continue;
    const found = await summarise(restored, signal, way);
    if (found.checksum !== wanted.checksum)
      findings.push(`${what}: there are ${found.count}, and ${wanted.count} were backed up, or some differ.`);
  }
  onProgress(KINDS.length, KINDS.length);
  const view = viewOf(restored.graph, signal);
  const around = await differingNeighbourhoods(view, manifest.neighbourhoods, way.create);
  findings.push(...around.map(({ entityId }) => `The neighbourhood of ${entityId} is another one.`));
  const { embedder } = await restored.vectors.current();
  if (!manifest.indexed || !isSameEmbedder(embedder, manifest.embedder)) return findings;
  const asked = await differingGolden(restored.vectors, manifest.golden);
  findings.push(...asked.map(({ text }) => `"${text}" is answered otherwise.`));
  return findings;
}
