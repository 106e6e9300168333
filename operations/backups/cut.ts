/**
 * The cut: the one moment whose state a backup holds. What lies outside the graph is carried ahead while others write;
 * then, while nobody changes index or contents, a view of the graph is opened and what is still missing is carried. From
 * there on the view alone is read, and all go on. What waits meanwhile is indexing, for as long as the rest takes;
 * searches, submissions and all other writes do not. Where the engine has writers wait for its view, they do so while the
 * view is read into a file, and no longer.
 */

import { join } from 'node:path';

import { type EmbedderIdentity, isSameEmbedder } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';
import type { Installation } from '../move/installation.ts';
import type { Summary } from '../move/summary.ts';
import { type AheadTools, carryAhead, carryRest } from './ahead.ts';
import { type AheadNotes, openAheadNotes } from './ahead-notes.ts';
import { type GraphView, viewOf } from './graph-view.ts';
import type { GoldenQuery } from './manifest.ts';
import { createOutsideGraph } from './outside-graph.ts';
import type { PartWriter } from './part-writer.ts';
import { askGolden } from './samples.ts';
import { labelsOf } from './scope.ts';
import { spool } from './spool.ts';

/** Runs while nobody else changes index or contents. */
export type Alone = <Value>(run: () => Promise<Value>) => Promise<Value>;

export interface CutTools extends Omit<AheadTools, 'outside' | 'notes'> {
  readonly source: Installation;
  /** Folder of what only this backup needs. */
  readonly scratch: string;
  readonly alone: Alone;
  readonly writer: PartWriter;
  readonly now: () => Date;
}

/** The graph as it was at the cut; to be closed by whoever asked for it. */
interface CutGraph {
  readonly graph: GraphView;
  readonly revision: number;
  readonly close: () => Promise<void>;
}

export interface Cut extends CutGraph {
  readonly cutAt: string;
  /** Of those that the view refers to. */
  readonly contents: Summary;
  readonly embedder: EmbedderIdentity | null;
  /** Whether the indexes had all that the graph had. */
  readonly indexed: boolean;
  readonly golden: readonly GoldenQuery[];
}

export async function makeCut(tools: CutTools): Promise<Cut> {
  const notes = openAheadNotes(join(tools.scratch, 'ahead.sqlite'));
  try {
    return await cutWith(tools, notes);
  } finally {
    notes.close();
  }
}

async function cutWith(tools: CutTools, notes: AheadNotes): Promise<Cut> {
  const { source, alone, writer, now } = tools;
  const live = await source.vectors.current();
  const streams = { contents: writer.open('contents'), vectors: writer.open('vectors') };
  const outside = createOutsideGraph({ ...source, index: live.name, embedder: live.embedder, streams });
  await carryAhead({ ...tools, outside, notes }, source.graph);
  return alone(async () => {
    const current = await source.vectors.current();
    if (current.name !== live.name || !isSameEmbedder(current.embedder, live.embedder)) throw reembedded();
    const cutAt = now().toISOString();
    const cut = await cutGraph(tools);
    try {
      const contents = await carryRest({ ...tools, outside, notes }, cut.graph);
      await streams.contents.end();
      await streams.vectors.end();
      const indexed = (await source.vectors.revision(live.name)) >= (await cut.graph.indexedTo());
      const golden = indexed ? await askStill(cut.graph, tools, live.name) : [];
      return { ...cut, cutAt, contents, embedder: live.embedder, indexed, golden };
    } catch (error) {
      await cut.close();
      throw error;
    }
  });
}

async function cutGraph({ source, scope, scratch, signal }: CutTools): Promise<CutGraph> {
  const snapshot = await source.graph.openSnapshot();
  const { revision, isBrief, close } = snapshot;
  if (!isBrief) return { graph: viewOf(snapshot, signal), revision, close };
  try {
    const labels = [...new Set([...labelsOf(scope), 'IndexState' as const])];
    const file = await spool(snapshot, { path: join(scratch, 'graph.sqlite'), labels, signal });
    return { graph: file, revision, close: async () => file.close() };
  } finally {
    await close();
  }
}

/** None where the index holds what the graph does not: documents under way are put there first, and weigh on others. */
async function askStill(
  graph: GraphView,
  { source, scope }: CutTools,
  index: string,
): Promise<readonly GoldenQuery[]> {
  const chunks = await graph.count('Chunk');
  const isStill = async () => (await source.vectors.size(index)).chunks === chunks;
  if (!(await isStill())) return [];
  const golden = await askGolden(graph, source.vectors, scope);
  return (await isStill()) ? golden : [];
}

function reembedded(): Problem {
  return new Problem(
    'CONFLICT',
    'The index was switched to another embedder while it was backed up. Begin the backup again.',
  );
}
