/**
 * Rows of a CSV stream. The parser reads a batch of whole rows at a time; where it stumbles over one, the rows of
 * the batch are read one by one, so that a broken row fails alone.
 */

import { Problem } from '../platform/errors.ts';
import { LINE_BYTES_MAX, type Line } from './byte-lines.ts';
import {
  type CsvDialect,
  type CsvRow,
  columnNames,
  csvDialect,
  readFields,
  toRow,
  unreadableCsv,
} from './parsers/csv.ts';

export interface NumberedRow {
  /** Line on which the row ends, from 1. */
  readonly line: number;
  /** The row by the names of its columns, or why it cannot be read. */
  readonly row: CsvRow | Problem;
}

/** Lines that are read together. */
const BATCH_LINES = 200;
const BATCH_CHARS = 1_000_000;

/** The rows below the header, in order. Throws when the header itself cannot be read. */
export async function* readCsvRows(lines: AsyncIterable<Line>): AsyncGenerator<NumberedRow> {
  const table = new Table();
  let batch: Line[] = [];
  let chars = 0;
  for await (const row of wholeRows(lines)) {
    if (!table.begun) {
      table.begin(row);
      continue;
    }
    batch.push(row);
    chars += typeof row.text === 'string' ? row.text.length : 0;
    if (batch.length < BATCH_LINES && chars < BATCH_CHARS) continue;
    yield* table.read(batch);
    batch = [];
    chars = 0;
  }
  yield* table.read(batch);
}

/** What the beginning of a file says of its rows. */
class Table {
  #dialect: CsvDialect | null = null;
  #columns: readonly string[] | null = null;

  get begun(): boolean {
    return this.#columns !== null;
  }

  /** Takes the lines above the rows: empty ones, one that names the delimiter, the header. */
  begin({ number, text }: Line): void {
    if (text instanceof Problem) throw text;
    if (text.trim() === '') return;
    const isFirst = this.#dialect === null;
    this.#dialect ??= csvDialect(text);
    if (isFirst && this.#dialect.declared) return;
    this.#columns = columnNames(readHeader(text, number, this.#dialect));
  }

  *read(rows: readonly Line[]): Generator<NumberedRow> {
    let readable: (Line & { readonly text: string })[] = [];
    for (const { number, text } of rows) {
      if (typeof text === 'string') {
        readable.push({ number, text });
        continue;
      }
      yield* this.#readTogether(readable);
      readable = [];
      yield { line: number, row: text };
    }
    yield* this.#readTogether(readable);
  }

  /** Rows on consecutive lines; where they cannot be read together, each is read alone. */
  *#readTogether(rows: readonly (Line & { readonly text: string })[]): Generator<NumberedRow> {
    const [first] = rows;
    if (first === undefined || this.#columns === null || this.#dialect === null) return;
    try {
      const read = readFields(rows.map(({ text }) => text).join('\n'), this.#dialect);
      for (const { fields, lastLine } of read)
        yield { line: first.number + lastLine - 1, row: toRow(this.#columns, fields) };
    } catch (cause) {
      if (rows.length > 1) for (const row of rows) yield* this.#readTogether([row]);
      else {
        yield { line: first.number, row: unreadableCsv(`The row on line ${first.number}`, cause) };
        yield* this.#readLinesBelow(first);
      }
    }
  }

  /** A quote that is not closed took the lines below it along; they are rows of their own. */
  *#readLinesBelow({
    number,
    text,
  }: {
    readonly number: number;
    readonly text: string;
  }): Generator<NumberedRow> {
    const assembler = new RowAssembler();
    const below = text.split('\n').slice(1);
    for (const [at, line] of below.entries())
      yield* this.read([...assembler.add({ number: number + 1 + at, text: line })]);
    yield* this.read([...assembler.end()]);
  }
}

function readHeader(text: string, line: number, dialect: CsvDialect): readonly string[] {
  try {
    return readFields(text, dialect)[0]?.fields ?? [];
  } catch (cause) {
    throw unreadableCsv(`The header on line ${line}`, cause);
  }
}

/** Lines put together where a quoted field goes on from one to the next. */
async function* wholeRows(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  const assembler = new RowAssembler();
  for await (const line of lines) yield* assembler.add(line);
  yield* assembler.end();
}

/** Lines that one row may span. */
const ROW_LINES_MAX = 1_000;

/** Where a quote is not closed within a row's bounds, the line that opens it stands alone and the others are looked at anew. */
class RowAssembler {
  #open: { readonly number: number; readonly text: string }[] = [];
  #openChars = 0;

  *add({ number, text }: Line): Generator<Line> {
    if (text instanceof Problem) {
      yield* this.end();
      yield { number, text };
    } else if (this.#open.length === 0 && !hasOddQuotes(text)) yield { number, text };
    else {
      this.#open.push({ number, text });
      this.#openChars += text.length;
      if (this.#open.length > 1 && hasOddQuotes(text)) yield this.#close();
      else if (this.#open.length >= ROW_LINES_MAX || this.#openChars > LINE_BYTES_MAX) yield* this.#giveUp();
    }
  }

  *end(): Generator<Line> {
    while (this.#open.length > 0) yield* this.#giveUp();
  }

  #close(): Line {
    const [first] = this.#open;
    const text = this.#open.map((line) => line.text).join('\n');
    this.#open = [];
    this.#openChars = 0;
    return { number: first?.number ?? 0, text };
  }

  *#giveUp(): Generator<Line> {
    const [first, ...others] = this.#open;
    this.#open = [];
    this.#openChars = 0;
    if (first !== undefined) yield first;
    for (const line of others) yield* this.add(line);
  }
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}
