/**
 * Files of records, read as a stream: each line of JSON lines, each row of CSV, is a document of its own. Memory is
 * bounded by the longest record, and a record that cannot be read is a problem in its place.
 */

import { z } from 'zod';
import type { Json, JsonObject } from '../model/documents.ts';
import type { Knowledge } from '../model/knowledge.ts';
import { Problem } from '../platform/errors.ts';
import { readLines } from './byte-lines.ts';
import { readCsvRows } from './csv-rows.ts';
import { type MediaType, readMediaType } from './parser.ts';
import { nestsDeeperThan } from './parsers/exact-json.ts';
import { readJson } from './parsers/json.ts';
import { nestsTooDeep } from './parsers/limits.ts';
import { renderRecord } from './parsers/record-text.ts';

/** What a record says of its document. */
export interface RecordDocument {
  readonly key: string | null;
  readonly title: string | null;
  readonly content: string;
  readonly mediaType: MediaType;
  readonly metadata: JsonObject;
  readonly knowledge: Knowledge | null;
}

/** `index` counts records from 0, `line` lines from 1. */
export type ReadRecord =
  | { readonly index: number; readonly line: number; readonly input: RecordDocument }
  | { readonly index: number; readonly line: number; readonly problem: Problem };

const RECORD_MEDIA_TYPES: readonly MediaType[] = ['application/jsonl', 'text/csv'];

export function isRecordMediaType(mediaType: MediaType): boolean {
  return RECORD_MEDIA_TYPES.includes(mediaType);
}

/** The records in order. Throws only where the file as a whole cannot be read: its header, or the stream itself. */
export async function* readRecords(
  mediaType: MediaType,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<ReadRecord> {
  const raw = mediaType === 'text/csv' ? readCsvRecords(source) : readJsonRecords(source);
  let index = 0;
  for await (const { line, value } of raw) {
    try {
      if (value instanceof Problem) throw value;
      yield { index, line, input: toDocument(value, line) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      yield { index, line, problem: error };
    }
    index += 1;
  }
}

interface RawRecord {
  readonly line: number;
  readonly value: unknown;
}

async function* readJsonRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  for await (const { number, text } of readLines(source)) {
    if (text instanceof Problem) yield { line: number, value: text };
    else if (text.trim() !== '') yield { line: number, value: readJsonLine(text, number) };
  }
}

function readJsonLine(text: string, line: number): unknown {
  try {
    return readJson(text, `Line ${line}`);
  } catch (error) {
    return error;
  }
}

async function* readCsvRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawRecord> {
  for await (const { line, row } of readCsvRows(readLines(source))) yield { line, value: row };
}

/** Names of the fields that mean something; the first that is given counts. All others are metadata. */
const CONTENT = ['content', 'text', 'body'];
const TITLE = ['title', 'name'];
const KEY = ['key', 'id'];
/** Objects and lists nest this deep at most. */
const NESTING_MAX = 100;

/** Throws UNPROCESSABLE_DOCUMENT naming the line. */
function toDocument(value: unknown, line: number): RecordDocument {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unusable(line, 'is not an object. Give its fields names, such as {"content": "…"}');
  if (nestsDeeperThan(value, NESTING_MAX)) throw nestsTooDeep(`JSON on line ${line}`, NESTING_MAX);
  const fields = value as JsonObject;
  const key = pick(fields, KEY);
  const title = pick(fields, TITLE);
  const content = contentOf(fields, line);
  const { mediaType, metadata, knowledge } = fields;
  const used = new Set([key.name, title.name, content.name]);
  const others = Object.entries(fields).filter(([name, field]) => !used.has(name) && !isOption(name, field));
  return {
    key: key.text,
    title: title.text,
    content: content.text,
    mediaType: typeof mediaType === 'string' ? readTextMediaType(mediaType) : 'text/plain',
    metadata: { ...Object.fromEntries(others), ...(isObject(metadata) ? metadata : {}) },
    knowledge: isObject(knowledge) ? readKnowledge(knowledge, line) : null,
  };
}

/** A record without a field for its text, such as a row of a table, is rendered whole; one whose text is empty has none. */
function contentOf(fields: JsonObject, line: number) {
  const content = pick(fields, CONTENT);
  if (content.text !== null) return { name: content.name, text: content.text };
  const text = CONTENT.some((name) => name in fields) ? '' : renderRecord(fields);
  if (text === '') throw unusable(line, 'has no text. Give it in "content", "text" or "body"');
  return { name: null, text };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields that mean the same as in the API. A column of a table that happens to be called so is metadata. */
function isOption(name: string, value: Json): boolean {
  return name === 'mediaType' || ((name === 'metadata' || name === 'knowledge') && isObject(value));
}

const TEXT_MEDIA_TYPES: readonly MediaType[] = ['text/plain', 'text/markdown', 'text/html'];

function readTextMediaType(declared: string): MediaType {
  const mediaType = readMediaType(declared);
  if (TEXT_MEDIA_TYPES.includes(mediaType)) return mediaType;
  throw new Problem(
    'UNSUPPORTED_MEDIA_TYPE',
    `A record can be ${TEXT_MEDIA_TYPES.join(', ')}, and not "${mediaType}". Send such a file by itself.`,
  );
}

const KNOWLEDGE = z.object({
  entities: z
    .array(
      z.object({
        name: z.string(),
        type: z.string().exactOptional(),
        aliases: z.array(z.string()).exactOptional(),
        description: z.string().exactOptional(),
      }),
    )
    .default([]),
  triples: z.array(z.object({ subject: z.string(), predicate: z.string(), object: z.string() })).default([]),
});

function readKnowledge(knowledge: JsonObject, line: number): Knowledge {
  const parsed = KNOWLEDGE.safeParse(knowledge);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unusable(
    line,
    `has knowledge that cannot be read: correct ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** The first of the names that the record has with a value, as text. */
function pick(
  fields: JsonObject,
  names: readonly string[],
): { readonly name: string | null; readonly text: string | null } {
  for (const name of names) {
    const value = fields[name];
    if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number')
      return { name, text: String(value) };
  }
  return { name: null, text: null };
}

function unusable(line: number, what: string): Problem {
  return new Problem('UNPROCESSABLE_DOCUMENT', `The record on line ${line} ${what}.`);
}
