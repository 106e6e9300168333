/**
 * Lines of a byte stream, in bounded memory. Split as bytes, so that one line that is not UTF-8 or too long is told
 * as such and the others are read.
 */

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { Problem } from '../platform/errors.ts';
import { byteOrderOf, decodeAs, notValid } from './parsers/utf8.ts';

/** Longest line, in bytes. */
export const LINE_BYTES_MAX = 8_000_000;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end, or what is wrong with the line. */
  readonly text: string | Problem;
}

type Bytes = AsyncIterable<Uint8Array>;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Throws where a file in UTF-16 is broken: there every line below would be in doubt. */
export async function* readLines(source: Bytes): AsyncGenerator<Line> {
  let number = 0;
  let pieces: Buffer[] = [];
  let bytes = 0;
  const endLine = (last: Buffer): Line => {
    number += 1;
    const tooLong = bytes + last.length > LINE_BYTES_MAX;
    const text = tooLong ? tooLongLine(number) : readLine(Buffer.concat([...pieces, last]), number);
    pieces = [];
    bytes = 0;
    return { number, text };
  };
  for await (const piece of withLineFeeds(inUtf8(gathered(source)))) {
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
  if (isUtf8(line) && !line.includes(0)) return line.toString('utf8');
  try {
    return decodeAs('utf-8', line);
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

/** Pieces are at least this long, in bytes. */
const PIECE_BYTES = 65_536;

/** A stream may come byte by byte, and a million pieces take a hundred times the memory of their bytes. */
async function* gathered(source: Bytes): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of source) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}

/** UTF-16 is turned into UTF-8 where a byte order mark says so; the mark itself is left out. */
async function* inUtf8(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decode: ((bytes?: Buffer) => Buffer) | null = null;
  for await (const piece of source) {
    if (decode === null) {
      const { encoding, length } = byteOrderOf(piece);
      decode = encoding === 'utf-8' ? (bytes = Buffer.alloc(0)) => bytes : utf16Decoder(encoding);
      yield decode(piece.subarray(length));
    } else yield decode(piece);
  }
  if (decode !== null) yield decode();
}

function utf16Decoder(encoding: 'utf-16le' | 'utf-16be'): (bytes?: Buffer) => Buffer {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (bytes) => {
    try {
      return Buffer.from(decoder.decode(bytes, { stream: bytes !== undefined }));
    } catch (cause) {
      throw notValid(encoding, null, cause);
    }
  };
}

/** Every line end becomes a line feed: spreadsheets on old Macs write a carriage return alone. */
async function* withLineFeeds(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let afterReturn = false;
  for await (const piece of source) {
    const rest = afterReturn && piece[0] === LINE_FEED ? piece.subarray(1) : piece;
    if (piece.length > 0) afterReturn = piece.at(-1) === CARRIAGE_RETURN;
    yield rest.includes(CARRIAGE_RETURN)
      ? Buffer.from(rest.toString('latin1').replaceAll(/\r\n?/g, '\n'), 'latin1')
      : rest;
  }
}
