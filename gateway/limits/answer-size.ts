/**
 * How large an answer may be. What an operation asks for is bounded before it runs, but metadata and names are as
 * long as their writers made them: the answer is measured before a byte of it is written.
 */

import type { GraphQLError } from 'graphql';
import { Problem } from '../../platform/errors.ts';
import { refusal } from '../error-format.ts';

/** Characters of an answer as JSON, about. */
export const ANSWER_CHARACTERS_MAX = 40_000_000;
/** Quotes, a colon and a comma around a name or a value. */
const PUNCTUATION = 4;

/** The refusal of an answer that is too large, or null. */
export function refuseTooLarge(data: unknown): GraphQLError | null {
  if (charactersOf(data, ANSWER_CHARACTERS_MAX) <= ANSWER_CHARACTERS_MAX) return null;
  const detail = `The answer has more than ${ANSWER_CHARACTERS_MAX} characters, which is the limit. Ask for fewer objects or shorter texts, in several operations.`;
  return refusal(new Problem('QUERY_TOO_COMPLEX', detail));
}

/** About as many characters as the value has as JSON. Stops counting once there are more than `max`. */
export function charactersOf(value: unknown, max: number): number {
  const open: unknown[] = [value];
  let characters = 0;
  const count = (inner: unknown) => {
    if (typeof inner === 'string') characters += inner.length + PUNCTUATION;
    else if (typeof inner === 'object' && inner !== null) open.push(inner);
    else characters += PUNCTUATION;
  };
  while (open.length > 0 && characters <= max) {
    const next = open.pop();
    characters += PUNCTUATION;
    if (Array.isArray(next)) for (const item of next) count(item);
    else if (typeof next === 'object' && next !== null) {
      for (const name of Object.keys(next)) {
        characters += name.length + PUNCTUATION;
        count((next as Readonly<Record<string, unknown>>)[name]);
      }
    } else count(next);
  }
  return characters;
}
