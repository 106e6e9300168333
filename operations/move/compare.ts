/** Whether two installations hold the same: counts and checksums of all that was carried, page by page. */

import { contentHash } from '../../model/ids.ts';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
} from '../../stores/graph/statements/transfer.ts';
import { contentsOf, LABELS_WITH_CONTENTS } from './carry-contents.ts';
import type { Installation } from './installation.ts';
import { edgePages, idPages, idPagesAsMade, nodePages } from './pages.ts';
import { readAhead } from './read-ahead.ts';
import { readContents } from './read-contents.ts';
import {
  canonical,
  contentLine,
  createOrderedSummary,
  createSummary,
  edgeLine,
  type Summary,
  type Summing,
} from './summary.ts';
import { summedBeside } from './summed-beside.ts';

/** One kind of thing that is not the same on both sides. */
export interface Difference {
  /** A label, a kind of edge, `content` or `vectors`. */
  readonly what: string;
  readonly from: Summary;
  readonly to: Summary;
}

export interface CompareOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const PAGE = 500;
/** Engines normalise vectors in single precision, so the last digits are theirs to change. */
const VECTOR_TOLERANCE = 1e-5;

/** How lines are summed up, and in which order they have to come for it. */
export interface SummingWay {
  readonly create: () => Summing;
  readonly pages: typeof idPages;
}

export const IN_ANY_ORDER: SummingWay = { create: createSummary, pages: idPagesAsMade };
export const BY_ID: SummingWay = { create: createOrderedSummary, pages: idPages };

type Summarise = (side: Installation, signal: AbortSignal, way?: SummingWay) => Promise<Summary>;

/** What is compared by checksums: labels, kinds of edges, contents. */
export const KINDS: readonly (readonly [string, Summarise])[] = [
  ...CARRIED_LABELS.map((label) => [label, nodesOf(label)] as const),
  ...(Object.keys(CARRIED_EDGES) as CarriedEdge[]).map((edge) => [edge, edgesOf(edge)] as const),
  ['content', contents],
];

/** Empty where both sides are the same. */
export async function compareInstallations(
  from: Installation,
  to: Installation,
  { signal, onProgress }: CompareOptions,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const [at, [what, summarise]] of KINDS.entries()) {
    onProgress(at, KINDS.length + 1);
    const [left, right] = await Promise.all([summarise(from, signal), summarise(to, signal)]);
    if (left.checksum !== right.checksum) differences.push({ what, from: left, to: right });
  }
  const [left, right] = await compareVectors(from, to, signal);
  if (left.checksum !== right.checksum) differences.push({ what: 'vectors', from: left, to: right });
  onProgress(KINDS.length + 1, KINDS.length + 1);
  return differences;
}

function nodesOf(label: CarriedLabel): Summarise {
  return ({ graph }, signal, way = IN_ANY_ORDER) => {
    const ids = way.pages(graph, label, signal);
    if (way === IN_ANY_ORDER && graph.beside !== undefined)
      return summedBeside(graph.beside, ids, { kind: 'nodes', label }, signal);
    return summary(way.create(), async function* () {
      for await (const nodes of readAhead(nodePages(graph, label, signal, ids)))
        yield nodes.map(({ properties }) => canonical(properties));
    });
  };
}

function edgesOf(edge: CarriedEdge): Summarise {
  return ({ graph }, signal, way = IN_ANY_ORDER) => {
    const sources = way.pages(graph, CARRIED_EDGES[edge], signal);
    if (way === IN_ANY_ORDER && graph.beside !== undefined)
      return summedBeside(graph.beside, sources, { kind: 'edges', edge }, signal);
    return summary(way.create(), async function* () {
      for await (const edges of readAhead(edgePages(graph, edge, signal, sources)))
        yield edges.map(edgeLine).toSorted();
    });
  };
}

function contents(
  { graph, content }: Installation,
  signal: AbortSignal,
  { create, pages } = IN_ANY_ORDER,
): Promise<Summary> {
  return summary(create(), async function* () {
    for (const label of LABELS_WITH_CONTENTS) {
      const ids = pages(graph, label, signal);
      for await (const nodes of readAhead(nodePages(graph, label, signal, ids))) {
        const keys = nodes.flatMap((node) => contentsOf(label, [node]));
        for await (const [key, bytes] of readContents(content, keys))
          yield [contentLine(key, bytes === null ? null : contentHash(bytes))];
      }
    }
  });
}

/** Of the chunks that the source has. A vector that is near enough counts as the source's own. */
async function compareVectors(
  from: Installation,
  to: Installation,
  signal: AbortSignal,
): Promise<readonly [Summary, Summary]> {
  const [left, right] = [createSummary(), createSummary()];
  for await (const { tenant, ids } of chunkPages(from, signal)) {
    const [ours, theirs] = await Promise.all([
      from.vectors.vectors(ids, tenant),
      to.vectors.vectors(ids, tenant),
    ]);
    for (const [at, id] of ids.entries()) {
      const [mine, other] = [ours[at] ?? null, theirs[at] ?? null];
      if (mine !== null) left.add(`${id} ${mine.join(' ')}`);
      if (other !== null) right.add(`${id} ${(isNear(mine, other) ? mine : other).join(' ')}`);
    }
  }
  return [left.end(), right.end()];
}

async function* chunkPages(side: Installation, signal: AbortSignal) {
  for await (const documents of nodePages(side.graph, 'Document', signal)) {
    for (const { id: documentId, properties } of documents) {
      const tenant = String(properties['tenant']);
      for (let after = -1; ; after += PAGE) {
        const page = chunksOfDocuments(tenant, [documentId], { after, limit: PAGE });
        const chunks = await side.graph.read(page, { signal });
        yield { tenant, ids: chunks.map(({ id }) => id) };
        if (chunks.length < PAGE) break;
      }
    }
  }
}

function isNear(left: Float32Array | null, right: Float32Array): left is Float32Array {
  if (left === null || left.length !== right.length) return false;
  return left.every((value, at) => Math.abs(value - (right[at] ?? Number.NaN)) <= VECTOR_TOLERANCE);
}

async function summary(summed: Summing, pages: () => AsyncIterable<readonly string[]>): Promise<Summary> {
  for await (const lines of pages()) for (const line of lines) summed.add(line);
  return summed.end();
}
