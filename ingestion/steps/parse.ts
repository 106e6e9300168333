/** Step: from raw bytes to text with its structure, and the document's title. */

import type { JsonObject } from '../../model/documents.ts';
import type { Knowledge } from '../../model/knowledge.ts';
import { Problem } from '../../platform/errors.ts';
import type { ParsedText } from '../../text/parsed-text.ts';
import { type MediaType, parse } from '../../text/parser.ts';
import type { Protection } from '../../text/personal-data/protect.ts';
import { TEXT_CHARS_MAX, TITLE_CHARS_MAX } from '../limits.ts';

export interface RawDocument {
  readonly documentId: string;
  readonly key: string | null;
  readonly title: string | null;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
  /** Null where everything is kept as it comes. */
  readonly shielded?: Shielded | null;
}

/** What a document is protected with, and what its caller said of it beside title and key. */
export interface Shielded {
  readonly protection: Protection;
  readonly metadata: JsonObject;
  readonly knowledge: Knowledge | null;
}

export interface ParsedDocument {
  readonly parsed: ParsedText;
  readonly title: string;
}

/** The caller's title counts most, then the document's own, then what can be made of key or text. */
export async function parseDocument(raw: RawDocument): Promise<ParsedDocument> {
  const parsed = await parse(raw.bytes, raw.mediaType);
  if (parsed.text.length > TEXT_CHARS_MAX) throw tooLong(parsed.text.length);
  const title = raw.title ?? parsed.title ?? titleFromKey(raw.key) ?? firstLine(parsed);
  return { parsed, title: title.slice(0, TITLE_CHARS_MAX) };
}

function tooLong(chars: number): Problem {
  const [has, may] = [chars, TEXT_CHARS_MAX].map((count) => count.toLocaleString('en'));
  return new Problem(
    'UNPROCESSABLE_DOCUMENT',
    `The document has ${has} characters of text and may have ${may}. Split it, by chapters for example, and send the parts as documents of their own.`,
  );
}

/** `letters/small-world_experiment.txt` → `small world experiment` */
function titleFromKey(key: string | null): string | null {
  const name = key
    ?.split('/')
    .at(-1)
    ?.replace(/\.[A-Za-z0-9]{1,8}$/, '');
  return name?.replaceAll(/[-_]+/g, ' ').trim() || null;
}

const FIRST_LINE_CHARS_MAX = 100;

function firstLine({ text, blocks }: ParsedText): string {
  const start = blocks[0]?.start ?? 0;
  return (text.slice(start, start + FIRST_LINE_CHARS_MAX).split('\n')[0] ?? '').trim();
}
