/** Puts a parsed text together out of blocks, and keeps account of where each one lies. */

import type { Block, ParsedText } from '../parser.ts';

export interface TextBuilder {
  /** Begins a section; a heading of the same or a higher level ends the one before. */
  heading(level: number, title: string): void;
  /** Adds a block; white space around it is dropped, an empty one is ignored. */
  block(text: string): void;
  /** From here on blocks lie on this page. */
  page(number: number): void;
  build(title?: string | null): ParsedText;
}

const SEPARATOR = '\n\n';

export function createTextBuilder(): TextBuilder {
  const parts: string[] = [];
  const blocks: Block[] = [];
  let length = 0;
  let path: readonly { readonly level: number; readonly title: string }[] = [];
  let page: number | null = null;

  const add = (text: string) => {
    const trimmed = text.trim();
    if (trimmed === '') return;
    if (length > 0) {
      parts.push(SEPARATOR);
      length += SEPARATOR.length;
    }
    parts.push(trimmed);
    const headings = path.map((section) => section.title);
    blocks.push({ start: length, end: length + trimmed.length, headings, page });
    length += trimmed.length;
  };

  return {
    heading: (level, title) => {
      const line = title.replaceAll(/\s+/g, ' ').trim();
      if (line === '') return;
      path = [...path.filter((section) => section.level < level), { level, title: line }];
      add(line);
    },
    block: add,
    page: (number) => {
      page = number;
    },
    build: (title = null) => {
      const first = title ?? null;
      return { text: parts.join(''), title: first?.trim() || null, blocks };
    },
  };
}
