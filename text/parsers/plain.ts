/** Plain text: paragraphs are what blank lines part. */

import type { Block, ParsedText } from '../parsed-text.ts';
import { requireTextFits } from './limits.ts';

const BLANK_LINES = /\n[^\S\n]*\n\s*/g;

/** The text stays as it is, so offsets are those of the file (line ends and byte order mark apart). */
export function parsePlain(text: string): ParsedText {
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
