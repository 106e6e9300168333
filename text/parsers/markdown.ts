/** Markdown (CommonMark with GitHub's tables, strikethrough and task lists) as the text that a reader sees. */

import type { List, ListItem, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as plainText } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import type { ParsedText } from '../parser.ts';
import { createTextBuilder, type TextBuilder } from './text-builder.ts';

/** YAML between `---` lines at the top is about the document, not part of it. */
const FRONT_MATTER = /^---\n[\s\S]*?\n---(?:\n|$)/;
/** Lists inside lists are indented this far at most. */
const LIST_DEPTH_MAX = 10;

export function parseMarkdown(markdown: string): ParsedText {
  const source = markdown.replace(FRONT_MATTER, '');
  const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const builder = createTextBuilder();
  for (const node of tree.children) addNode(builder, node);
  const title = tree.children.find((node) => node.type === 'heading' && node.depth === 1);
  return builder.build(title === undefined ? null : plainText(title));
}

function addNode(builder: TextBuilder, node: RootContent): void {
  if (node.type === 'heading') builder.heading(node.depth, plainText(node));
  else if (node.type === 'blockquote') for (const child of node.children) addNode(builder, child);
  else builder.block(renderBlock(node));
}

function renderBlock(node: RootContent): string {
  switch (node.type) {
    case 'list':
      return renderList(node, 0);
    case 'table':
      return renderTable(node);
    case 'html':
      return node.value.replaceAll(/<[^>]*>/g, ' ');
    case 'definition':
    case 'thematicBreak':
      return '';
    default:
      return plainText(node);
  }
}

function renderList(list: List, depth: number): string {
  const start = list.start ?? 1;
  return list.children
    .map((item, at) => renderItem(item, list.ordered ? `${start + at}. ` : '- ', depth))
    .join('\n');
}

function renderItem(item: ListItem, bullet: string, depth: number): string {
  const lines = item.children.map((child) =>
    child.type === 'list' && depth < LIST_DEPTH_MAX ? renderList(child, depth + 1) : plainText(child),
  );
  return `${'  '.repeat(depth)}${bullet}${lines.join('\n')}`;
}

function renderTable(table: Table): string {
  return table.children.map((row) => row.children.map((cell) => plainText(cell)).join(' | ')).join('\n');
}
