/** DOCX: mammoth turns it into plain HTML by its styles. It only gets what was unpacked here, within bounds. */

import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../parsed-text.ts';
import { unzipXml, zipXml } from './docx-archive.ts';
import { addHtml } from './html.ts';
import { createTextBuilder } from './text-builder.ts';

/** Beside the headings that mammoth knows itself. */
const STYLE_MAP = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"];

/** How mammoth links notes and their places; both would stand inside of sentences. */
const NOTE_LINK =
  /<sup><a href="#(?:foot|end)note-\d+" id="(?:foot|end)note-ref-\d+">\[\d+\]<\/a><\/sup>|<a href="#(?:foot|end)note-ref-\d+">↑<\/a>/g;

export async function parseDocx(bytes: Uint8Array): Promise<ParsedText> {
  // With the first such document: its hundred files would slow every start.
  const { default: mammoth } = await import('mammoth');
  const withoutImages = mammoth.images.imgElement(async () => ({ src: '' }));
  try {
    const parts = unzipXml(bytes);
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(zipXml(parts)) },
      { convertImage: withoutImages, styleMap: STYLE_MAP },
    );
    const builder = createTextBuilder();
    const { firstHeading } = addHtml(builder, value.replaceAll(NOTE_LINK, ''));
    return builder.build(titleIn(parts['docProps/core.xml']) ?? firstHeading);
  } catch (cause) {
    throw cause instanceof Problem ? cause : damaged(cause);
  }
}

/** The title of the file's properties; one simple element, so no XML parser is asked. */
function titleIn(properties: Uint8Array | undefined): string | null {
  const xml = new TextDecoder().decode(properties);
  const title = /<dc:title>([^<]*)<\/dc:title>/.exec(xml)?.[1] ?? '';
  const builder = createTextBuilder();
  addHtml(builder, title);
  return builder.build().text || null;
}

function damaged(cause: unknown): Problem {
  return new Problem(
    'UNPROCESSABLE_DOCUMENT',
    'The DOCX is damaged. Open and save it anew, then send it again.',
    { cause },
  );
}
