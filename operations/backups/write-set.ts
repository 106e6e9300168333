/** Writes all parts of a set: what lies outside the graph, the graph as it was at the cut, and files of the installation. */

import { readFile } from 'node:fs/promises';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  countNodes,
} from '../../stores/graph/statements/transfer.ts';
import { LABELS_WITH_CONTENTS } from '../move/carry-contents.ts';
import { canonical, createSummary, edgeLine, type Summary } from '../move/summary.ts';
import { type Cut, type CutTools, makeCut } from './cut.ts';
import type { GraphView } from './graph-view.ts';
import type { Neighbourhood, PartEntry } from './manifest.ts';
import { sampleNeighbourhoods } from './samples.ts';
import { edgesInScope, edgesOfAll, filterOf, type ScopeFilter } from './scope.ts';

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
      summaries[label] = await writeNodes(tools, graph, label, filter, progress.add);
    }
    for (const edge of Object.keys(CARRIED_EDGES) as CarriedEdge[]) {
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
  for await (const nodes of graph.nodePages(label)) {
    signal.throwIfAborted();
    for (const { id, properties } of nodes) {
      if (!filter.hasNode(label, properties)) continue;
      await stream.add(id, { id, properties });
      summary.add(canonical(properties));
    }
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
  for await (const edges of pages) {
    signal.throwIfAborted();
    const lines = edges.map((relation) => ({ line: edgeLine(relation), relation }));
    for (const { line, relation } of lines.toSorted((left, right) => (left.line < right.line ? -1 : 1))) {
      await stream.add(`${relation.source} ${relation.target}`, { ...relation });
      summary.add(line);
    }
  }
  await stream.end();
  return summary.end();
}

async function writeFiles({ writer, files }: WriteTools): Promise<void> {
  const stream = writer.open('files');
  for (const { name, path } of files) {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (bytes !== null) await stream.add(name, { name }, bytes);
  }
  await stream.end();
}
