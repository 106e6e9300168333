/** Collections, documents and their chunks: what was said, and where. */

/** A named set of documents inside a tenant. */
export interface Collection {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export type DocumentStatus = 'PENDING' | 'INDEXING' | 'READY' | 'FAILED';

/** JSON as callers send it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A document as readers see it: always one whole version, never a mixture of two. */
export interface DocumentRecord {
  readonly id: string;
  readonly tenant: string;
  readonly collectionId: string;
  /** The caller's own key, unique in the collection; null when the content identifies the document. */
  readonly key: string | null;
  readonly title: string;
  /** IANA media type, without parameters. */
  readonly mediaType: string;
  readonly metadata: JsonObject;
  readonly status: DocumentStatus;
  /** `sha256:` and hex, over the raw bytes. */
  readonly contentHash: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A passage: `documentText.slice(start, end) === text`, offsets in UTF-16 code units. */
export interface Chunk {
  readonly id: string;
  readonly tenant: string;
  readonly collectionId: string;
  readonly documentId: string;
  /** Position in the document, from 0. */
  readonly index: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Titles of the sections around the chunk, outermost first. */
  readonly headings: readonly string[];
  /** Page of the source, from 1; null where the source has no pages. */
  readonly page: number | null;
}
