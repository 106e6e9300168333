/** Whether two installations hold the same: counts and checksums of all that was carried, page by page. */

import { createHash } from 'node:crypto';
import { contentHash } from '../../model/ids.ts';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  edgesFrom,
  idsAfter,
  nodesAfter,
  type Properties,
} from '../../stores/graph/statements/transfer.ts';
import { contentsOf } from './carry-contents.ts';
import type { Installation } from './move.ts';

/** One kind of thing that is not the same on both sides. */
export interface Difference {
  /** A label, a kind of edge, `content` or `vectors`. */
  readonly what: string;
  readonly from: Summary;
  readonly to: Summary;
}

export interface Summary {
  readonly count: number;
  /** Hex of the SHA-256 of all of them in order. */
  readonly checksum: string;
}

export interface CompareOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const PAGE = 500;
/** Engines normalise vectors in single precision, so the last digits are theirs to change. */
const VECTOR_TOLERANCE = 1e-5;

type Summarise = (side: Installation, signal: AbortSignal) => Promise<Summary>;

const KINDS: readonly (readonly [string, Summarise])[] = [
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
  return (side, signal) =>
    summary(async function* () {
      for await (const nodes of pagesOf(side, label, signal))
        for (const { properties } of nodes) yield canonical(properties);
    });
}

function edgesOf(edge: CarriedEdge): Summarise {
  return (side, signal) =>
    summary(async function* () {
      for (let after: string | undefined = ''; after !== undefined; ) {
        const sources: readonly string[] = await side.graph.read(idsAfter(CARRIED_EDGES[edge], after, PAGE), {
          signal,
        });
        const edges = await side.graph.read(edgesFrom(edge, sources), { signal });
        yield* edges
          .map(({ source, target, properties }) => `${source} ${target} ${canonical(properties)}`)
          .toSorted();
        after = sources.at(-1);
      }
    });
}

function contents(side: Installation, signal: AbortSignal): Promise<Summary> {
  return summary(async function* () {
    for (const label of CARRIED_LABELS) {
      for await (const nodes of pagesOf(side, label, signal)) {
        for (const key of contentsOf(label, nodes)) {
          const [bytes] = await side.content.get([key]);
          yield `${key.tenant} ${key.hash} ${bytes ? contentHash(bytes) : 'not there'}`;
        }
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
  for await (const documents of pagesOf(side, 'Document', signal)) {
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

async function* pagesOf(side: Installation, label: CarriedLabel, signal: AbortSignal) {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const nodes: readonly { readonly id: string; readonly properties: Properties }[] = await side.graph.read(
      nodesAfter(label, after, PAGE),
      { signal },
    );
    if (nodes.length > 0) yield nodes;
    after = nodes.at(-1)?.id;
  }
}

async function summary(lines: () => AsyncIterable<string>): Promise<Summary> {
  const summed = createSummary();
  for await (const line of lines()) summed.add(line);
  return summed.end();
}

function createSummary() {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add: (line: string) => {
      hash.update(`${line}\n`);
      count += 1;
    },
    end: (): Summary => ({ count, checksum: hash.digest('hex') }),
  };
}

/** The same for equal properties, whatever order an engine keeps them in. */
function canonical(properties: Properties): string {
  return JSON.stringify(Object.entries(properties).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
