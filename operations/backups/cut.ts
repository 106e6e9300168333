/**
 * The cut: the one moment whose state a backup holds. What lies outside the graph is carried ahead while others write;
 * then, while nobody changes index or contents, a view of the graph is opened and what is still missing is carried. From
 * there on the view alone is read, and all go on. What waits meanwhile is indexing, for as long as the rest takes;
 * searches, submissions and all other writes do not.
 */

import { type EmbedderIdentity, isSameEmbedder } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphSnapshot } from '../../stores/graph/graph-store.ts';
import { indexState } from '../../stores/graph/statements/knowledge.ts';
import { countNodes } from '../../stores/graph/statements/transfer.ts';
import type { Installation } from '../move/move.ts';
import type { Summary } from '../move/summary.ts';
import { type AheadTools, carryAhead, carryRest } from './ahead.ts';
import type { GoldenQuery } from './manifest.ts';
import { createOutsideGraph } from './outside-graph.ts';
import type { PartWriter } from './part-writer.ts';
import { askGolden } from './samples.ts';

/** Runs while nobody else changes index or contents. */
export type Alone = <Value>(run: () => Promise<Value>) => Promise<Value>;

export interface CutTools extends Omit<AheadTools, 'graph' | 'outside'> {
  readonly source: Installation;
  readonly alone: Alone;
  readonly writer: PartWriter;
  readonly now: () => Date;
}

export interface Cut {
  /** To be closed by whoever asked for it. */
  readonly snapshot: GraphSnapshot;
  readonly cutAt: string;
  /** Of those that the view refers to. */
  readonly contents: Summary;
  readonly embedder: EmbedderIdentity | null;
  /** Whether the indexes had all that the graph had. */
  readonly indexed: boolean;
  readonly golden: readonly GoldenQuery[];
}

export async function makeCut(tools: CutTools): Promise<Cut> {
  const { source, alone, writer, signal, now } = tools;
  const live = await source.vectors.current();
  const streams = { contents: writer.open('contents'), vectors: writer.open('vectors') };
  const outside = createOutsideGraph({ ...source, index: live.name, streams, signal });
  await carryAhead({ ...tools, graph: source.graph, outside });
  return alone(async () => {
    const current = await source.vectors.current();
    if (current.name !== live.name || !isSameEmbedder(current.embedder, live.embedder)) throw reembedded();
    const snapshot = await source.graph.openSnapshot();
    try {
      const cutAt = now().toISOString();
      const contents = await carryRest({ ...tools, graph: snapshot, outside });
      await streams.contents.end();
      await streams.vectors.end();
      const [wanted = 0] = await snapshot.read(indexState(), { signal });
      const indexed = (await source.vectors.revision(live.name)) >= wanted;
      const golden = indexed ? await askStill(snapshot, tools, live.name) : [];
      return { snapshot, cutAt, contents, embedder: live.embedder, indexed, golden };
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  });
}

/** None where the index holds what the graph does not: documents under way are put there first, and weigh on others. */
async function askStill(
  snapshot: GraphSnapshot,
  { source, scope, signal }: CutTools,
  index: string,
): Promise<readonly GoldenQuery[]> {
  const [chunks = 0] = await snapshot.read(countNodes('Chunk'), { signal });
  const isStill = async () => (await source.vectors.size(index)).chunks === chunks;
  if (!(await isStill())) return [];
  const golden = await askGolden(snapshot, source.vectors, scope, signal);
  return (await isStill()) ? golden : [];
}

function reembedded(): Problem {
  return new Problem(
    'CONFLICT',
    'The index was switched to another embedder while it was backed up. Begin the backup again.',
  );
}
