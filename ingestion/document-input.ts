/** What a caller hands over, checked field by field. One bad document says what is wrong and fails alone. */

import type { JsonObject } from '../model/documents.ts';
import { contentHash, documentId } from '../model/ids.ts';
import type { Knowledge, KnownEntity } from '../model/knowledge.ts';
import { type FieldError, Problem } from '../platform/errors.ts';
import { type MediaType, readMediaType, refuseOtherType, sniffMediaType } from '../text/parser.ts';
import {
  ALIASES_MAX,
  DESCRIPTION_CHARS_MAX,
  ENTITY_TYPE_CHARS_MAX,
  type IngestionLimits,
  KEY_CHARS_MAX,
  KNOWLEDGE_ITEMS_MAX,
  METADATA_CHARS_MAX,
  METADATA_DEPTH_MAX,
  NAME_CHARS_MAX,
  TITLE_CHARS_MAX,
} from './limits.ts';
import type { Described } from './version-hash.ts';

export interface DocumentInput {
  readonly key?: string | null;
  readonly title?: string | null;
  readonly content?: string | null;
  readonly contentBase64?: string | null;
  readonly mediaType?: string | null;
  readonly metadata?: JsonObject | null;
  readonly knowledge?: Knowledge | null;
}

/** A document that may be acknowledged. */
export interface CheckedDocument {
  readonly documentId: string;
  readonly key: string | null;
  readonly title: string | null;
  readonly mediaType: MediaType;
  readonly metadata: JsonObject;
  readonly knowledge: Knowledge | null;
  readonly bytes: Uint8Array;
  readonly contentHash: string;
  readonly versionHash: string;
  /** Of a document that was there before: the archive that it comes back from, if it does, and when it was made. */
  readonly before?: { readonly archiveId: string | null; readonly createdAt: string };
  /**
   * Of what is there already and is done again: the submission that it counts as, before all that came since, or null for
   * the newest; and the id that it has until then, with the version that it has there, where that changes.
   */
  readonly again?: {
    readonly sequence: number | null;
    readonly movedFrom: { readonly id: string; readonly version: string | null } | null;
  };
}

/** Hashes that a document is known by: of its content alone, and of all that decides what is indexed. */
export type Identify = (document: Described) => { readonly content: string; readonly version: string };

/** Throws a `Problem` whose errors name the wrong fields. */
export function checkDocument(
  input: DocumentInput,
  collectionId: string,
  limits: IngestionLimits,
  identify: Identify,
): CheckedDocument {
  const errors = [
    ...checkText('key', input.key, KEY_CHARS_MAX),
    ...checkText('title', input.title, TITLE_CHARS_MAX),
    ...checkMetadata(input.metadata),
    ...checkKnowledge(input.knowledge),
    ...checkContentFields(input),
  ];
  if (errors.length > 0) throw toProblem(errors);
  const bytes = readContent(input);
  if (bytes.length === 0)
    throw toProblem([{ field: 'content', message: 'is empty. There is nothing to index.' }]);
  if (bytes.length > limits.documentBytesMax) {
    const message = `has ${bytes.length} bytes and may have ${limits.documentBytesMax}. Split it, or raise TRELLIS_DOCUMENT_BYTES_MAX.`;
    throw new Problem('PAYLOAD_TOO_LARGE', `content: ${message}`, {
      errors: [{ field: 'content', message }],
    });
  }
  return describe(input, collectionId, bytes, identify);
}

function describe(
  input: DocumentInput,
  collectionId: string,
  bytes: Uint8Array,
  identify: Identify,
): CheckedDocument {
  const key = input.key ?? null;
  const hash = contentHash(bytes);
  const described = {
    key,
    title: input.title?.trim() || null,
    mediaType: mediaTypeOf(input, bytes),
    metadata: input.metadata ?? {},
    knowledge: input.knowledge ?? null,
    contentHash: hash,
  };
  const { content, version } = identify(described);
  return {
    ...described,
    documentId: documentId(collectionId, key === null ? { contentHash: content } : { key }),
    bytes,
    versionHash: version,
  };
}

function mediaTypeOf({ mediaType }: DocumentInput, bytes: Uint8Array): MediaType {
  if (!mediaType) return sniffMediaType(bytes);
  const declared = readMediaType(mediaType);
  refuseOtherType(bytes, declared);
  return declared;
}

function toProblem(errors: readonly FieldError[]): Problem {
  return new Problem('BAD_INPUT', errors.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    errors,
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;

function checkText(field: string, text: string | null | undefined, max: number): readonly FieldError[] {
  if (text === null || text === undefined) return [];
  if (text.trim() === '') return [{ field, message: 'is empty. Leave it out, or give a text.' }];
  if (text.length > max) return [{ field, message: `has ${text.length} characters and may have ${max}.` }];
  return CONTROL.test(text) ? [{ field, message: 'has a control character, such as a line break.' }] : [];
}

function checkContentFields({ content, contentBase64 }: DocumentInput): readonly FieldError[] {
  const given = [content, contentBase64].filter((value) => value !== null && value !== undefined);
  if (given.length === 0)
    return [{ field: 'content', message: 'is missing. Give "content" or "contentBase64".' }];
  if (given.length > 1)
    return [{ field: 'content', message: 'is given twice. Give "content" or "contentBase64", not both.' }];
  const wrong = typeof contentBase64 === 'string' && !isBase64(contentBase64);
  return wrong ? [{ field: 'contentBase64', message: 'is not base64 (RFC 4648, section 4).' }] : [];
}

/** RFC 4648, section 4, with white space anywhere. In two passes, neither of which can go back. */
function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text.replaceAll(/\s+/g, ''));
}

function readContent({ content, contentBase64 }: DocumentInput): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content.toWellFormed());
  return new Uint8Array(Buffer.from(contentBase64 ?? '', 'base64'));
}

function checkMetadata(metadata: JsonObject | null | undefined): readonly FieldError[] {
  if (metadata === null || metadata === undefined) return [];
  if (nestsDeeper(metadata, METADATA_DEPTH_MAX)) {
    return [{ field: 'metadata', message: `nests deeper than ${METADATA_DEPTH_MAX} levels.` }];
  }
  const size = JSON.stringify(metadata).length;
  if (size > METADATA_CHARS_MAX) {
    return [
      { field: 'metadata', message: `is ${size} characters as JSON and may be ${METADATA_CHARS_MAX}.` },
    ];
  }
  return [];
}

/** Goes no deeper than asked: what comes from outside may nest deeper than a stack. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1));
}

function checkKnowledge(knowledge: Knowledge | null | undefined): readonly FieldError[] {
  if (knowledge === null || knowledge === undefined) return [];
  const items = knowledge.entities.length + knowledge.triples.length;
  if (items > KNOWLEDGE_ITEMS_MAX) {
    return [
      {
        field: 'knowledge',
        message: `has ${items} entities and triples and may have ${KNOWLEDGE_ITEMS_MAX}.`,
      },
    ];
  }
  return [
    ...knowledge.entities.flatMap((entity, at) => checkEntity(`knowledge.entities.${at}`, entity)),
    ...knowledge.triples.flatMap(({ subject, predicate, object }, at) => [
      ...checkName(`knowledge.triples.${at}.subject`, subject),
      ...checkName(`knowledge.triples.${at}.predicate`, predicate),
      ...checkName(`knowledge.triples.${at}.object`, object),
    ]),
  ];
}

function checkEntity(
  field: string,
  { name, type, aliases = [], description }: KnownEntity,
): readonly FieldError[] {
  if (aliases.length > ALIASES_MAX) {
    return [
      { field: `${field}.aliases`, message: `has ${aliases.length} aliases and may have ${ALIASES_MAX}.` },
    ];
  }
  return [
    ...checkName(`${field}.name`, name),
    ...checkText(`${field}.type`, type, ENTITY_TYPE_CHARS_MAX),
    ...checkLength(`${field}.description`, description ?? '', DESCRIPTION_CHARS_MAX),
    ...aliases.flatMap((alias, at) => checkName(`${field}.aliases.${at}`, alias)),
  ];
}

function checkLength(field: string, text: string, max: number): readonly FieldError[] {
  return text.length > max ? [{ field, message: `has ${text.length} characters and may have ${max}.` }] : [];
}

function checkName(field: string, name: string): readonly FieldError[] {
  if (!/[\p{L}\p{N}]/u.test(name)) return [{ field, message: 'has no letter and no digit.' }];
  return name.length > NAME_CHARS_MAX
    ? [{ field, message: `has ${name.length} characters and may have ${NAME_CHARS_MAX}.` }]
    : [];
}
