/** What a search returns: chunks with their reasons. */

import type { ArmScore } from './fusion.ts';

/**
 * One edge of the way to a hit: an entity and a chunk that mentions it. Neighbouring steps share one of the two,
 * so the steps in order are a walk that can be drawn; each of them exists in the graph.
 */
export interface PathStep {
  readonly entityId: string;
  readonly chunkId: string;
  readonly direction: PathDirection;
}

/** `TO_CHUNK`: from the entity to a chunk that mentions it; `TO_ENTITY`: from a chunk to an entity it mentions. */
export type PathDirection = 'TO_CHUNK' | 'TO_ENTITY';

export interface Hit {
  readonly chunkId: string;
  readonly documentId: string;
  /** From 1. */
  readonly rank: number;
  /** Exactly the arms' shares added up, in their order. */
  readonly score: number;
  readonly arms: readonly ArmScore[];
  /** How the graph reached it; empty when it was found by its words alone. Worked out when asked. */
  path(): readonly PathStep[];
}

/**
 * - LEFT_OUT: it had no part in the answer.
 * - INCOMPLETE: it had, but what it gave may not be all.
 * - STANDBY: it gave all that there is, from a standby in place of a server that is lost.
 */
export type DegradationKind = 'LEFT_OUT' | 'INCOMPLETE' | 'STANDBY';

/** An arm that could not answer, or not from all that there is, or not from where it should. */
export interface Degradation {
  readonly arm: string;
  readonly kind: DegradationKind;
  /** A sentence for people: what failed and what to do. */
  readonly reason: string;
}

export interface SearchResult {
  /** Best first, ties by chunk id. */
  readonly hits: readonly Hit[];
  /** Entities that the query was understood to name, the most telling first. */
  readonly seedIds: readonly string[];
  readonly tookMs: number;
  readonly degraded: readonly Degradation[];
}
