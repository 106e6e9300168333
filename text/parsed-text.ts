/** The text that readers see, with its structure as offsets into it. */

/**
 * `heading` opens a section, `prose` is made of sentences, and in `lines` each line stands for itself: lists, tables,
 * code, records.
 */
export type BlockKind = 'heading' | 'prose' | 'lines';

/** A run of text that belongs together: a paragraph, a heading, a list, a table, a piece of code. */
export interface Block {
  readonly kind: BlockKind;
  /** Offsets into the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Titles of the sections around it, outermost first. */
  readonly headings: readonly string[];
  /** Page of the source, from 1; null where it has none. */
  readonly page: number | null;
}

export interface ParsedText {
  readonly text: string;
  /** The title that the document gives itself. */
  readonly title: string | null;
  /** In order, without overlap, covering all but white space. */
  readonly blocks: readonly Block[];
}
