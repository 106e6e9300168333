/**
 * Keeps out PDFs that unfold to more than memory holds: PDF.js unfolds a stream whole, whatever its size. What a
 * dictionary says of its stream may be false, so what can be unfolded is, and counted.
 */

import { Problem } from '../../platform/errors.ts';
import { decodeAscii85, decodeHex, inflatedLength, lzwLength, runLength } from './pdf-filters.ts';

/** What one compressed stream may unfold to, in bytes: twice an A4 page of colours at 300 dpi. */
const STREAM_BYTES_MAX = 64_000_000;
/** And all together; it bounds the time that the count takes, too. */
const TOTAL_BYTES_MAX = 2_000_000_000;
/** Shorter streams cannot reach the limit: LZW, the tightest filter, unfolds to less than 3,000 times the length. */
const SUSPECT_BYTES = STREAM_BYTES_MAX / 3_000;

const STREAM = Buffer.from('stream');
const END = Buffer.from('endstream');

interface PdfStream {
  /** Between `obj` and `stream`; `#46lateDecode` is `FlateDecode`. */
  readonly dictionary: string;
  /** Up to what looks like its end. */
  readonly content: Buffer;
  /** Up to the end of the file: inflate knows its own end, so an `endstream` inside of it hides nothing. */
  readonly rest: Buffer;
}

export function refuseUnfoldingStreams(bytes: Uint8Array): void {
  let total = 0;
  for (const stream of streamsOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
    refuseHiddenFilters(stream);
    const length = unfoldedLength(stream);
    if (length > STREAM_BYTES_MAX) throw unfoldsTooFar('a stream that unfolds', STREAM_BYTES_MAX);
    total += length;
    if (total > TOTAL_BYTES_MAX) throw unfoldsTooFar('streams that together unfold', TOTAL_BYTES_MAX);
  }
}

function* streamsOf(pdf: Buffer): Generator<PdfStream> {
  let after = 0;
  for (let at = pdf.indexOf(STREAM); at >= 0; at = pdf.indexOf(STREAM, after)) {
    const start = skipLineEnd(pdf, at + STREAM.length);
    const end = pdf.indexOf(END, start);
    const stop = end < 0 ? pdf.length : end;
    yield {
      dictionary: dictionaryIn(pdf.toString('latin1', after, at)),
      content: pdf.subarray(start, stop),
      rest: pdf.subarray(start),
    };
    after = Math.min(pdf.length, stop + END.length);
  }
}

function skipLineEnd(pdf: Buffer, start: number): number {
  const afterReturn = pdf[start] === 0x0d ? start + 1 : start;
  return pdf[afterReturn] === 0x0a ? afterReturn + 1 : afterReturn;
}

function dictionaryIn(before: string): string {
  return before
    .slice(before.lastIndexOf('obj') + 1)
    .replaceAll(/#([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const LZW = /\/LZW(?:Decode)?\b/;
const RUN_LENGTH = /\/(?:RunLengthDecode|RL)\b/;
const COMPRESSIONS = /\/(?:FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL)\b/g;
const NAMED_ELSEWHERE = /\/Filter\s*\d+\s+\d+\s+R\b/;

function refuseHiddenFilters({ dictionary, content }: PdfStream): void {
  const isLayered = (dictionary.match(COMPRESSIONS)?.length ?? 0) > 1;
  if (!isLayered && !(NAMED_ELSEWHERE.test(dictionary) && content.length > SUSPECT_BYTES)) return;
  throw new Problem(
    'UNPROCESSABLE_DOCUMENT',
    'The PDF holds a stream that is compressed more than once, or does not say how. Open and save it anew, then send it again.',
  );
}

function unfoldedLength({ dictionary, content, rest }: PdfStream): number {
  const isAscii85 = /\/(?:ASCII85Decode|A85)\b/.test(dictionary);
  const isHex = /\/(?:ASCIIHexDecode|AHx)\b/.test(dictionary);
  const bytes = isAscii85 ? decodeAscii85(content) : isHex ? decodeHex(content) : content;
  if (LZW.test(dictionary)) return lzwLength(bytes, STREAM_BYTES_MAX);
  if (RUN_LENGTH.test(dictionary)) return runLength(bytes);
  return inflatedLength(isAscii85 || isHex ? bytes : rest, STREAM_BYTES_MAX);
}

function unfoldsTooFar(what: string, bytes: number): Problem {
  return new Problem(
    'PAYLOAD_TOO_LARGE',
    `The PDF holds ${what} to more than ${bytes} bytes. Save it with smaller images, or split it.`,
  );
}
