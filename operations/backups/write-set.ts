/** Writes all parts of a set: what lies outside the graph, the graph as it was at the cut, and files of the installation. */

import { readFile } from 'node:fs/promises';
import {
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  countNodes,
} from '../../stores/graph/statements/transfer.ts';
import { LABELS_WITH_CONTENTS } from '../move/carry-contents.ts';
import { readAhead } from '../move/read-ahead.ts';
import { canonical, createSummary, edgeLine, type Summary } from '../move/summary.ts';
import { type Cut, type CutTools, makeCut } from './cut.ts';
import type { GraphView } from './graph-view.ts';
import type { Neighbourhood, PartEntry } from './manifest.ts';
import { sampleNeighbourhoods } from './samples.ts';
import { edgesInScope, edgesOfAll, filterOf, type ScopeFilter } from './scope.ts';

const EDGES_OF_CHUNKS = ['MENTIONS', 'STATES'] as const satisfies readonly CarriedEdge[];
/** Both ends of these may be anywhere. */
const EDGES_APART = ['RELATES', 'NAMES'] as const satisfies readonly Exclude<
  CarriedEdge,
  (typeof EDGES_OF_CHUNKS)[number]
>[];

/** A file of the installation, by the name that it has in the set. */
export interface InstallationFile {
  readonly name: string;
  readonly path: string;
}

export interface WriteTools extends Omit<CutTools, 'onCarried'> {
  /** What the whole installation has beside its engines. */
  readonly files: readonly InstallationFile[];
  readonly onProgress: (step: string, done: number, total: number) => void;
}

export interface WrittenSet extends Omit<Cut, 'graph' | 'close' | 'contents'> {
  readonly summaries: Readonly<Record<string, Summary>>;
  readonly neighbourhoods: readonly Neighbourhood[];
  readonly parts: readonly PartEntry[];
}

export async function writeSet(tools: WriteTools): Promise<WrittenSet> {
  const progress = await createProgress(tools);
  const { graph, close, contents, ...cut } = await makeCut({ ...tools, onCarried: progress.add });
  try {
    const filter = await filterOf(tools.scope, graph);
    const summaries: Record<string, Summary> = { content: contents };
    for (const label of filter.labels) {
      progress.enter(label);
      if (label === 'Chunk') Object.assign(summaries, await writeChunks(tools, graph, filter, progress.add));
      else summaries[label] = await writeNodes(tools, graph, label, filter, progress.add);
    }
    for (const edge of EDGES_APART) {
      progress.enter(edge);
      summaries[edge] = await writeEdges(tools, graph, edge, filter);
    }
    if (tools.scope.kind === 'INSTALLATION') await writeFiles(tools);
    const neighbourhoods = await sampleNeighbourhoods(graph, filter);
    const parts = await tools.writer.finish();
    return { ...cut, summaries, neighbourhoods, parts };
  } finally {
    await close();
  }
}

async function createProgress({ source, onProgress }: Pick<WriteTools, 'source' | 'onProgress'>) {
  const count = async (label: CarriedLabel) => (await source.graph.read(countNodes(label)))[0] ?? 0;
  const counts = await Promise.all([...LABELS_WITH_CONTENTS, ...CARRIED_LABELS].map(count));
  let total = counts.reduce((sum, each) => sum + each, 0);
  let [done, step] = [0, 'contents and vectors'];
  const tell = () => onProgress(step, Math.min(done, total), total);
  tell();
  return {
    enter: (next: string) => {
      step = next;
      tell();
    },
    add: (nodes: number) => {
      done += nodes;
      total = Math.max(total, done);
      tell();
    },
  };
}

async function writeNodes(
  { writer, signal }: WriteTools,
  graph: GraphView,
  label: CarriedLabel,
  filter: ScopeFilter,
  onWritten: (nodes: number) => void,
): Promise<Summary> {
  const stream = writer.open(`node:${label}`);
  const summary = createSummary();
  for await (const nodes of readAhead(graph.nodePages(label))) {
    signal.throwIfAborted();
    const wanted = nodes.filter(({ properties }) => filter.hasNode(label, properties));
    for (const { properties } of wanted) summary.add(canonical(properties));
    await stream.add(wanted.map(({ id, properties }) => ({ key: id, header: { id, properties } })));
    onWritten(nodes.length);
  }
  await stream.end();
  return summary.end();
}

async function writeEdges(
  { writer, scope, signal }: WriteTools,
  graph: GraphView,
  edge: CarriedEdge,
  filter: ScopeFilter,
): Promise<Summary> {
  const stream = writer.open(`edge:${edge}`);
  const summary = createSummary();
  const pages = scope.kind === 'INSTALLATION' ? edgesOfAll(graph, edge) : edgesInScope(graph, edge, filter);
  for await (const edges of readAhead(pages)) {
    signal.throwIfAborted();
    const lines = edges.map((relation) => ({ line: edgeLine(relation), ...relation }));
    for (const { line } of lines) summary.add(line);
    await stream.add(
      bySource(lines).map(({ line: _, ...relation }) => ({
        key: `${relation.source} ${relation.target}`,
        header: relation,
      })),
    );
  }
  await stream.end();
  return summary.end();
}

/**
 * Each chunk with what it mentions and states: all of that comes and goes with it, so that a change of the one is no
 * change of three parts.
 */
async function writeChunks(
  { writer, signal }: WriteTools,
  graph: GraphView,
  filter: ScopeFilter,
  onWritten: (nodes: number) => void,
): Promise<Readonly<Record<string, Summary>>> {
  const stream = writer.open('chunks');
  const summaries = { Chunk: createSummary(), MENTIONS: createSummary(), STATES: createSummary() };
  for await (const { chunks, edges } of readAhead(chunkPages(graph, filter))) {
    signal.throwIfAborted();
    const leavingOf = Map.groupBy(bySource(edges), ({ source }) => source);
    for (const { edge, line } of edges) summaries[edge].add(line);
    for (const { properties } of chunks) summaries.Chunk.add(canonical(properties));
    await stream.add(
      chunks.flatMap(({ id, properties }) => {
        const leaving = leavingOf.get(id) ?? [];
        const headers = [{ id, properties }, ...leaving.map(({ line: _, ...header }) => header)];
        return headers.map((header, at) => ({ key: at === leaving.length ? id : null, header }));
      }),
    );
    onWritten(chunks.length);
  }
  await stream.end();
  return Object.fromEntries(Object.entries(summaries).map(([name, summary]) => [name, summary.end()]));
}

async function* chunkPages(graph: GraphView, filter: ScopeFilter) {
  for await (const nodes of graph.nodePages('Chunk')) {
    const chunks = nodes.filter(({ properties }) => filter.hasNode('Chunk', properties));
    const ids = chunks.map(({ id }) => id);
    const edges = await Promise.all(EDGES_OF_CHUNKS.map((edge) => edgesOfChunks(graph, edge, ids, filter)));
    yield { chunks, edges: edges.flat() };
  }
}

async function edgesOfChunks(
  graph: GraphView,
  edge: (typeof EDGES_OF_CHUNKS)[number],
  ids: readonly string[],
  filter: ScopeFilter,
) {
  const found = await graph.edgesFrom(edge, ids);
  return found
    .filter((relation) => filter.hasEdge(edge, relation))
    .map((relation) => ({ edge, line: edgeLine(relation), ...relation }));
}

/** Sources stay in their order, so that one that comes or goes moves no other; of each, an engine has its edges anyhow. */
function bySource<Line extends { readonly source: string; readonly line: string }>(lines: readonly Line[]) {
  const ofSource = Map.groupBy(lines, ({ source }) => source);
  return [...ofSource.values()].flatMap((of) =>
    of.toSorted((left, right) => (left.line < right.line ? -1 : 1)),
  );
}

async function writeFiles({ writer, files }: WriteTools): Promise<void> {
  const stream = writer.open('files');
  for (const { name, path } of files) {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (bytes !== null) await stream.add([{ key: name, header: { name }, body: bytes }]);
  }
  await stream.end();
}
