/**
 * Lines of a byte stream, in bounded memory. Split as bytes, so that one line that is not UTF-8 or too long is told
 * as such and the others are read.
 */

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { Problem } from '../platform/errors.ts';
import { byteOrderOf, decodeUtf8 } from './parsers/utf8.ts';

/** Longest line, in bytes. */
export const LINE_BYTES_MAX = 8_000_000;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end, or what is wrong with the line. */
  readonly text: string | Problem;
}

const LINE_FEED = 0x0a;

export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 0;
  let pieces: Buffer[] = [];
  let bytes = 0;
  const endLine = (last: Buffer): Line => {
    const tooLong = bytes + last.length > LINE_BYTES_MAX;
    const line = tooLong ? tooLongLine(number + 1) : readLine(Buffer.concat([...pieces, last]), number + 1);
    pieces = [];
    bytes = 0;
    number += 1;
    return { number, text: line };
  };
  for await (const piece of inUtf8(source)) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      yield endLine(piece.subarray(start, end));
      start = end + 1;
    }
    const rest = piece.subarray(start);
    bytes += rest.length;
    // What is too long already is counted, and not kept.
    if (bytes > LINE_BYTES_MAX) pieces = [];
    else if (rest.length > 0) pieces.push(rest);
  }
  if (bytes > 0) yield endLine(Buffer.alloc(0));
}

function readLine(line: Buffer, number: number): string | Problem {
  const text = line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
  if (isUtf8(text)) return text.toString('utf8');
  try {
    return decodeUtf8(text);
  } catch (cause) {
    return new Problem('UNPROCESSABLE_DOCUMENT', `Line ${number}: ${(cause as Error).message}`, { cause });
  }
}

function tooLongLine(number: number): Problem {
  return new Problem(
    'PAYLOAD_TOO_LARGE',
    `Line ${number} is longer than ${LINE_BYTES_MAX} bytes. Give each record a line of its own, or split it.`,
  );
}

/** Longest byte order mark, in bytes. */
const MARK_BYTES = 3;

/** UTF-16 is turned into UTF-8 where a byte order mark says so; the mark itself is left out. */
async function* inUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  for await (const piece of source) {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (head !== null) {
      bytes = head = Buffer.concat([head, bytes]);
      if (head.length < MARK_BYTES) continue;
      ({ bytes, decoder } = withoutMark(head));
      head = null;
    }
    yield decoder === null ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
  }
  if (head !== null && head.length > 0) yield withoutMark(head).bytes;
}

function withoutMark(head: Buffer): { readonly bytes: Buffer; readonly decoder: TextDecoder | null } {
  const { encoding, length } = byteOrderOf(head);
  return {
    bytes: head.subarray(length),
    decoder: encoding === 'utf-8' ? null : new TextDecoder(encoding),
  };
}
