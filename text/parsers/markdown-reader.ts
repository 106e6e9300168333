/** What each Markdown token does to the text. */

import type { Token } from 'markdown-it';
import type { ParsedText } from '../parsed-text.ts';
import { addHtml } from './html.ts';
import { nestsTooDeep } from './limits.ts';
import { LineWriter } from './line-writer.ts';
import { createTextBuilder } from './text-builder.ts';

/** Lists and quotes nest this deep at most: the tokenizer leaves out what is deeper. */
const NESTING_MAX = 100;
const INDENT = '  ';
/** Lists inside lists are indented this far at most. */
const INDENT_MAX = 10;

/** Takes the tokens of a document in their order. */
export class MarkdownReader {
  readonly #builder = createTextBuilder();
  readonly #writer = new LineWriter();
  #lists = 0;
  #inTable = false;
  #atFirstCell = true;
  #headingLevel = 0;
  #firstHeading: string | null = null;

  add(token: Token): void {
    if (token.nesting === 1 && token.level >= NESTING_MAX - 1) throw nestsTooDeep('Markdown', NESTING_MAX);
    if (token.nesting === 1) this.#open(token);
    else if (token.nesting === -1) this.#close(token);
    else this.#addContent(token);
  }

  build(title: string | null): ParsedText {
    return this.#builder.build(title ?? this.#firstHeading);
  }

  #open({ type, tag, info, markup }: Token): void {
    switch (type) {
      case 'heading_open':
        this.#headingLevel = Number(tag.charAt(1));
        break;
      case 'bullet_list_open':
      case 'ordered_list_open':
        this.#lists += 1;
        break;
      case 'list_item_open':
        this.#writer.newLine(`${indentOf(this.#lists - 1)}${info === '' ? '-' : info + markup} `);
        break;
      case 'paragraph_open':
        if (!this.#writer.atLineStart) this.#writer.newLine(indentOf(this.#lists));
        break;
      case 'table_open':
        this.#inTable = true;
        break;
      case 'tr_open':
        this.#atFirstCell = true;
        this.#writer.newLine(indentOf(this.#lists));
        break;
      case 'td_open':
      case 'th_open':
        if (!this.#atFirstCell) this.#writer.write(' | ');
        this.#atFirstCell = false;
        break;
    }
  }

  #close({ type }: Token): void {
    switch (type) {
      case 'heading_close':
        this.#headingLevel = 0;
        break;
      case 'bullet_list_close':
      case 'ordered_list_close':
        this.#lists -= 1;
        this.#endLines();
        break;
      case 'table_close':
        this.#inTable = false;
        this.#endLines();
        break;
    }
  }

  /** Ends the block of the outermost list or table. */
  #endLines(): void {
    if (this.#lists === 0 && !this.#inTable) this.#builder.block(this.#writer.take(), 'lines');
  }

  #addContent({ type, content, children }: Token): void {
    switch (type) {
      case 'inline':
        this.#addText(inlineText(children ?? []));
        break;
      case 'fence':
      case 'code_block':
        this.#addCode(content);
        break;
      case 'html_block':
        this.#addHtml(content);
        break;
    }
  }

  #addText(text: string): void {
    if (this.#lists > 0 || this.#inTable) this.#writer.write(text);
    else if (this.#headingLevel === 0) this.#builder.block(text);
    else {
      if (this.#headingLevel === 1) this.#firstHeading ??= text.trim() || null;
      this.#builder.heading(this.#headingLevel, text);
    }
  }

  #addCode(code: string): void {
    if (this.#lists === 0) {
      this.#builder.block(code, 'lines');
      return;
    }
    this.#writer.newLine();
    this.#writer.writeAsItIs(code.trimEnd());
  }

  #addHtml(html: string): void {
    if (this.#lists === 0) {
      const { firstHeading } = addHtml(this.#builder, html);
      this.#firstHeading ??= firstHeading;
      return;
    }
    const inside = createTextBuilder();
    addHtml(inside, html);
    this.#writer.write(` ${inside.build().text} `);
  }
}

function indentOf(levels: number): string {
  return INDENT.repeat(Math.min(levels, INDENT_MAX));
}

/** Tags of inline HTML are left out; an image is its description. */
function inlineText(tokens: readonly Token[]): string {
  return tokens.map(inlineTokenText).join('');
}

function inlineTokenText({ type, content, children }: Token): string {
  switch (type) {
    case 'text':
    case 'code_inline':
      return content;
    case 'softbreak':
    case 'hardbreak':
      return '\n';
    case 'html_inline':
      return /^<br\b/i.test(content) ? '\n' : '';
    default:
      return inlineText(children ?? []);
  }
}
