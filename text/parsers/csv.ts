/** CSV: what parts the fields, what the columns are called, and the file as readable text, a block for each row. */

import { parse } from 'csv-parse/sync';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parsed-text.ts';
import { renderRecord } from './record-text.ts';
import { createTextBuilder } from './text-builder.ts';

export type CsvRow = Readonly<Record<string, string>>;

/** What may part the fields; the first of those that stand most often in the first line does. */
const DELIMITERS = [',', ';', '\t', '|'];
/** Spreadsheets write `sep=;` before the header. */
const DECLARED_DELIMITER = /^sep=(.)$/i;
const BLANK_LINES_ABOVE = /^\s*\n/;

export function parseCsv(text: string): ParsedText {
  const builder = createTextBuilder();
  const table = text.replace(BLANK_LINES_ABOVE, '');
  const dialect = csvDialect(table.slice(0, table.indexOf('\n') + 1 || undefined));
  const [header, ...rows] = readAll(table, dialect);
  const columns = columnNames(header?.fields ?? []);
  for (const { fields } of rows) builder.block(renderRecord(toRow(columns, fields)), 'lines');
  return builder.build();
}

export interface CsvDialect {
  readonly delimiter: string;
  /** Whether the first line only names the delimiter. */
  readonly declared: boolean;
}

export function csvDialect(firstLine: string): CsvDialect {
  const declared = DECLARED_DELIMITER.exec(firstLine.trimEnd())?.[1];
  if (declared !== undefined) return { delimiter: declared, declared: true };
  const unquoted = firstLine.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return { delimiter: DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] ?? ',', declared: false };
}

export interface CsvFields {
  readonly fields: readonly string[];
  /** Line of the text, from 1, on which the row ends. */
  readonly lastLine: number;
}

/** Every row of a text, the header among them. Throws what csv-parse throws: a quote that is never closed. */
export function readFields(text: string, { delimiter }: Pick<CsvDialect, 'delimiter'>): readonly CsvFields[] {
  const rows = parse(text, {
    delimiter,
    info: true,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    relax_column_count: true,
    // A quote inside a field that has none around it is part of the text: `5" pipe`.
    relax_quotes: true,
  }) as unknown as readonly {
    readonly record: readonly string[];
    readonly info: { readonly lines: number };
  }[];
  return rows.map(({ record, info }) => ({ fields: record, lastLine: info.lines }));
}

function readAll(text: string, dialect: CsvDialect): readonly CsvFields[] {
  try {
    return readFields(dialect.declared ? text.slice(text.indexOf('\n') + 1) : text, dialect);
  } catch (cause) {
    throw unreadableCsv('The content', cause);
  }
}

/** `where` begins the message. Lines that csv-parse names are those of what it was given, and so left out. */
export function unreadableCsv(where: string, cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message.split(':')[0] : '';
  return new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `${where} is not valid CSV: ${reason}. Close every quote, and double the quotes inside fields.`,
    { cause },
  );
}

/** A column without a name is called by its place, and equal names are numbered, so that no field is lost. */
export function columnNames(header: readonly string[]): readonly string[] {
  const given = new Set(header.map((field) => field.trim()));
  const times = new Map<string, number>();
  return header.map((field, at) => {
    const name = field.trim() || placeName(at);
    const before = times.get(name) ?? 0;
    let count = before + 1;
    while (count > 1 && given.has(`${name} (${count})`)) count += 1;
    times.set(name, count);
    return before === 0 ? name : `${name} (${count})`;
  });
}

function placeName(at: number): string {
  return `column ${at + 1}`;
}

/** A row by the names of its columns; empty fields are left out. */
export function toRow(columns: readonly string[], fields: readonly string[]): CsvRow {
  const named = fields.map((field, at) => [columns[at] ?? placeName(at), field] as const);
  return Object.fromEntries(named.filter(([, field]) => field.trim() !== ''));
}
