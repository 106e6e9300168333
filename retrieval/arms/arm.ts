/**
 * An arm: one way of finding. The list of arms is a value that `createRetrieval` takes, so a further arm is one
 * file with one function that returns an `Arm`, and one more element of that list.
 */

import type { Boundary } from '../../model/filter.ts';
import type { Scored } from '../fusion.ts';
import type { PathStep } from '../hit.ts';

/** What every arm is asked. One object a search: arms that share work recognise it by identity. */
export interface ArmSearch {
  readonly query: string;
  /** No arm may return, or lead through, anything outside. */
  readonly boundary: Boundary;
  /** Hits wanted, at most. */
  readonly limit: number;
  /** Aborts when the caller goes away and when the arm's time is up. */
  readonly signal: AbortSignal;
}

export interface ArmFinding {
  /** Best first, scores of the arm's own scale, each chunk once. Empty when nothing fits: that is no failure. */
  readonly hits: readonly Scored[];
  /** Instead of the arm's own weight, where that depends on what it found with. */
  readonly weight?: number;
  /** Entities that the arm started from, the most telling first. */
  readonly seedIds?: readonly string[];
  /** How the arm reached a hit, step by step; empty when it did so directly. Only graph-like arms have one. */
  pathTo?(chunkId: string): readonly PathStep[];
}

export interface Arm {
  /** As clients name it. */
  readonly name: string;
  /** How much its beliefs count beside the other arms'; the scale is shared, the sum is free. */
  readonly weight: number;
  /** Whether it finds by the search indexes, and so not everything while they are behind the graph. */
  readonly usesIndexes: boolean;
  /** Rejects when the arm cannot answer; the search then goes on without it and says so. */
  find(search: ArmSearch): Promise<ArmFinding>;
}
