/** Plain text: paragraphs are what blank lines part. */

import { Problem } from '../../platform/errors.ts';
import type { Block, ParsedText } from '../parser.ts';
import { requireTextFits } from './limits.ts';

const BLANK_LINES = /\n[^\S\n]*\n\s*/g;

/** The text stays as it is, so offsets are those of the file (line ends and byte order mark apart). */
export function parsePlain(text: string): ParsedText {
  refuseBinary(text);
  requireTextFits(text.length);
  const blocks: Block[] = [];
  let start = 0;
  for (const gap of text.matchAll(BLANK_LINES)) {
    addParagraph(blocks, text, start, gap.index);
    start = gap.index + gap[0].length;
  }
  addParagraph(blocks, text, start, text.length);
  return { text, title: null, blocks };
}

function addParagraph(blocks: Block[], text: string, start: number, end: number): void {
  const slice = text.slice(start, end);
  const from = start + slice.length - slice.trimStart().length;
  const to = end - (slice.length - slice.trimEnd().length);
  if (to > from) blocks.push({ kind: 'prose', start: from, end: to, headings: [], page: null });
}

/** No text has a NUL, and most other files do. */
function refuseBinary(text: string): void {
  const at = text.indexOf('\0');
  if (at < 0) return;
  throw new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `The content has a NUL at character ${at}, so it is no plain text. Save it as UTF-8, or give its format its own media type.`,
  );
}
