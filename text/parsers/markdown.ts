/** Markdown (CommonMark with GitHub's tables, strikethrough and footnotes) as the text that a reader sees. */

import MarkdownIt from 'markdown-it';
import type { ParsedText } from '../parser.ts';
import { useFootnotes } from './footnotes.ts';
import { MarkdownReader } from './markdown-reader.ts';

/** YAML between `---` lines at the top is about the document, not part of it. */
const FRONT_MATTER = /^---\n([\s\S]*?)\n---(?:\n|$)/;

const markdownIt = new MarkdownIt({ html: true }).use(useFootnotes);

export function parseMarkdown(markdown: string): ParsedText {
  const frontMatter = FRONT_MATTER.exec(markdown);
  const source = frontMatter === null ? markdown : markdown.slice(frontMatter[0].length);
  const reader = new MarkdownReader();
  for (const token of markdownIt.parse(source, {})) reader.add(token);
  return reader.build(titleIn(frontMatter?.[1] ?? ''));
}

/** `title: "A title"` */
function titleIn(frontMatter: string): string | null {
  const title = /^title:[^\S\n]*(\S.*)$/m.exec(frontMatter)?.[1]?.trim();
  return title?.replace(/^(["'])(.*)\1$/, '$2') || null;
}
