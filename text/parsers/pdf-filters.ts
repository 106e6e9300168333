/**
 * The filters of PDF streams, as far as counting what they unfold to needs them. Damaged data counts up to the damage:
 * PDF.js takes it that far, too.
 */

import { constants, inflateSync } from 'node:zlib';
import { Unzlib } from 'fflate';

/** Whole groups, up to the mark of the end or a wrong character. */
export function decodeAscii85(encoded: Buffer): Buffer {
  const text = encoded.toString('latin1').replaceAll(/\s/g, '').replace(/^<~/, '');
  const bytes = Buffer.alloc(text.length * 4);
  let length = 0;
  let value = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7a && digits === 0) {
      length += 4;
      continue;
    }
    if (code < 0x21 || code > 0x75) break;
    value = value * 85 + code - 0x21;
    digits += 1;
    if (digits < 5) continue;
    length = bytes.writeUInt32BE(value % 2 ** 32, length);
    value = digits = 0;
  }
  return bytes.subarray(0, length);
}

export function decodeHex(encoded: Buffer): Buffer {
  return Buffer.from(encoded.toString('latin1').replaceAll(/\s/g, ''), 'hex');
}

/** Infinity where it is more than `max`; 0 for what is not deflated. */
export function inflatedLength(stream: Buffer, max: number): number {
  const [method = 0, flags = 0] = stream;
  if ((method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0) return 0;
  try {
    return inflateSync(stream, { maxOutputLength: max, finishFlush: constants.Z_SYNC_FLUSH }).length;
  } catch (error) {
    const isLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isLong ? Number.POSITIVE_INFINITY : lengthBeforeDamage(stream, max);
  }
}

/** Handed over at once, in bytes: it unfolds to at most 1032 times as much before it is counted. */
const STEP_BYTES = 16_384;

/** Slower than Node's, which does not say how far it came. */
function lengthBeforeDamage(stream: Buffer, max: number): number {
  let length = 0;
  const unzlib = new Unzlib((piece) => {
    length += piece.length;
  });
  try {
    for (let at = 0; at < stream.length && length <= max; at += STEP_BYTES)
      unzlib.push(stream.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= stream.length);
  } catch {
    return length;
  }
  return length;
}

const CLEAR = 256;
const END = 257;
const CODES_MAX = 4_096;

/** Counted up to a little beyond `max`. */
export function lzwLength(encoded: Uint8Array, max: number): number {
  /** Length of what each code stands for. */
  const lengths = new Uint32Array(CODES_MAX).fill(1, 0, CLEAR);
  let next = END + 1;
  let previous = 0;
  let total = 0;
  let bits = 0;
  let held = 0;
  for (const byte of encoded) {
    held = ((held << 8) | byte) & 0xffffff;
    bits += 8;
    const width = codeWidth(next);
    if (bits < width) continue;
    bits -= width;
    const code = (held >>> bits) & ((1 << width) - 1);
    if (code === END || total > max) break;
    if (code === CLEAR) {
      next = END + 1;
      previous = 0;
      continue;
    }
    const length = code < next ? (lengths[code] ?? 0) : previous + 1;
    if (previous > 0 && next < CODES_MAX) lengths[next++] = previous + 1;
    total += length;
    previous = length;
  }
  return total;
}

/** Codes get longer one entry early, as PDFs have it unless they say otherwise. */
function codeWidth(next: number): number {
  return Math.min(12, Math.max(9, 32 - Math.clz32(next + 1)));
}

export function runLength(encoded: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < encoded.length; ) {
    const run = encoded[at] ?? 128;
    if (run === 128) break;
    total += run < 128 ? run + 1 : 257 - run;
    at += run < 128 ? run + 2 : 2;
  }
  return total;
}
