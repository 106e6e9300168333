/** Markdown (CommonMark with GitHub's tables, strikethrough and footnotes) as the text that a reader sees. */

import MarkdownIt from 'markdown-it';
import type { ParsedText } from '../parsed-text.ts';
import { useFootnotes } from './footnotes.ts';
import { MarkdownReader } from './markdown-reader.ts';

/** YAML between `---` lines at the top is about the document, not part of it. */
const FRONT_MATTER = /^---[^\S\n]*\n([\s\S]*?\n)(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;
/** `key: value`, below comments; what begins otherwise is text between two rules. */
const YAML = /^(?:[^\S\n]*(?:#.*)?\n)*[\w"'-][^\n:]*:\s/;

const markdownIt = new MarkdownIt({ html: true }).use(useFootnotes);

export function parseMarkdown(markdown: string): ParsedText {
  const [top = '', yaml = ''] = FRONT_MATTER.exec(markdown) ?? [];
  const isYaml = YAML.test(yaml);
  const source = isYaml ? markdown.slice(top.length) : markdown;
  const reader = new MarkdownReader();
  for (const token of markdownIt.parse(source, {})) reader.add(token);
  return reader.build(isYaml ? titleIn(yaml) : null);
}

/** `title: "A title"` */
function titleIn(frontMatter: string): string | null {
  const title = /^title:[^\S\n]*(\S.*)$/m.exec(frontMatter)?.[1]?.trim();
  return title?.replace(/^(["'])(.*)\1$/, '$2').replace(/^[>|][+-]?$/, '') || null;
}
