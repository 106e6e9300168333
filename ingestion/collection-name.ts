/** What a collection may be called. */

import { badInput } from '../platform/errors.ts';
import { COLLECTION_NAME_CHARS_MAX } from './limits.ts';

/** Throws BAD_INPUT for a name that no collection may have; gives it trimmed. `field` is where the caller gave it. */
export function checkCollectionName(name: string, field = 'input.collection'): string {
  const trimmed = name.trim();
  if (trimmed === '') throw badInput(field, 'is empty. Give the collection a name.');
  if (trimmed.length > COLLECTION_NAME_CHARS_MAX) {
    throw badInput(field, `has ${trimmed.length} characters and may have ${COLLECTION_NAME_CHARS_MAX}.`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(trimmed))
    throw badInput(field, 'has a control character, such as a line break.');
  return trimmed;
}
