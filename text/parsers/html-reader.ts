/** What each HTML tag does to the text: begins a block, a section, an item or a row, or hides what is inside. */

import { LineWriter } from './line-writer.ts';
import { type TextBuilder, toLine } from './text-builder.ts';

type Attributes = Readonly<Record<string, string>>;

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Elements that begin and end a block of text. */
const BLOCKS = words(`
  address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form
  header hgroup hr html legend main p section summary`);
const HEADINGS = words('h1 h2 h3 h4 h5 h6');
const LISTS = words('ul ol menu');
/** Where a footer belongs to the text and not to the site. */
const SECTIONS = words('article main section blockquote');
const INDENT = '  ';
/** Lists inside lists are indented this far at most. */
const INDENT_MAX = 10;

/** Takes tags in their order. They must come balanced: each `open` has its `close`, those of empty elements too. */
export class HtmlReader {
  readonly #builder: TextBuilder;
  readonly #writer = new LineWriter();
  readonly #lists: { readonly ordered: boolean; items: number }[] = [];
  /** How many of each are open. */
  #tables = 0;
  #preformatted = 0;
  #headings = 0;
  #sections = 0;
  /** The element that hides what is inside, and how many of its name are open. */
  #hidden: { readonly name: string; depth: number } | null = null;
  #inTitle = false;
  #title: string | null = null;
  #firstHeading: string | null = null;
  #atFirstCell = true;

  constructor(builder: TextBuilder) {
    this.#builder = builder;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#hidden !== null) {
      if (name === this.#hidden.name) this.#hidden.depth += 1;
    } else if (name === 'title') this.#inTitle = this.#title === null;
    else if (isHidden(name, attributes, this.#sections > 0)) this.#hidden = { name, depth: 1 };
    else this.#openVisible(name);
  }

  close(name: string): void {
    if (this.#hidden === null) {
      if (name === 'title') this.#inTitle = false;
      else this.#closeVisible(name);
    } else if (name === this.#hidden.name) {
      this.#hidden.depth -= 1;
      if (this.#hidden.depth === 0) this.#hidden = null;
    }
  }

  text(text: string): void {
    if (this.#hidden !== null) return;
    if (this.#inTitle) this.#title = (this.#title ?? '') + text;
    else if (this.#preformatted > 0) this.#writer.writeAsItIs(text);
    else this.#writer.write(text);
  }

  /** Ends the last block. `firstHeading` is of the first level. */
  end(): { readonly title: string | null; readonly firstHeading: string | null } {
    this.#endBlock();
    return { title: toLine(this.#title ?? '') || null, firstHeading: this.#firstHeading };
  }

  #openVisible(name: string): void {
    if (SECTIONS.has(name)) this.#sections += 1;
    if (BLOCKS.has(name)) this.#separate();
    else if (HEADINGS.has(name)) {
      if (this.#headings === 0) this.#endBlock();
      this.#headings += 1;
    } else if (LISTS.has(name)) {
      this.#separate();
      this.#lists.push({ ordered: name === 'ol', items: 0 });
    } else this.#openPart(name);
  }

  #openPart(name: string): void {
    switch (name) {
      case 'li':
        this.#beginItem();
        break;
      case 'table':
        this.#separate();
        this.#tables += 1;
        break;
      case 'tr':
        this.#writer.newLine();
        this.#atFirstCell = true;
        break;
      case 'td':
      case 'th':
        if (!this.#atFirstCell) this.#writer.write(' | ');
        this.#atFirstCell = false;
        break;
      case 'pre':
        this.#separate();
        this.#preformatted += 1;
        break;
      case 'br':
        this.#breakLine();
        break;
    }
  }

  #closeVisible(name: string): void {
    if (SECTIONS.has(name)) this.#sections -= 1;
    if (BLOCKS.has(name)) this.#separate();
    else if (HEADINGS.has(name)) {
      this.#headings -= 1;
      if (this.#headings === 0) this.#endHeading(name);
    } else if (LISTS.has(name)) {
      if (this.#lists.length === 1 && this.#tables === 0) this.#endBlock();
      this.#lists.pop();
    } else if (name === 'table') {
      if (this.#tables === 1 && this.#lists.length === 0) this.#endBlock();
      this.#tables -= 1;
    } else if (name === 'pre') {
      if (this.#lists.length + this.#tables === 0) this.#endBlock();
      this.#preformatted -= 1;
    }
  }

  get #inLines(): boolean {
    return this.#lists.length + this.#tables + this.#preformatted > 0;
  }

  #endBlock(): void {
    this.#builder.block(this.#writer.take(), this.#inLines ? 'lines' : 'prose');
  }

  #endHeading(name: string): void {
    const text = toLine(this.#writer.take());
    if (name === 'h1') this.#firstHeading ??= text || null;
    this.#builder.heading(Number(name.charAt(1)), text);
  }

  /** Parts what comes from what was, as far as the place allows. */
  #separate(): void {
    if (this.#headings + this.#tables > 0) this.#writer.write(' ');
    else if (this.#lists.length === 0) this.#endBlock();
    else if (!this.#writer.atLineStart) this.#writer.newLine(indentOf(this.#lists.length));
  }

  #beginItem(): void {
    const list = this.#lists.at(-1);
    if (list === undefined || this.#tables > 0) {
      this.#separate();
      return;
    }
    list.items += 1;
    this.#writer.newLine(indentOf(this.#lists.length - 1) + (list.ordered ? `${list.items}. ` : '- '));
  }

  #breakLine(): void {
    if (this.#preformatted > 0) this.#writer.writeAsItIs('\n');
    else if (this.#inLines || this.#headings > 0) this.#separate();
    else if (this.#writer.atLineStart) this.#endBlock();
    else this.#writer.newLine();
  }
}

function indentOf(levels: number): string {
  return INDENT.repeat(Math.min(levels, INDENT_MAX));
}

/** Not part of what is read: code, navigation, controls, and what stands in for them. */
const HIDDEN = words(`
  script style noscript template nav svg iframe object audio video canvas dialog button select textarea datalist rp rt`);
const HIDDEN_ROLES = words('navigation search contentinfo menu menubar toolbar doc-noteref doc-backlink');
/** Pages that hide themselves until their scripts have run are read all the same. */
const PAGE = words('html body');

function isHidden(name: string, attributes: Attributes, inSection: boolean): boolean {
  if (PAGE.has(name)) return false;
  const { role, hidden, style, 'aria-hidden': ariaHidden } = attributes;
  return (
    HIDDEN.has(name) ||
    hidden !== undefined ||
    ariaHidden === 'true' ||
    (role !== undefined && HIDDEN_ROLES.has(role)) ||
    (style !== undefined && /display\s*:\s*none/i.test(style)) ||
    (name === 'footer' && !inSection)
  );
}
