/** PDF: the text layer of each page, through unpdf (PDF.js without a browser). */

import { extractText, getDocumentProxy } from 'unpdf';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parser.ts';
import { createTextBuilder } from './text-builder.ts';

const PAGES_MAX = 5_000;

export async function parsePdf(bytes: Uint8Array): Promise<ParsedText> {
  const pages = await readPages(bytes);
  const builder = createTextBuilder();
  for (const [at, page] of pages.entries()) {
    builder.page(at + 1);
    for (const paragraph of page.split(/\n\s*\n/)) builder.block(paragraph);
  }
  return builder.build();
}

async function readPages(bytes: Uint8Array): Promise<readonly string[]> {
  try {
    // PDF.js takes the buffer away from its caller.
    const pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0 });
    if (pdf.numPages > PAGES_MAX) {
      throw new Problem(
        'PAYLOAD_TOO_LARGE',
        `The PDF has ${pdf.numPages} pages and may have ${PAGES_MAX}. Split it.`,
      );
    }
    return (await extractText(pdf, { mergePages: false })).text;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const encrypted = cause instanceof Error && cause.name === 'PasswordException';
    const reason = encrypted
      ? 'is encrypted. Save it without a password'
      : 'is damaged. Open and save it anew';
    throw new Problem('UNPROCESSABLE_DOCUMENT', `The PDF ${reason}, then send it again.`, { cause });
  }
}
