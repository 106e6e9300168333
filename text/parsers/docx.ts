/** DOCX: mammoth turns it into plain HTML by its styles; a bound on its unpacked size keeps bombs out. */

import { unzipSync } from 'fflate';
import mammoth from 'mammoth';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parser.ts';
import { parseHtml } from './html.ts';

/** What a DOCX may unfold to, in bytes, and in files. */
const UNPACKED_BYTES_MAX = 200_000_000;
const FILES_MAX = 10_000;

export async function parseDocx(bytes: Uint8Array): Promise<ParsedText> {
  refuseBomb(bytes);
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes) },
      { convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
    );
    return parseHtml(value);
  } catch (cause) {
    throw damaged(cause);
  }
}

/** Reads only the archive's directory. */
function refuseBomb(bytes: Uint8Array): void {
  let unpacked = 0;
  let files = 0;
  try {
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        unpacked += originalSize;
        files += 1;
        return false;
      },
    });
  } catch (cause) {
    throw damaged(cause);
  }
  if (unpacked <= UNPACKED_BYTES_MAX && files <= FILES_MAX) return;
  throw new Problem(
    'PAYLOAD_TOO_LARGE',
    `The DOCX unfolds to ${unpacked} bytes in ${files} files and may unfold to ${UNPACKED_BYTES_MAX} in ${FILES_MAX}. Split it.`,
  );
}

function damaged(cause: unknown): Problem {
  return new Problem(
    'UNPROCESSABLE_DOCUMENT',
    'The DOCX is damaged. Open and save it anew, then send it again.',
    { cause },
  );
}
