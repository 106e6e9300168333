/** What the graph is told of a document that was taken in: a submission, and a document that waits where there is none. */

import { stableId } from '../model/ids.ts';
import type { JobNode } from '../stores/graph/statements/jobs.ts';
import type { NewSubmission, Submission } from '../stores/graph/statements/submissions.ts';
import type { SealableDocument } from './privacy/seal-submission.ts';

export function toSubmission(
  document: SealableDocument,
  job: JobNode,
  place: Pick<Submission, 'batch' | 'position' | 'submittedAt'>,
): NewSubmission {
  return {
    id: stableId('sub', job.id, String(place.position)),
    tenant: job.tenant,
    jobId: job.id,
    ...place,
    documentId: document.documentId,
    collectionId: job.collectionId,
    key: document.key,
    title: document.title,
    mediaType: document.mediaType,
    metadata: JSON.stringify(document.metadata),
    knowledge: document.knowledge === null ? null : JSON.stringify(document.knowledge),
    contentHash: document.contentHash,
    versionHash: document.versionHash,
    sealedWith: document.sealedWith,
    sealedUnder: document.sealedUnder,
    archiveId: document.before?.archiveId ?? null,
    movedFrom: document.again?.movedFrom?.id ?? null,
    movedVersion: document.again?.movedFrom?.version ?? null,
    ...(document.again === undefined || document.again.sequence === null
      ? {}
      : { sequence: document.again.sequence }),
  };
}

export function toPendingDocument(document: SealableDocument, job: JobNode, createdAt: string) {
  return {
    id: document.documentId,
    tenant: job.tenant,
    collectionId: job.collectionId,
    key: document.key,
    title: document.title ?? document.key ?? '',
    mediaType: document.mediaType,
    metadata: document.metadata,
    status: 'PENDING' as const,
    contentHash: document.contentHash,
    createdAt: document.before?.createdAt ?? createdAt,
    updatedAt: createdAt,
  };
}
