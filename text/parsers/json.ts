/** JSON and JSON lines as readable text: a block for each record. */

import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parsed-text.ts';
import { parseJson as parseExactly } from './exact-json.ts';
import { renderRecord } from './record-text.ts';
import { createTextBuilder } from './text-builder.ts';

export function parseJson(text: string): ParsedText {
  const value = readJson(text, 'The content');
  const builder = createTextBuilder();
  for (const record of Array.isArray(value) ? value : [value]) builder.block(renderRecord(record), 'lines');
  return builder.build(titleOf(value));
}

export function parseJsonLines(text: string): ParsedText {
  const builder = createTextBuilder();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() !== '') builder.block(renderRecord(readJson(line, `Line ${at + 1}`)), 'lines');
  }
  return builder.build();
}

/** `where` begins the message of what is wrong. */
export function readJson(text: string, where: string): unknown {
  try {
    return parseExactly(text);
  } catch (cause) {
    throw new Problem(
      'UNPROCESSABLE_DOCUMENT',
      `${where} is not valid JSON: ${reasonOf(cause)}. Correct it, then send it again.`,
      { cause },
    );
  }
}

/** Without the piece of content that V8 quotes: `Unexpected token 'x', "{x" is not valid JSON`. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof SyntaxError)) return 'it nests too deep';
  return cause.message.replace(/, (?:\.\.\.)?".*$/s, '').slice(0, 200);
}

function titleOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { title, name } = value as Readonly<Record<string, unknown>>;
  return typeof title === 'string' ? title : typeof name === 'string' ? name : null;
}
