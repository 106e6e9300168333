/** PDF: the text layer of each page, through unpdf (PDF.js without a browser), put back into paragraphs by where lines stand. */

import { getDocumentProxy } from 'unpdf';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parsed-text.ts';
import { requireTextFits } from './limits.ts';
import { refuseUnfoldingStreams } from './pdf-bombs.ts';
import { readLayout } from './pdf-layout.ts';
import { LineCollector, type PdfLine } from './pdf-lines.ts';
import { createTextBuilder } from './text-builder.ts';

const PAGES_MAX = 5_000;
/** Lines of all pages together. */
const LINES_MAX = 2_000_000;

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

export async function parsePdf(bytes: Uint8Array): Promise<ParsedText> {
  refuseUnfoldingStreams(bytes);
  try {
    // PDF.js takes the buffer away from its caller, and takes no Buffer.
    const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, stopAtErrors: false });
    try {
      return await readDocument(document);
    } finally {
      await document.loadingTask.destroy();
    }
  } catch (cause) {
    throw cause instanceof Problem ? cause : unreadable(cause);
  }
}

async function readDocument(document: PdfDocument): Promise<ParsedText> {
  if (document.numPages > PAGES_MAX) {
    throw new Problem(
      'PAYLOAD_TOO_LARGE',
      `The PDF has ${document.numPages} pages and may have ${PAGES_MAX}. Split it.`,
    );
  }
  const pages: (readonly PdfLine[])[] = [];
  const read = { chars: 0, lines: 0 };
  for (let number = 1; number <= document.numPages; number++) {
    const lines = await readPage(document, number, read);
    read.lines += lines.length;
    read.chars += lines.reduce((sum, { text }) => sum + text.length, 0);
    pages.push(lines);
  }
  return buildText(pages, titleOf((await document.getMetadata().catch(() => null))?.info));
}

/** In pieces as PDF.js finds them, so that a page of endless text stops early. `before` is of the pages before. */
async function readPage(
  document: PdfDocument,
  number: number,
  before: { readonly chars: number; readonly lines: number },
): Promise<readonly PdfLine[]> {
  const page = await document.getPage(number);
  const collector = new LineCollector();
  for await (const { items } of page.streamTextContent() as unknown as AsyncIterable<TextContent>) {
    for (const item of items) if ('str' in item) collector.add(item);
    const tooMany = before.lines + collector.lineCount > LINES_MAX;
    requireTextFits(tooMany ? Number.POSITIVE_INFINITY : before.chars + collector.chars);
  }
  page.cleanup();
  return collector.lines();
}

type TextContent = Awaited<ReturnType<Awaited<ReturnType<PdfDocument['getPage']>>['getTextContent']>>;

function buildText(pages: readonly (readonly PdfLine[])[], title: string | null): ParsedText {
  const builder = createTextBuilder();
  let firstHeading: string | null = null;
  for (const { page, level, text } of readLayout(pages)) {
    builder.page(page);
    if (level === null) builder.block(text);
    else {
      builder.heading(level, text);
      firstHeading ??= text;
    }
  }
  return builder.build(title ?? firstHeading);
}

/** The title of the file's metadata, unless it is one that a program made up. */
function titleOf(info: object | undefined): string | null {
  const given: unknown = (info as Readonly<Record<string, unknown>> | undefined)?.['Title'];
  if (typeof given !== 'string') return null;
  const title = given.replace(/^Microsoft \w+ - /, '').trim();
  return /^untitled$|\.(?:docx?|indd|tex|pdf|qxd|pptx?|xlsx?)$/i.test(title) ? null : title || null;
}

function unreadable(cause: unknown): Problem {
  const encrypted = cause instanceof Error && cause.name === 'PasswordException';
  const reason = encrypted ? 'is encrypted. Save it without a password' : 'is damaged. Open and save it anew';
  return new Problem('UNPROCESSABLE_DOCUMENT', `The PDF ${reason}, then send it again.`, { cause });
}
