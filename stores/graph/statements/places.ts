/** The places where a chunk names an entity, packed into one text: an edge with four lists costs a third more to write. */

import type { ResolutionReason } from '../../../model/knowledge.ts';
import type { Row } from '../graph-store.ts';

export interface MentionPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly reason: ResolutionReason;
}

/** JSON of `[text, start, end, reason]`, one a place; null for none. */
export function writePlaces(places: readonly MentionPlace[]): string | null {
  if (places.length === 0) return null;
  return JSON.stringify(places.map(({ text, start, end, reason }) => [text, start, end, reason]));
}

export function readPlaces(value: Row[string] | undefined): readonly MentionPlace[] {
  if (typeof value !== 'string') return [];
  const places = JSON.parse(value) as readonly (readonly [string, number, number, ResolutionReason])[];
  return places.map(([text, start, end, reason]) => ({ text, start, end, reason }));
}
