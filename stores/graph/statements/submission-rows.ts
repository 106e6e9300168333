/** A submission as its statements read it. */

import type { Row } from '../graph-store.ts';
import { numberOrNull, textOf, textOrNull } from './rows.ts';

/** A raw document that waits to be indexed. */
export interface Submission {
  readonly id: string;
  readonly tenant: string;
  readonly jobId: string;
  /** Submissions with the same batch are worked on together. */
  readonly batch: string;
  readonly position: number;
  readonly documentId: string;
  readonly collectionId: string;
  readonly key: string | null;
  /** Null to take the title from the content. */
  readonly title: string | null;
  readonly mediaType: string;
  /** JSON text. */
  readonly metadata: string;
  /** JSON text of a `Knowledge`, or null. */
  readonly knowledge: string | null;
  readonly contentHash: string;
  readonly versionHash: string;
  readonly submittedAt: string;
  /** Id of the tenant's key that the content is sealed with; null where it is as it came. */
  readonly sealedWith: string | null;
  /** What the privacy policy decided that it is sealed under, as JSON; null for one that is not, or of an earlier version. */
  readonly sealedUnder: string | null;
  /** Of the archive that it comes back from; null for what a caller sent. */
  readonly archiveId: string | null;
  /** Id of the document that it takes the place of under another one; null for all others. */
  readonly movedFrom: string | null;
  /** The version that it takes the place of there; null where that is not said. */
  readonly movedVersion: string | null;
  /** Counts the submissions of its document: of two, the later one is what the document becomes. */
  readonly sequence: number;
}

export const SUBMISSION_COLUMNS = `s.id AS id, s.tenant AS tenant, s.jobId AS jobId, s.batch AS batch, s.position AS position,
  s.documentId AS documentId, s.collectionId AS collectionId, s.key AS key, s.title AS title, s.mediaType AS mediaType,
  s.metadata AS metadata, s.knowledge AS knowledge, s.contentHash AS contentHash, s.versionHash AS versionHash,
  s.submittedAt AS submittedAt, s.archiveId AS archiveId, s.movedFrom AS movedFrom, s.sealedWith AS sealedWith,
  s.sealedUnder AS sealedUnder, s.movedVersion AS movedVersion, s.sequence AS sequence`;

export function decodeSubmission(row: Row): Submission {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    jobId: textOf(row.jobId),
    batch: textOf(row.batch),
    position: Number(row.position),
    documentId: textOf(row.documentId),
    collectionId: textOf(row.collectionId),
    key: textOrNull(row.key),
    title: textOrNull(row.title),
    mediaType: textOf(row.mediaType),
    metadata: textOf(row.metadata),
    knowledge: textOrNull(row.knowledge),
    contentHash: textOf(row.contentHash),
    versionHash: textOf(row.versionHash),
    submittedAt: textOf(row.submittedAt),
    archiveId: textOrNull(row.archiveId),
    movedFrom: textOrNull(row.movedFrom),
    sealedWith: textOrNull(row.sealedWith),
    sealedUnder: textOrNull(row.sealedUnder),
    movedVersion: textOrNull(row.movedVersion),
    sequence: numberOrNull(row.sequence) ?? 0,
  };
}
