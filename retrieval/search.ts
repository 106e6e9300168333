/**
 * The search: boundary → arms side by side → fusion → one read that drops what the graph no longer has.
 *
 * Store calls, whatever `first` is: the arms' own (keyword 1, dense 1, graph 5 and 1 of the indexes, 2 more of the
 * indexes with a filter), 1 read to check the hits, and 1 read more when collections are named.
 */

import type { Boundary } from '../model/filter.ts';
import { badInput } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { GraphStore, Statement } from '../stores/graph/graph-store.ts';
import {
  type Passage,
  type PassagePlace,
  passagePlaces,
  passagesByIds,
} from '../stores/graph/statements/passages.ts';
import type { Arm } from './arms/arm.ts';
import { type ArmsOutcome, runArms } from './arms/run-arms.ts';
import { boundaryOf } from './collections.ts';
import { FUSION_DEPTH, type Fused, fuse } from './fusion.ts';
import type { Degradation, Hit, SearchResult } from './hit.ts';
import { checkSearchRequest, type SearchRequest } from './search-request.ts';
import type { StandIns } from './stand-ins.ts';
import type { Turns } from './turns.ts';

/** Longest time of one arm, in ms. */
const ARM_TIMEOUT_MS = 3_000;
/** Fused hits that are checked beyond the page: so many may be stale before a page comes out short. */
const STALE_HITS_MAX = 50;
/** Seeds that are told; the walk may start from more. */
const SEEDS_TOLD_MAX = 20;

export interface SearchRooms {
  readonly graph: GraphStore;
  readonly arms: readonly Arm[];
  readonly log: Log;
  /** Whether the search indexes do not have everything now. */
  readonly isBehind: () => boolean;
  readonly standIns: StandIns;
  /** Another limit of an arm's time, in ms. */
  readonly armTimeoutMs?: number;
}

/** Hits with the words of their chunks. */
export interface PassageResult extends SearchResult {
  readonly passages: ReadonlyMap<string, Passage>;
}

export interface Search {
  search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult>;
  /** The same with the text of each hit, at the same number of store calls. */
  searchPassages(request: SearchRequest, signal: AbortSignal): Promise<PassageResult>;
}

export function createSearch(rooms: SearchRooms): Search {
  return {
    search: async (request, signal) => (await run(rooms, request, passagePlaces, signal)).result,
    searchPassages: async (request, signal) => {
      const { result, places } = await run(rooms, request, passagesByIds, signal);
      return { ...result, passages: places };
    },
  };
}

/** The same search, each in its turn. A model that writes an answer afterwards holds up nobody. */
export function inTurns(search: Search, turns: Turns): Search {
  return {
    search: (request, signal) => turns.take(request.tenant, signal, () => search.search(request, signal)),
    searchPassages: (request, signal) =>
      turns.take(request.tenant, signal, () => search.searchPassages(request, signal)),
  };
}

type PlaceStatement<Place> = (tenant: string, chunkIds: readonly string[]) => Statement<Place>;

async function run<Place extends PassagePlace>(
  rooms: SearchRooms,
  request: SearchRequest,
  statementOf: PlaceStatement<Place>,
  signal: AbortSignal,
) {
  const startedAt = performance.now();
  checkSearchRequest(request);
  const arms = chooseArms(rooms.arms, request.arms);
  const stoodIn = rooms.standIns.watch();
  const boundary = await boundaryOf(rooms.graph, request, { signal });
  const outcome = await runArms(
    arms,
    { query: request.query, boundary, limit: FUSION_DEPTH },
    { signal, timeoutMs: rooms.armTimeoutMs ?? ARM_TIMEOUT_MS, log: rooms.log },
  );
  const fused = fuseOutcome(outcome).slice(0, request.first + STALE_HITS_MAX);
  const places = await readPlaces(rooms.graph, fused, { boundary, statementOf, signal });
  const result: SearchResult = {
    hits: toHits(fused, places, outcome).slice(0, request.first),
    seedIds: outcome.answered.flatMap(({ finding }) => finding.seedIds ?? []).slice(0, SEEDS_TOLD_MAX),
    tookMs: performance.now() - startedAt,
    degraded: [...outcome.degraded, ...lessThanWell(outcome, rooms.isBehind(), stoodIn)],
  };
  return { result, places };
}

function chooseArms(arms: readonly Arm[], names: readonly string[] | undefined): readonly Arm[] {
  if (names === undefined) return arms;
  const configured = arms.map(({ name }) => name);
  if (names.length === 0) {
    throw badInput('arms', `is empty. Leave it out for all arms, or name some of ${configured.join(', ')}.`);
  }
  const unknown = names.find((name) => !configured.includes(name));
  if (unknown !== undefined) {
    throw badInput('arms', `${unknown} is not configured here. There are: ${configured.join(', ')}.`);
  }
  return arms.filter(({ name }) => names.includes(name));
}

const BEHIND =
  'Its index is rebuilt from the graph, and what it found may not be all. Health says how far that is.';

/** Arms that answered, but not from a whole index, or not from the server that should have. */
function lessThanWell(
  { answered }: ArmsOutcome,
  isBehind: boolean,
  stoodIn: ReturnType<StandIns['watch']>,
): readonly Degradation[] {
  const arms = answered.map(({ arm }) => arm);
  // That an index is not whole says more than who answered from it.
  if (!isBehind) return stoodIn(arms);
  const behind = arms.filter(({ usesIndexes }) => usesIndexes);
  return [
    ...behind.map(({ name }) => ({ arm: name, kind: 'INCOMPLETE', reason: BEHIND }) as const),
    ...stoodIn(arms.filter(({ usesIndexes }) => !usesIndexes)),
  ];
}

function fuseOutcome({ answered }: ArmsOutcome): readonly Fused[] {
  return fuse(
    answered.map(({ arm, finding }) => ({
      arm: arm.name,
      weight: finding.weight ?? arm.weight,
      hits: finding.hits,
    })),
  );
}

/** The chunks among the hits that the graph still has, inside the boundary. */
async function readPlaces<Place extends PassagePlace>(
  graph: GraphStore,
  fused: readonly Fused[],
  asked: {
    readonly boundary: Boundary;
    readonly statementOf: PlaceStatement<Place>;
    readonly signal: AbortSignal;
  },
): Promise<ReadonlyMap<string, Place>> {
  const { boundary, statementOf, signal } = asked;
  if (fused.length === 0) return new Map();
  const chunkIds = fused.map(({ chunkId }) => chunkId);
  const places = await graph.read(statementOf(boundary.tenant, chunkIds), { signal });
  const inside = places.filter(({ collectionId }) => boundary.collectionIds?.includes(collectionId) ?? true);
  return new Map(inside.map((place) => [place.chunkId, place]));
}

function toHits(
  fused: readonly Fused[],
  places: ReadonlyMap<string, PassagePlace>,
  { answered }: ArmsOutcome,
): readonly Hit[] {
  const pathFinder = answered.find(({ finding }) => finding.pathTo !== undefined)?.finding;
  const existing = fused.flatMap((hit) => {
    const place = places.get(hit.chunkId);
    return place === undefined ? [] : [{ ...hit, documentId: place.documentId }];
  });
  return existing.map((hit, at) => ({
    ...hit,
    rank: at + 1,
    path: () => pathFinder?.pathTo?.(hit.chunkId) ?? [],
  }));
}
