/** What one call, one document and one batch may be. */

export interface IngestionLimits {
  /** Documents in one call. */
  readonly documentsMax: number;
  /** Raw size of one document, in bytes. */
  readonly documentBytesMax: number;
  /** Size of one streamed upload, in bytes. */
  readonly uploadBytesMax: number;
}

/** Small documents are worked on together, up to this many and this many raw bytes. */
export const BATCH_DOCUMENTS_MAX = 128;
export const BATCH_BYTES_MAX = 4_000_000;

/**
 * Text of one document, in characters. A document becomes visible in one transaction, and its knowledge is held until
 * then: some 1.5 GB at this size, a third of which stays as the graph.
 */
export const TEXT_CHARS_MAX = 8_000_000;

export const KEY_CHARS_MAX = 500;
export const TITLE_CHARS_MAX = 500;
export const COLLECTION_NAME_CHARS_MAX = 100;
export const DESCRIPTION_CHARS_MAX = 2_000;
/** Metadata as JSON text. */
export const METADATA_CHARS_MAX = 20_000;
export const METADATA_DEPTH_MAX = 10;
/** Entities and triples that a caller may hand over with one document. */
export const KNOWLEDGE_ITEMS_MAX = 1_000;
export const NAME_CHARS_MAX = 200;
export const ENTITY_TYPE_CHARS_MAX = 60;
/** Aliases of one declared entity. */
export const ALIASES_MAX = 50;
/** Ids or keys in one deletion. */
export const DELETION_DOCUMENTS_MAX = 1_000;
