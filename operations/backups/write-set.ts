/** Writes all parts of a set: what lies outside the graph, the graph as it was at the cut, and files of the installation. */

import { readFile } from 'node:fs/promises';
import { CARRIED_LABELS, type CarriedLabel, countNodes } from '../../stores/graph/statements/transfer.ts';
import { LABELS_WITH_CONTENTS } from '../move/carry-contents.ts';
import { createSummary, type Summary } from '../move/summary.ts';
import { type Cut, type CutTools, makeCut } from './cut.ts';
import type { EdgeApart } from './encode-beside.ts';
import { chunksOf, edgesOf, nodesOf, type ReadPages } from './encoded-pages.ts';
import type { Neighbourhood, PartEntry } from './manifest.ts';
import { sampleNeighbourhoods } from './samples.ts';
import { filterOf } from './scope.ts';

const EDGES_APART = ['RELATES', 'NAMES'] as const satisfies readonly EdgeApart[];

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
      const [kind, pages, names] =
        label === 'Chunk'
          ? ['chunks', chunksOf(graph, filter), ['Chunk', 'MENTIONS', 'STATES']]
          : [`node:${label}`, nodesOf(graph, label, filter), [label]];
      Object.assign(summaries, await writePages(tools, kind, pages, names, progress.add));
    }
    for (const edge of EDGES_APART) {
      progress.enter(edge);
      const pages = edgesOf(graph, edge, filter);
      Object.assign(summaries, await writePages(tools, `edge:${edge}`, pages, [edge], () => undefined));
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

async function writePages(
  { writer, signal }: WriteTools,
  kind: string,
  pages: ReadPages,
  names: readonly string[],
  onWritten: (nodes: number) => void,
): Promise<Readonly<Record<string, Summary>>> {
  const stream = writer.open(kind);
  const summaries = new Map(names.map((name) => [name, createSummary()]));
  for await (const { page, nodes } of pages) {
    signal.throwIfAborted();
    for (const [name, some] of Object.entries(page.sums)) summaries.get(name)?.addAll(some);
    await stream.addPage(page);
    onWritten(nodes);
  }
  await stream.end();
  return Object.fromEntries([...summaries].map(([name, summary]) => [name, summary.end()]));
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
