/** Documents that were taken out of the graph and lie, sealed, where backups are kept. */

import type { JsonObject } from './documents.ts';

/**
 * `WRITING`: on its way out, the document is still there. `ARCHIVED`: the document is in the archive alone.
 * `BRINGING_BACK`: it waits to be indexed again. `BROUGHT_BACK`: it is there again, and its copy is kept until the
 * document or the copy is deleted. `DELETING`: what lies in the target is on its way out.
 */
export const ARCHIVE_STATES = ['WRITING', 'ARCHIVED', 'BRINGING_BACK', 'BROUGHT_BACK', 'DELETING'] as const;
export type ArchiveState = (typeof ARCHIVE_STATES)[number];

/** What the graph keeps of an archived document: enough to list it, to hold it, and to find it for an erasure. */
export interface ArchivedDocument {
  readonly id: string;
  readonly tenant: string;
  readonly state: ArchiveState;
  readonly documentId: string;
  readonly collectionId: string;
  /** Name of the collection. */
  readonly collection: string;
  readonly key: string | null;
  readonly title: string;
  readonly mediaType: string;
  readonly metadata: JsonObject;
  readonly contentHash: string;
  /** Of the raw document. */
  readonly bytes: number;
  /** RFC 3339: when the document was made, and when it changed last. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archivedAt: string;
  readonly archivedBy: string;
  readonly reason: string;
  /** Of the job that indexes it again; null while none does. */
  readonly jobId: string | null;
  readonly broughtBackAt: string | null;
  /** Ids of the entities and names that it mentions, which are hashes: how an erasure finds it. */
  readonly speaksOf: readonly string[];
}
