/** What is read of relationships, by readers with bounds and without: pages that are asked for, and rows that are given. */

import type { Row } from '../graph-store.ts';

export type Direction = 'OUTGOING' | 'INCOMING' | 'BOTH';

export interface RelationshipPage {
  readonly direction: Direction;
  /** Empty for every type. */
  readonly types: readonly string[];
  /** Type and id of the last relationship seen; empty texts for the first page. */
  readonly after: readonly [type: string, id: string];
  readonly limit: number;
}

export function parametersOf({ types, limit, after: [afterType, afterId] }: RelationshipPage) {
  return { afterType, afterId, limit, ...(types.length === 0 ? {} : { types }) };
}

export interface EntityRelationship {
  readonly entityId: string;
  readonly relationshipId: string;
  readonly type: string;
}

export function decodeEntityRelationship(row: Row): EntityRelationship {
  return {
    entityId: String(row.entityId),
    relationshipId: String(row.relationshipId),
    type: String(row.type),
  };
}

export interface RelationshipWeight {
  readonly relationshipId: string;
  readonly weight: number;
}

export function decodeWeight(row: Row): RelationshipWeight {
  return { relationshipId: String(row.relationshipId), weight: Number(row.weight) };
}

export interface Evidence {
  readonly relationshipId: string;
  readonly chunkId: string;
}

export function decodeEvidence(row: Row): Evidence {
  return { relationshipId: String(row.relationshipId), chunkId: String(row.chunkId) };
}

/** One step of a walk: a relationship that joins `from`, which the walk has reached, with `to`. */
export interface Step {
  readonly from: string;
  readonly relationshipId: string;
  readonly to: string;
}

export function decodeStep(row: Row): Step {
  return { from: String(row.from), relationshipId: String(row.relationshipId), to: String(row.to) };
}
