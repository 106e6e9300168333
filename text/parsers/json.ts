/** JSON and JSON lines as readable text: `path: value` lines, a block for each record. */

import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parser.ts';
import { createTextBuilder } from './text-builder.ts';

/** Values nest this deep at most. */
const DEPTH_MAX = 100;

export function parseJson(text: string): ParsedText {
  const value = readJson(text, 'The content');
  const builder = createTextBuilder();
  for (const record of Array.isArray(value) ? value : [value]) builder.block(renderRecord(record));
  return builder.build(titleOf(value));
}

export function parseJsonLines(text: string): ParsedText {
  const builder = createTextBuilder();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() !== '') builder.block(renderRecord(readJson(line, `Line ${at + 1}`)));
  }
  return builder.build();
}

/** A record as `path: value` lines, in its own order. */
export function renderRecord(record: unknown): string {
  return [...leaves(record, '', 0)]
    .map(([path, value]) => (path === '' ? value : `${path}: ${value}`))
    .join('\n');
}

function* leaves(value: unknown, path: string, depth: number): Generator<readonly [string, string]> {
  if (depth > DEPTH_MAX) {
    throw new Problem(
      'UNPROCESSABLE_DOCUMENT',
      `The JSON nests deeper than ${DEPTH_MAX} levels. Flatten it.`,
    );
  }
  if (value === null || (typeof value === 'string' && value.trim() === '')) return;
  if (typeof value !== 'object') {
    yield [path, String(value)];
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const name = Array.isArray(value) ? path : path === '' ? key : `${path}.${key}`;
    yield* leaves(inner, name, depth + 1);
  }
}

function readJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new Problem('UNPROCESSABLE_DOCUMENT', `${where} is not valid JSON: ${reason.slice(0, 200)}`, {
      cause,
    });
  }
}

function titleOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { title, name } = value as Readonly<Record<string, unknown>>;
  return typeof title === 'string' ? title : typeof name === 'string' ? name : null;
}
