/**
 * From raw bytes to the text that readers see, with its structure as offsets into it. Chunks are slices of this
 * text, so whatever a format looks like, `text.slice(start, end)` is exact from here on.
 */

import { Problem } from '../platform/errors.ts';
import type { ParsedText } from './parsed-text.ts';
import { parseCsv } from './parsers/csv.ts';
import { parseDocx } from './parsers/docx.ts';
import { parseHtml } from './parsers/html.ts';
import { parseJson, parseJsonLines } from './parsers/json.ts';
import { parseMarkdown } from './parsers/markdown.ts';
import { parsePdf } from './parsers/pdf.ts';
import { parsePlain } from './parsers/plain.ts';
import { decodeUtf8 } from './parsers/utf8.ts';

/** Every media type there is a parser for. */
export const MEDIA_TYPES = {
  'text/markdown': (bytes) => parseMarkdown(decodeUtf8(bytes)),
  'text/plain': (bytes) => parsePlain(decodeUtf8(bytes)),
  'text/html': (bytes) => parseHtml(decodeUtf8(bytes)),
  'application/pdf': parsePdf,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': parseDocx,
  'application/json': (bytes) => parseJson(decodeUtf8(bytes)),
  'application/jsonl': (bytes) => parseJsonLines(decodeUtf8(bytes)),
  'text/csv': (bytes) => parseCsv(decodeUtf8(bytes)),
} as const satisfies {
  readonly [mediaType: string]: (bytes: Uint8Array) => ParsedText | Promise<ParsedText>;
};

export type MediaType = keyof typeof MEDIA_TYPES;

/** Other names of the same types. */
const SYNONYMS: Readonly<Record<string, MediaType>> = {
  'text/x-markdown': 'text/markdown',
  'application/xhtml+xml': 'text/html',
  'application/x-ndjson': 'application/jsonl',
  'application/ndjson': 'application/jsonl',
  'application/csv': 'text/csv',
};

/** The media type without parameters, as we name it; UNSUPPORTED_MEDIA_TYPE for one we cannot read. */
export function readMediaType(declared: string): MediaType {
  const bare = (declared.split(';')[0] ?? '').trim().toLowerCase();
  const known = SYNONYMS[bare] ?? bare;
  if (known in MEDIA_TYPES) return known as MediaType;
  throw new Problem(
    'UNSUPPORTED_MEDIA_TYPE',
    `The media type "${bare.slice(0, 100)}" cannot be read. Supported are ${Object.keys(MEDIA_TYPES).join(', ')}.`,
  );
}

/** The type of content that came without one, by its first bytes; plain text where nothing else shows. */
export function sniffMediaType(bytes: Uint8Array): MediaType {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).replace(/^(?:ï»¿)?\s+|^ï»¿/, '');
  if (head.startsWith('%PDF-')) return 'application/pdf';
  if (head.startsWith('PK\u0003\u0004'))
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  if (/^<(!doctype html|html|head|body)\b/i.test(head)) return 'text/html';
  return 'text/plain';
}

/**
 * Parses one document. Rejects with UNPROCESSABLE_DOCUMENT when the bytes are not what the type says, when they
 * hold no text, or when they unfold beyond a bound.
 */
export async function parse(bytes: Uint8Array, mediaType: MediaType): Promise<ParsedText> {
  refuseOtherType(bytes, mediaType);
  const parsed = await MEDIA_TYPES[mediaType](bytes);
  if (parsed.blocks.length === 0) {
    throw new Problem(
      'UNPROCESSABLE_DOCUMENT',
      mediaType === 'application/pdf'
        ? 'The PDF holds no text, only pictures at most. Put scanned pages through OCR first, then send it again.'
        : 'The document holds no text that a reader would see. Send one that does.',
    );
  }
  return parsed;
}

const BINARY_TYPES: readonly MediaType[] = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
];

/** UNPROCESSABLE_DOCUMENT where the first bytes say that it is something else. Cheap enough to ask at the door. */
export function refuseOtherType(bytes: Uint8Array, mediaType: MediaType): void {
  const sniffed = sniffMediaType(bytes);
  const binary = BINARY_TYPES.includes(mediaType);
  if (sniffed === mediaType || (!binary && !BINARY_TYPES.includes(sniffed))) return;
  throw new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `The media type says ${mediaType}, but the content ${binary ? 'does not look like it' : `looks like ${sniffed}`}. Correct the media type or the content.`,
  );
}
