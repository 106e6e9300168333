/**
 * A page of a graph as records of a part, one behind the other, and what its lines sum up to: made where the rows are,
 * so that bytes are carried from thread to thread, and no objects.
 */

import { crc32 } from 'node:zlib';
import type { CarriedEdge, CarriedNode, CarriedRelation } from '../../stores/graph/statements/transfer.ts';
import { canonical, createSummary, edgeLine, type PartialSummary } from '../move/summary.ts';
import { createGathering } from './gathering.ts';

export interface EncodedPage {
  readonly bytes: Uint8Array;
  /** Of each record, in bytes. */
  readonly lengths: Uint32Array;
  /** By each record's key, evenly spread over 32 bits; {@link TOGETHER} where the one behind it belongs to it. */
  readonly marks: Float64Array;
  /** By label or kind of edge. */
  readonly sums: Readonly<Record<string, PartialSummary>>;
}

export const TOGETHER = -1;
const EMPTY = new Uint8Array(0);

/** By chance that depends on nothing but the key. */
export function markOf(key: string | null): number {
  return key === null ? TOGETHER : crc32(key);
}

export function encodeNodes(label: string, nodes: readonly CarriedNode[]): EncodedPage {
  const [records, sum] = [createRecords(), createSummary()];
  for (const { id, properties } of nodes) {
    sum.add(canonical(properties));
    records.add({ id, properties }, id);
  }
  return { ...records.take(), sums: { [label]: sum.partial() } };
}

export function encodeEdges(edge: CarriedEdge, relations: readonly CarriedRelation[]): EncodedPage {
  const [records, sum] = [createRecords(), createSummary()];
  for (const { line, relation } of bySource(relations)) {
    sum.add(line);
    records.add({ ...relation }, `${relation.source} ${relation.target}`);
  }
  return { ...records.take(), sums: { [edge]: sum.partial() } };
}

export type ChunkEdges = Readonly<Record<'MENTIONS' | 'STATES', readonly CarriedRelation[]>>;

/**
 * Each chunk with what it mentions and states: all of that comes and goes with it, so that a change of the one is no
 * change of three parts.
 */
export function encodeChunks(chunks: readonly CarriedNode[], edges: ChunkEdges): EncodedPage {
  const records = createRecords();
  const sums = { Chunk: createSummary(), MENTIONS: createSummary(), STATES: createSummary() };
  const all = (['MENTIONS', 'STATES'] as const).flatMap((edge) =>
    edges[edge].map((relation) => ({ edge, relation, line: edgeLine(relation) })),
  );
  for (const { edge, line } of all) sums[edge].add(line);
  const leavingOf = groupedBySource(all);
  for (const { id, properties } of chunks) {
    sums.Chunk.add(canonical(properties));
    const leaving = leavingOf.get(id) ?? [];
    records.add({ id, properties }, leaving.length === 0 ? id : null);
    for (const [at, { edge, relation }] of leaving.entries())
      records.add({ edge, ...relation }, at === leaving.length - 1 ? id : null);
  }
  const partials = Object.entries(sums).map(([name, sum]) => [name, sum.partial()] as const);
  return { ...records.take(), sums: Object.fromEntries(partials) };
}

function createRecords() {
  const gathering = createGathering();
  const lengths: number[] = [];
  const marks: number[] = [];
  return {
    add: (header: Readonly<Record<string, unknown>>, key: string | null) => {
      lengths.push(gathering.add(JSON.stringify(header), EMPTY));
      marks.push(markOf(key));
    },
    take: () => ({
      // Of its own memory, and no more: the memory of a view goes along where it is cloned.
      bytes: new Uint8Array(gathering.take().plain),
      lengths: Uint32Array.from(lengths),
      marks: Float64Array.from(marks),
    }),
  };
}

interface Line {
  readonly line: string;
  readonly relation: CarriedRelation;
}

/** Sources stay in their order, so that one that comes or goes moves no other; of each, an engine has its edges anyhow. */
function bySource(relations: readonly CarriedRelation[]): readonly Line[] {
  const lines = relations.map((relation) => ({ relation, line: edgeLine(relation) }));
  return [...groupedBySource(lines).values()].flat();
}

function groupedBySource<One extends Line>(lines: readonly One[]): ReadonlyMap<string, readonly One[]> {
  const ofSource = Map.groupBy(lines, ({ relation }) => relation.source);
  for (const of of ofSource.values()) of.sort((left, right) => (left.line < right.line ? -1 : 1));
  return ofSource;
}
