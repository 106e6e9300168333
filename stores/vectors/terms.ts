/**
 * Cuts text into terms by asking SQLite FTS5, which does so for the embedded index: the same word is the same term
 * on both, by construction. Synchronous, so it lives in a worker thread.
 */

import { DatabaseSync } from 'node:sqlite';
import { COLUMN_WEIGHTS, TOKENIZER } from './keyword-words.ts';

type Column = keyof typeof COLUMN_WEIGHTS;

export type Columns = { readonly [Name in Column]: string };

/** The terms of each column, in their order. */
export type ColumnTerms = { readonly [Name in Column]: readonly string[] };

export interface TermReader {
  /** One answer a text. */
  termsOf(texts: readonly Columns[]): readonly ColumnTerms[];
}

export function createTermReader(): TermReader {
  const database = new DatabaseSync(':memory:');
  const columns = Object.keys(COLUMN_WEIGHTS).join(', ');
  database.exec(`
    CREATE VIRTUAL TABLE passage USING fts5(${columns}, content='', tokenize='${TOKENIZER}');
    CREATE VIRTUAL TABLE term USING fts5vocab(passage, 'instance');
  `);
  const add = database.prepare(`INSERT INTO passage (rowid, ${columns}) VALUES (?, ?, ?, ?)`);
  const read = database.prepare('SELECT doc, col, term FROM term ORDER BY doc, col, "offset"');

  return {
    termsOf: (texts) => {
      database.exec('BEGIN');
      try {
        texts.forEach(({ title, headings, text }, at) => {
          add.run(at, title, headings, text);
        });
        return gathered(texts.length, read.all());
      } finally {
        database.exec('ROLLBACK');
      }
    },
  };
}

function gathered(count: number, rows: readonly Readonly<Record<string, unknown>>[]): readonly ColumnTerms[] {
  const all = Array.from({ length: count }, () => ({
    title: [] as string[],
    headings: [] as string[],
    text: [] as string[],
  }));
  for (const { doc, col, term } of rows) all[Number(doc)]?.[col as Column].push(String(term));
  return all;
}
