/** Bytes to text, strictly: a wrong byte is an error that says where it is, not a silent replacement. */

import { Problem } from '../../platform/errors.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** The encoding that a byte order mark names, and the mark's length in bytes; UTF-8 without one. */
export function byteOrderOf(bytes: Uint8Array): { readonly encoding: Encoding; readonly length: number } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { encoding: 'utf-8', length: marked ? 3 : 0 };
}

/** Decodes UTF-8, or UTF-16 where a byte order mark says so; line ends become `\n`. */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = decodeAs(byteOrderOf(bytes).encoding, bytes);
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

/** Throws UNPROCESSABLE_DOCUMENT for bytes that are not of this encoding, and for those of no text. */
export function decodeAs(encoding: Encoding, bytes: Uint8Array): string {
  const text = decodeStrictly(encoding, bytes);
  refuseBinary(text);
  return text;
}

function decodeStrictly(encoding: Encoding, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notValid(encoding, firstWrongByte(bytes, encoding), cause);
  }
}

/** No text has a NUL, and most other files do: UTF-16 without a byte order mark among them. */
function refuseBinary(text: string): void {
  const at = text.indexOf('\0');
  if (at < 0) return;
  throw new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `The content has a NUL at character ${at}, so it is no text. Save it as UTF-8, or give its format its own media type.`,
  );
}

/** `at` is the offset of the first wrong byte, where it is known. */
export function notValid(encoding: Encoding, at: number | null, cause: unknown): Problem {
  const where = at === null ? '' : `: the first wrong byte is at ${at}`;
  return new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `The content is not valid ${encoding.toUpperCase()}${where}. Save it as UTF-8, or give a binary format its own media type.`,
    { cause },
  );
}

/** The longest valid beginning, by bisection: what follows it is wrong. */
function firstWrongByte(bytes: Uint8Array, encoding: Encoding): number {
  let valid = 0;
  let wrong = bytes.length;
  while (wrong - valid > 1) {
    const middle = (valid + wrong) >>> 1;
    if (isValidBeginning(bytes.subarray(0, middle), encoding)) valid = middle;
    else wrong = middle;
  }
  return valid;
}

function isValidBeginning(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
