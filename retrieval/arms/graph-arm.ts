/**
 * The graph arm: from the entities a query names, and the chunks its words find, a bounded walk over "chunk
 * mentions entity" to the chunks where the walks meet. No model; the same reads whatever is asked for:
 *
 *     spelled → chunks of the seeds → their mentions → chunks of the frontier → their mentions
 *
 * Five graph reads at most, and of the indexes one phrase count and, with a filter, two `matching` calls.
 */

import { nameId } from '../../model/ids.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { ChunkMentions } from '../../stores/graph/statements/expansion.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { createGraphReads, type GraphReads } from '../walk/graph-reads.ts';
import { longestMatches, nameCandidates } from '../walk/name-candidates.ts';
import { createPathFinder } from '../walk/path-finder.ts';
import { seedWeight } from '../walk/seed-weights.ts';
import { frontier, rankedChunks, rankSubgraph, type Seeds } from '../walk/subgraph.ts';
import type { Arm, ArmFinding, ArmSearch } from './arm.ts';

/** Carries the questions of more than one hop. Flat from 0.6 to 1 beside the keyword arm's 0.3 (measured). */
const WEIGHT = 0.7;
/** Entities the walk may start from. */
const SEED_ENTITIES_MAX = 32;
/** Chunks found by words that the walk starts from, too. */
const SEED_CHUNKS_MAX = 10;
/** Chunks read of each seed, entities expanded next, chunks read of each of those. */
const CHUNKS_PER_SEED = 20;
const FRONTIER_MAX = 40;
const CHUNKS_PER_FRONTIER_ENTITY = 5;
/** An entity that more chunks mention tells nothing apart and costs most to read: it is not expanded. */
const EXPANDED_SPREAD_MAX = 200;
/** Rounds of the walk: enough to choose what to read next, and to rank. */
const PROBE_ROUNDS = 4;
const RANK_ROUNDS = 20;
/** Phrases are counted up to here; a seed whose words are commoner weighs next to nothing anyway. */
const WRITTEN_MAX = 1_000;
/** How long the walk waits for the words' hits before it starts without them, in ms. */
const WORDS_WAIT_MS = 500;

export interface GraphArmRooms {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  /** The arm whose best hits the walk starts from, beside the named entities. */
  readonly words: Arm;
}

export function createGraphArm(rooms: GraphArmRooms): Arm {
  return { name: 'GRAPH', weight: WEIGHT, usesIndexes: false, find: (search) => walk(rooms, search) };
}

async function walk(rooms: GraphArmRooms, search: ArmSearch): Promise<ArmFinding> {
  const reads = createGraphReads(rooms, search);
  const [named, seedChunks] = await Promise.all([
    namedEntities(rooms, reads, search),
    wordHits(rooms, search),
  ]);
  const seedIds = named.map(({ entityId }) => entityId);
  const seeds: Seeds = {
    entities: new Map(named.map(({ entityId, weight }) => [entityId, weight])),
    chunks: seedChunks,
  };
  const near = await expandSeeds(reads, named, [...seedChunks.keys()]);
  const far = await expandFrontier(reads, near, seeds);
  const subgraph = rankSubgraph({ chunks: [...near, ...far], seeds, rounds: RANK_ROUNDS });
  return {
    hits: rankedChunks(subgraph)
      .slice(0, search.limit)
      .map(({ id, score }) => ({ chunkId: id, score })),
    seedIds,
    pathTo: createPathFinder(subgraph),
  };
}

/** The chunks around the seeds, with what they mention. */
async function expandSeeds(
  reads: GraphReads,
  named: readonly SeedEntity[],
  seedChunkIds: readonly string[],
): Promise<readonly ChunkMentions[]> {
  const expandable = named.filter(({ spread }) => spread <= EXPANDED_SPREAD_MAX);
  const chunkIds = await reads.chunksMentioning(
    expandable.map(({ entityId }) => entityId),
    CHUNKS_PER_SEED,
  );
  const seedIds = named.map(({ entityId }) => entityId);
  return reads.mentions([...new Set([...chunkIds, ...seedChunkIds])], seedIds);
}

/** The chunks around what the walk visits most so far: the hop that a question of two hops needs. */
async function expandFrontier(
  reads: GraphReads,
  near: readonly ChunkMentions[],
  seeds: Seeds,
): Promise<readonly ChunkMentions[]> {
  const probed = rankSubgraph({ chunks: near, seeds, rounds: PROBE_ROUNDS });
  const without = new Set([...seeds.entities.keys(), ...busyEntities(near)]);
  const entityIds = frontier(probed, { limit: FRONTIER_MAX, without });
  const chunkIds = await reads.chunksMentioning(entityIds, CHUNKS_PER_FRONTIER_ENTITY);
  const known = new Set(near.map(({ chunkId }) => chunkId));
  return reads.mentions(
    chunkIds.filter((id) => !known.has(id)),
    [...seeds.entities.keys()],
  );
}

function busyEntities(chunks: readonly ChunkMentions[]): readonly string[] {
  return chunks.flatMap(({ entityIds, spreads }) =>
    entityIds.filter((_, at) => (spreads[at] ?? 0) > EXPANDED_SPREAD_MAX),
  );
}

/** An entity that the query seems to name. */
interface SeedEntity {
  readonly entityId: string;
  readonly spread: number;
  readonly weight: number;
}

/** The most telling first, ties by id. */
async function namedEntities(
  { vectors }: GraphArmRooms,
  reads: GraphReads,
  { query, boundary: { tenant }, signal }: ArmSearch,
): Promise<readonly SeedEntity[]> {
  const candidates = nameCandidates(query);
  const keyOf = new Map(candidates.map(({ key }) => [nameId(tenant, key), key]));
  const spelled = await reads.spelled([...keyOf.keys()]);
  const meanings = Map.groupBy(spelled, (row) => keyOf.get(row.nameId) ?? '');
  const keys = [...new Set(longestMatches(candidates, meanings).map(({ key }) => key))];
  const written = keys.length === 0 ? [] : await vectors.countPhrases(keys, tenant, WRITTEN_MAX, signal);
  const seeds = new Map<string, SeedEntity>();
  keys.forEach((key, at) => {
    for (const { entityId, spread } of meanings.get(key) ?? []) {
      const weight = Math.max(seeds.get(entityId)?.weight ?? 0, seedWeight(spread, written[at] ?? 0));
      if (spread > 0) seeds.set(entityId, { entityId, spread, weight });
    }
  });
  return [...seeds.values()]
    .sort((left, right) => right.weight - left.weight || (left.entityId < right.entityId ? -1 : 1))
    .slice(0, SEED_ENTITIES_MAX);
}

/** The best hits of the words with their scores; none when they fail or are late, which their own arm reports. */
async function wordHits(rooms: GraphArmRooms, search: ArmSearch): Promise<ReadonlyMap<string, number>> {
  const late = AbortSignal.timeout(WORDS_WAIT_MS);
  const { promise: tooLate, resolve } = Promise.withResolvers<ArmFinding>();
  const nothing = () => resolve({ hits: [] });
  late.addEventListener('abort', nothing, { once: true });
  const found = rooms.words.find(search).catch(() => ({ hits: [] }));
  const { hits } = await Promise.race([found, tooLate]);
  late.removeEventListener('abort', nothing);
  return new Map(hits.slice(0, SEED_CHUNKS_MAX).map(({ chunkId, score }) => [chunkId, score]));
}
