/** Whether a document needs work again: a hash over everything that decides what is indexed. */

import type { JsonObject } from '../model/documents.ts';
import { contentHash } from '../model/ids.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { DocumentNode } from '../stores/graph/statements/documents.ts';

/** Raise it when parsing, chunking or extraction change what they find, so that unchanged documents are done again. */
export const PIPELINE_VERSION = 3;

/** What of a document decides its version. */
export interface Described {
  /** Of its raw bytes, as they came. */
  readonly contentHash: string;
  readonly title: string | null;
  readonly mediaType: string;
  readonly metadata: JsonObject;
  readonly knowledge: Knowledge | null;
}

export function versionHash(document: Described, pipeline = PIPELINE_VERSION): string {
  const { contentHash: content, title, mediaType, metadata, knowledge } = document;
  const deciding = [pipeline, content, title, mediaType, metadata, knowledge];
  return contentHash(new TextEncoder().encode(JSON.stringify(deciding)));
}

/**
 * Which title the caller of a document gave: the one that it has, or none, whichever makes the hash of its version;
 * undefined where neither does, as of what is sealed under a privacy policy.
 */
export function titleGiven(document: DocumentNode, knowledge: Knowledge | null): string | null | undefined {
  for (let pipeline = PIPELINE_VERSION; pipeline > 0; pipeline--)
    for (const title of [null, document.title])
      if (versionHash({ ...document, title, knowledge }, pipeline) === document.versionHash) return title;
  return undefined;
}
