/** HTML as the text that a reader sees: headings, paragraphs, lists and tables; no scripts, no navigation. */

import { type CheerioAPI, load } from 'cheerio';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parser.ts';
import { createTextBuilder, type TextBuilder } from './text-builder.ts';

/** What is not part of the text. */
const LEFT_OUT = 'script, style, noscript, template, nav, svg, iframe, object, form, [hidden]';
const BLOCKS = new Set(
  `address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer header hr li main ol
  p pre section summary table ul`.split(/\s+/),
);
/** Elements nest this deep at most; what is deeper is read as one run of text. */
const DEPTH_MAX = 200;

/** What of a DOM node is looked at. */
interface Element {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly children?: readonly Element[];
}

export function parseHtml(html: string): ParsedText {
  refuseDeepNesting(html);
  return readPage(html);
}

/** Tags whose end is always written, so that counting them tells how deep a page nests. */
const CLOSED_TAG =
  /<(\/?)(?:div|span|section|article|blockquote|ul|ol|dl|table|b|i|u|em|strong|font|a|small|center)\b/gi;
/** The parser's time grows with the square of this. */
const NESTING_MAX = 2_000;

function refuseDeepNesting(html: string): void {
  let depth = 0;
  for (const [, closing] of html.matchAll(CLOSED_TAG)) {
    depth = closing === '/' ? Math.max(0, depth - 1) : depth + 1;
    if (depth > NESTING_MAX) {
      throw new Problem(
        'UNPROCESSABLE_DOCUMENT',
        `The HTML nests deeper than ${NESTING_MAX} elements. Flatten it.`,
      );
    }
  }
}

function readPage(html: string): ParsedText {
  const page = load(html);
  const title = page('title').first().text() || page('h1').first().text();
  page(LEFT_OUT).remove();
  return collect(page, title);
}

function collect(page: CheerioAPI, title: string): ParsedText {
  const builder = createTextBuilder();
  const body = page('body')[0] as unknown as Element | undefined;
  if (body !== undefined) addChildren(builder, body, 0);
  return builder.build(title.replaceAll(/\s+/g, ' '));
}

/** Inline content between two blocks is a block of its own. */
function addChildren(builder: TextBuilder, parent: Element, depth: number): void {
  let inline = '';
  for (const child of parent.children ?? []) {
    if (!isBlock(child) || depth >= DEPTH_MAX) {
      inline += textOf(child);
      continue;
    }
    builder.block(tidy(inline));
    inline = '';
    addBlock(builder, child, depth + 1);
  }
  builder.block(tidy(inline));
}

function addBlock(builder: TextBuilder, element: Element, depth: number): void {
  const name = element.name ?? '';
  const level = /^h([1-6])$/.exec(name)?.[1];
  if (level !== undefined) builder.heading(Number(level), textOf(element));
  else if (name === 'pre') builder.block(rawTextOf(element));
  else if (name === 'ul' || name === 'ol')
    builder.block(linesOf(element, 'li', (item) => `- ${tidy(textOf(item))}`));
  else if (name === 'table') builder.block(linesOf(element, 'tr', renderRow));
  else addChildren(builder, element, depth);
}

function isBlock({ name }: Element): boolean {
  return name !== undefined && (BLOCKS.has(name) || /^h[1-6]$/.test(name));
}

function renderRow(row: Element): string {
  const cells = (row.children ?? []).filter(({ name }) => name === 'td' || name === 'th');
  return cells.map((cell) => tidy(textOf(cell))).join(' | ');
}

/** One line for each element of a kind inside, in order. */
function linesOf(element: Element, name: string, render: (element: Element) => string): string {
  const found: Element[] = [];
  const visit = (node: Element, depth: number) => {
    if (depth > DEPTH_MAX) return;
    for (const child of node.children ?? []) {
      if (child.name === name) found.push(child);
      else visit(child, depth + 1);
    }
  };
  visit(element, 0);
  return found.map(render).join('\n');
}

function rawTextOf(element: Element): string {
  if (element.type === 'text') return element.data ?? '';
  if (element.name === 'br') return '\n';
  return (element.children ?? []).map(rawTextOf).join('');
}

/** Text with a space where a block begins, so that words of two cells do not run together. */
function textOf(element: Element): string {
  if (element.type === 'text') return element.data ?? '';
  if (element.name === 'br') return ' ';
  const inner = (element.children ?? []).map(textOf).join('');
  return isBlock(element) ? ` ${inner} ` : inner;
}

function tidy(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
