/**
 * What a chunk calls an entity where no place in its text tells: a title, an alias that the caller declared. With the
 * places it is all that a reader needs who may read this chunk and not the ones that others named the entity in.
 */

import type { ResolutionReason } from '../../../model/knowledge.ts';
import { entityKey } from '../../../text/entity-key.ts';
import { type MentionPlace, readPlaces } from './places.ts';

/** A spelling of an entity, and why it was taken to mean it. */
export interface SaidSpelling {
  readonly text: string;
  readonly reason: ResolutionReason;
}

/** What a chunk calls an entity: by its name, and by other spellings. */
export interface Said {
  readonly name: string;
  readonly others: readonly { readonly text: string; readonly reason: string }[];
}

/** JSON of `[text, reason]`, of those spellings that the places do not give just so; null for none. */
export function writeUnplaced({ name, others }: Said, places: readonly MentionPlace[]): string | null {
  const firstOf = new Map(places.toReversed().map((place) => [entityKey(place.text), place] as const));
  const placeOf = (text: string) => {
    const place = firstOf.get(entityKey(text));
    return place?.text === text ? place : null;
  };
  const unplaced = [
    // It is the entity's own wherever it stands, and whatever else it is there: a title, say.
    ...(placeOf(name) === null ? [[name, 'SAME_NAME']] : []),
    ...others
      .filter(({ text, reason }) => placeOf(text)?.reason !== reason)
      .map(({ text, reason }) => [text, reason]),
  ];
  return unplaced.length === 0 ? null : JSON.stringify(unplaced);
}

/** How a mention spells a key, by what it has of {@link writeUnplaced} and of places; null where neither tells. */
export function spellingOf(
  key: string,
  mention: { readonly unplaced: string | null; readonly places: string | null },
): SaidSpelling | null {
  const said = [...readUnplaced(mention.unplaced), ...readPlaces(mention.places)];
  const found = said.find(({ text }) => entityKey(text) === key);
  return found === undefined ? null : { text: found.text, reason: found.reason };
}

function readUnplaced(packed: string | null): readonly SaidSpelling[] {
  if (packed === null) return [];
  const spellings = JSON.parse(packed) as readonly (readonly [string, ResolutionReason])[];
  return spellings.map(([text, reason]) => ({ text, reason }));
}
