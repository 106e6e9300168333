/** Whether a document needs work again: a hash over everything that decides what is indexed. */

import type { JsonObject } from '../model/documents.ts';
import { contentHash } from '../model/ids.ts';
import type { Knowledge } from '../model/knowledge.ts';

/** Raise it when parsing, chunking or extraction change what they find, so that unchanged documents are done again. */
export const PIPELINE_VERSION = 3;

export function versionHash(
  document: {
    readonly contentHash: string;
    readonly title: string | null;
    readonly mediaType: string;
    readonly metadata: JsonObject;
    readonly knowledge: Knowledge | null;
  },
  pipeline = PIPELINE_VERSION,
): string {
  const { contentHash: content, title, mediaType, metadata, knowledge } = document;
  const deciding = [pipeline, content, title, mediaType, metadata, knowledge];
  return contentHash(new TextEncoder().encode(JSON.stringify(deciding)));
}
