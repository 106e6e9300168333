/** Puts a parsed text together out of blocks, and keeps account of where each one lies. */

import type { Block, BlockKind, ParsedText } from '../parsed-text.ts';
import { requireTextFits } from './limits.ts';

export interface TextBuilder {
  /** Begins a section; a heading of the same or a higher level ends the one before. */
  heading(level: number, title: string): void;
  /** Adds a block; white space around it is dropped, an empty one is ignored. */
  block(text: string, kind?: BlockKind): void;
  /** From here on blocks lie on this page. */
  page(number: number): void;
  build(title?: string | null): ParsedText;
}

const SEPARATOR = '\n\n';

/** Throws PAYLOAD_TOO_LARGE once the blocks are more text than one document may hold. */
export function createTextBuilder(): TextBuilder {
  const parts: string[] = [];
  const blocks: Block[] = [];
  let length = 0;
  let path: readonly { readonly level: number; readonly title: string }[] = [];
  let headings: readonly string[] = [];
  let page: number | null = null;

  const add = (text: string, kind: BlockKind) => {
    const trimmed = printable(text).trim();
    if (trimmed === '') return;
    if (length > 0) {
      parts.push(SEPARATOR);
      length += SEPARATOR.length;
    }
    parts.push(trimmed);
    blocks.push({ kind, start: length, end: length + trimmed.length, headings, page });
    length += trimmed.length;
    requireTextFits(length);
  };

  return {
    heading: (level, title) => {
      const line = toLine(title);
      if (line === '') return;
      path = [...path.filter((section) => section.level < level), { level, title: line }];
      headings = path.map((section) => section.title);
      add(line, 'heading');
    },
    block: (text, kind = 'prose') => add(text, kind),
    page: (number) => {
      page = number;
    },
    build: (title = null) => ({ text: parts.join(''), title: toLine(title ?? '') || null, blocks }),
  };
}

/** On one line, with single spaces. */
export function toLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').trim();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f]/g;

/** Escapes such as `&#0;` or `\ud800` must reach no store: control characters become spaces, half characters `�`. */
function printable(text: string): string {
  return text.replaceAll(CONTROL, ' ').toWellFormed();
}
