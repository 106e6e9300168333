/** What a document may unfold to, whatever its format. */

import { Problem } from '../../platform/errors.ts';

/** Characters of text that one document may hold, in UTF-16 code units. */
export const TEXT_CHARS_MAX = 50_000_000;

/** Throws PAYLOAD_TOO_LARGE when a text is longer than one document may hold. */
export function requireTextFits(chars: number): void {
  if (chars <= TEXT_CHARS_MAX) return;
  throw new Problem(
    'PAYLOAD_TOO_LARGE',
    `The document unfolds to more than ${TEXT_CHARS_MAX} characters of text. Split it into several documents.`,
  );
}

/** UNPROCESSABLE_DOCUMENT for a structure that nests further than any real document does. */
export function nestsTooDeep(format: string, levels: number): Problem {
  return new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `The ${format} nests deeper than ${levels} levels. Flatten it, then send it again.`,
  );
}
