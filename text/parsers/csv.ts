/** CSV as readable text: a block for each row, its values named by the header. */

import { parse as parseRows } from 'csv-parse/sync';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parser.ts';
import { renderRecord } from './json.ts';
import { createTextBuilder } from './text-builder.ts';

/** Longest field, in characters. */
const FIELD_CHARS_MAX = 1_000_000;
/** What parts the fields, by how often it stands in the first line. */
const DELIMITERS = [',', ';', '\t', '|'];

export function parseCsv(text: string): ParsedText {
  const builder = createTextBuilder();
  for (const row of readRows(text)) builder.block(renderRecord(row));
  return builder.build();
}

function readRows(text: string): readonly Readonly<Record<string, string>>[] {
  try {
    return parseRows(text, csvOptions(text.slice(0, text.indexOf('\n') + 1 || undefined)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new Problem('UNPROCESSABLE_DOCUMENT', `The CSV cannot be read: ${reason.slice(0, 200)}`, { cause });
  }
}

/** How rows are read, given the first line: the header names the fields. */
export function csvOptions(firstLine: string) {
  const delimiter =
    DELIMITERS.toSorted((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0] ?? ',';
  return {
    columns: true as const,
    delimiter,
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: FIELD_CHARS_MAX,
  };
}
