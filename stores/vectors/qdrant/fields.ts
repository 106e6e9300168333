/** The names of what a point carries, and the indexes over them. */

import type { Schemas } from './connection.ts';

export const VECTORS = { dense: 'dense', words: 'bm25' } as const;

/** Payload of chunks and documents. What lies under `document` is replaced as a whole when a document changes. */
export const FIELDS = {
  kind: 'kind',
  tenant: 'tenant',
  collectionId: 'collectionId',
  documentId: 'documentId',
  chunkId: 'chunkId',
  /** The terms of a chunk in their order: title, headings and text, see {@link COLUMN_END}. */
  words: 'words',
  /** How many terms those are. */
  length: 'length',
  document: 'document',
  mediaType: 'document.mediaType',
  updatedAt: 'document.updatedAt',
  facts: 'document.facts',
  ordered: 'document.ordered',
  /** Of a document's facts: equal digests mean equal facts. */
  digest: 'digest',
} as const;

/** Stands between the columns in `words`. No term looks like it, so no phrase reaches over it. */
export const COLUMN_END = '|';

export interface PayloadIndex {
  readonly field: string;
  readonly schema: Schemas['PayloadFieldSchema'];
}

/**
 * Strict mode refuses a filter on anything that is not here. Only the tenant gets a vector graph of its own:
 * `payload_m` without `m` means a graph for each tenant and none over all.
 */
export function payloadIndexes(memory: Schemas['Memory']): readonly PayloadIndex[] {
  const small = { enable_hnsw: false, memory } as const;
  return [
    { field: FIELDS.tenant, schema: { type: 'keyword', is_tenant: true, memory } },
    { field: FIELDS.kind, schema: { type: 'keyword', ...small } },
    { field: FIELDS.collectionId, schema: { type: 'keyword', ...small } },
    { field: FIELDS.documentId, schema: { type: 'keyword', ...small } },
    { field: FIELDS.mediaType, schema: { type: 'keyword', ...small } },
    { field: FIELDS.updatedAt, schema: { type: 'datetime', ...small } },
    { field: FIELDS.facts, schema: { type: 'keyword', ...small } },
    { field: `${FIELDS.ordered}[].under`, schema: { type: 'keyword', ...small } },
    { field: `${FIELDS.ordered}[].value`, schema: { type: 'float', ...small } },
    { field: FIELDS.length, schema: { type: 'integer', lookup: true, range: false, ...small } },
    {
      field: FIELDS.words,
      schema: { type: 'text', tokenizer: 'whitespace', lowercase: false, phrase_matching: true, ...small },
    },
  ];
}
