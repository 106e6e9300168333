/** Keeps out PDFs that unfold to more than memory holds: PDF.js inflates a stream whole, whatever its size. */

import { constants, inflateSync } from 'node:zlib';
import { Problem } from '../../platform/errors.ts';

/** What one compressed stream may unfold to, in bytes: twice an A4 page of colours at 300 dpi. */
const STREAM_BYTES_MAX = 64_000_000;
/** Shorter streams cannot reach it: deflate unfolds to at most 1032 times the length. */
const SUSPECT_BYTES = STREAM_BYTES_MAX / 1_032;

const STREAM = Buffer.from('stream');
const END = Buffer.from('endstream');
/** How far before a stream its dictionary is looked at, in bytes. */
const DICTIONARY_BYTES = 2_000;

export function refuseUnfoldingStreams(bytes: Uint8Array): void {
  const pdf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = pdf.indexOf(STREAM); at >= 0; ) {
    const start = at + STREAM.length;
    const end = pdf.indexOf(END, start);
    const stream = pdf.subarray(start, end < 0 ? pdf.length : end);
    const dictionary = pdf.toString('latin1', Math.max(0, at - DICTIONARY_BYTES), at);
    refuseStream(stream, dictionary.slice(dictionary.lastIndexOf(' obj') + 1));
    if (end < 0) return;
    at = pdf.indexOf(STREAM, end + END.length);
  }
}

function refuseStream(stream: Buffer, dictionary: string): void {
  const layers = dictionary.match(/\/(?:FlateDecode|Fl)\b/g)?.length ?? 0;
  if (layers > 1) {
    throw new Problem(
      'UNPROCESSABLE_DOCUMENT',
      'The PDF holds a stream that is compressed more than once. Open and save it anew, then send it again.',
    );
  }
  if (layers === 1 && stream.length > SUSPECT_BYTES && unfoldsTooFar(stream)) {
    throw new Problem(
      'PAYLOAD_TOO_LARGE',
      `The PDF holds a stream that unfolds to more than ${STREAM_BYTES_MAX} bytes. Save it with smaller images, or split it.`,
    );
  }
}

/** What is not valid is for PDF.js to judge, which mends much. */
function unfoldsTooFar(stream: Buffer): boolean {
  const start = stream[0] === 0x0d && stream[1] === 0x0a ? 2 : 1;
  try {
    inflateSync(stream.subarray(start), {
      maxOutputLength: STREAM_BYTES_MAX,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  }
}
