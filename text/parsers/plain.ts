/** Plain text: paragraphs are what blank lines part. */

import type { ParsedText } from '../parser.ts';

/** A paragraph, blank lines not among it. */
const PARAGRAPH = /\S(?:[^\n]|\n(?!\s*\n))*/g;

/** The text stays as it is, so offsets are those of the file (line ends apart). */
export function parsePlain(text: string): ParsedText {
  const blocks = [...text.matchAll(PARAGRAPH)].map((match) => ({
    start: match.index,
    end: match.index + match[0].trimEnd().length,
    headings: [],
    page: null,
  }));
  return { text, title: null, blocks };
}
