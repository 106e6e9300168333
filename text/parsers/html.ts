/**
 * HTML as the text that a reader sees: headings, paragraphs, lists and tables; no scripts, no navigation. Read as a
 * stream of tags, without a tree of the page, so that time and memory grow with its size only.
 */

import { Parser } from 'htmlparser2';
import type { ParsedText } from '../parsed-text.ts';
import { HtmlReader } from './html-reader.ts';
import { nestsTooDeep } from './limits.ts';
import { createTextBuilder, type TextBuilder } from './text-builder.ts';

/** Elements open at once, twice what browsers keep: finding the one that a tag closes takes time with each of them. */
const NESTING_MAX = 1_000;

export function parseHtml(html: string): ParsedText {
  const builder = createTextBuilder();
  const { title, firstHeading } = addHtml(builder, html);
  return builder.build(title ?? firstHeading);
}

/** Adds a page, or a piece of one, to a text. `firstHeading` is of the first level. */
export function addHtml(
  builder: TextBuilder,
  html: string,
): { readonly title: string | null; readonly firstHeading: string | null } {
  const reader = new HtmlReader(builder);
  let open = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      open += 1;
      if (open > NESTING_MAX) throw nestsTooDeep('HTML', NESTING_MAX);
      reader.open(name, attributes);
    },
    onclosetag: (name) => {
      open -= 1;
      reader.close(name);
    },
    ontext: (text) => reader.text(text),
  });
  parser.end(html);
  return reader.end();
}
