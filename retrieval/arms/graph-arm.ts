/**
 * The graph arm: from the entities a query names, and the chunks its words find, a bounded walk over "chunk
 * mentions entity" to the chunks where the walks meet. No model; the same reads whatever is asked for:
 *
 *     spelled → chunks of the seeds → their mentions → chunks of the frontier → their mentions
 *
 * Five graph reads at most, and of the indexes one phrase count and, with a filter, two `matching` calls.
 */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { expandFrontier, expandSeeds, type SeedEntity } from '../walk/expand.ts';
import { createGraphReads, type GraphReads } from '../walk/graph-reads.ts';
import { longestMatches, nameCandidates } from '../walk/name-candidates.ts';
import { createPathFinder } from '../walk/path-finder.ts';
import { seedWeight } from '../walk/seed-weights.ts';
import { rankedChunks, rankSubgraph, type Seeds } from '../walk/subgraph.ts';
import type { Arm, ArmFinding, ArmSearch } from './arm.ts';

/** Carries the questions of more than one hop. Flat from 0.6 to 1 beside the keyword arm's 0.3 (measured). */
const WEIGHT = 0.7;
/** Entities the walk may start from. */
const SEED_ENTITIES_MAX = 32;
/** Chunks found by words that the walk starts from, too. */
const SEED_CHUNKS_MAX = 10;
/** Rounds of the walk that ranks. */
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
  const words = wordHits(rooms, search);
  const named = await namedEntities(reads, search);
  const [near, chunks, entities] = await Promise.all([
    expandSeeds(
      reads,
      named,
      words.then((chunks) => [...chunks.keys()]),
    ),
    words,
    weigh(rooms, named, search),
  ]);
  const seeds: Seeds = { entities, chunks };
  const far = await expandFrontier(reads, near, seeds);
  const subgraph = rankSubgraph({ chunks: [...near, ...far], seeds, rounds: RANK_ROUNDS });
  return {
    hits: rankedChunks(subgraph)
      .slice(0, search.limit)
      .map(({ id, score }) => ({ chunkId: id, score })),
    seedIds: [...entities.keys()],
    pathTo: createPathFinder(subgraph),
  };
}

/** A seed with the key of the words that name it. */
interface NamedSeed extends SeedEntity {
  readonly key: string;
}

/** The rarest first, ties by id. */
async function namedEntities(reads: GraphReads, { query }: ArmSearch): Promise<readonly NamedSeed[]> {
  const candidates = nameCandidates(query);
  const spelled = await reads.spelled([...new Set(candidates.map(({ key }) => key))]);
  const meanings = Map.groupBy(spelled, ({ key }) => key);
  const keys = new Set(longestMatches(candidates, meanings).map(({ key }) => key));
  return [...keys]
    .flatMap((key) => (meanings.get(key) ?? []).map(({ entityId, spread }) => ({ entityId, spread, key })))
    .filter(({ spread }) => spread > 0)
    .sort((left, right) => left.spread - right.spread || (left.entityId < right.entityId ? -1 : 1))
    .slice(0, SEED_ENTITIES_MAX);
}

/** How much each is to be believed, the most telling first. */
async function weigh(
  { vectors }: GraphArmRooms,
  named: readonly NamedSeed[],
  { boundary, signal }: ArmSearch,
): Promise<ReadonlyMap<string, number>> {
  const keys = [...new Set(named.map(({ key }) => key))];
  // Where the collections are only what was asked for, the whole tenant tells more of how common the words are.
  const inside = boundary.closed ? boundary : { tenant: boundary.tenant };
  const written = keys.length === 0 ? [] : await vectors.countPhrases(keys, inside, WRITTEN_MAX, signal);
  const writtenOf = new Map(keys.map((key, at) => [key, written[at] ?? 0]));
  const weights = new Map<string, number>();
  for (const { entityId, spread, key } of named) {
    const weight = seedWeight(spread, writtenOf.get(key) ?? 0);
    weights.set(entityId, Math.max(weights.get(entityId) ?? 0, weight));
  }
  return new Map([...weights].sort(([left, one], [right, other]) => other - one || (left < right ? -1 : 1)));
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
