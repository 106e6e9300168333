/** Files of records, read as a stream: each line of JSON lines, each row of CSV, is a document of its own. */

import { Readable } from 'node:stream';
import { parse as parseRows } from 'csv-parse';
import type { JsonObject } from '../model/documents.ts';
import { Problem } from '../platform/errors.ts';
import type { MediaType } from './parser.ts';
import { csvOptions } from './parsers/csv.ts';

/** What a record says of its document. */
export interface RecordDocument {
  readonly key: string | null;
  readonly title: string | null;
  readonly content: string;
  readonly mediaType: 'text/plain';
  readonly metadata: JsonObject;
}

export type ReadRecord =
  | { readonly index: number; readonly input: RecordDocument }
  | { readonly index: number; readonly problem: Problem };

const RECORD_MEDIA_TYPES: readonly MediaType[] = ['application/jsonl', 'text/csv'];
/** Longest line, in UTF-16 code units. */
const LINE_CHARS_MAX = 8_000_000;

export function isRecordMediaType(mediaType: MediaType): boolean {
  return RECORD_MEDIA_TYPES.includes(mediaType);
}

/** The records in order, in bounded memory. A record that cannot be read is a problem in its place. */
export async function* readRecords(
  mediaType: MediaType,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<ReadRecord> {
  const raw = mediaType === 'text/csv' ? readCsv(source) : readJsonLines(source);
  for await (const { index, value } of raw) {
    yield value instanceof Problem ? { index, problem: value } : toRecord(index, value);
  }
}

interface RawRecord {
  readonly index: number;
  readonly value: unknown;
}

async function* readJsonLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  let index = 0;
  let number = 0;
  for await (const line of readLines(source)) {
    number += 1;
    if (line.trim() === '') continue;
    yield { index: index++, value: parseLine(line, number) };
  }
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    return new Problem(
      'UNPROCESSABLE_DOCUMENT',
      `Line ${number} is not valid JSON: ${(cause as Error).message.slice(0, 200)}`,
      { cause },
    );
  }
}

async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const piece of source) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARS_MAX) {
      throw new Problem(
        'PAYLOAD_TOO_LARGE',
        `A line is longer than ${LINE_CHARS_MAX} characters. Give each record a line of its own.`,
      );
    }
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done === true) return;
  const firstLine = new TextDecoder().decode(first.value).split('\n')[0] ?? '';
  const rows = Readable.from(withFirst(first.value, pieces)).pipe(parseRows(csvOptions(firstLine)));
  let index = 0;
  try {
    for await (const value of rows) yield { index: index++, value };
  } catch (cause) {
    const problem = new Problem(
      'UNPROCESSABLE_DOCUMENT',
      `The CSV cannot be read behind row ${index}: ${(cause as Error).message.slice(0, 200)}`,
      { cause },
    );
    yield { index, value: problem };
  }
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let piece = await rest.next(); piece.done !== true; piece = await rest.next()) yield piece.value;
}

/** Names of the fields that mean something; all others are metadata. */
const FIELDS = {
  content: ['content', 'text', 'body'],
  title: ['title', 'name'],
  key: ['key', 'id'],
} as const;

function toRecord(index: number, value: unknown): ReadRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      index,
      problem: new Problem('UNPROCESSABLE_DOCUMENT', `Record ${index} is not an object with named fields.`),
    };
  }
  const fields = value as JsonObject;
  const [contentField, content] = pick(fields, FIELDS.content);
  const [titleField, title] = pick(fields, FIELDS.title);
  const [keyField, key] = pick(fields, FIELDS.key);
  if (content === null) {
    return {
      index,
      problem: new Problem(
        'UNPROCESSABLE_DOCUMENT',
        `Record ${index} has no text in "content", "text" or "body".`,
      ),
    };
  }
  const used = new Set([contentField, titleField, keyField]);
  const metadata = Object.fromEntries(Object.entries(fields).filter(([name]) => !used.has(name)));
  return { index, input: { key, title, content, mediaType: 'text/plain', metadata } };
}

/** The first of the names that the record has, with its value as text. */
function pick(
  fields: JsonObject,
  names: readonly string[],
): readonly [name: string | null, value: string | null] {
  for (const name of names) {
    const value = fields[name];
    if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number')
      return [name, String(value)];
  }
  return [null, null];
}
