/** What is stored of a document when it is acknowledged: the submission that waits, and the document that it will be. */

import { stableId } from '../model/ids.ts';
import type { JobNode } from '../stores/graph/statements/jobs.ts';
import type { Submission } from '../stores/graph/statements/submissions.ts';
import type { SealableDocument } from './privacy/seal-submission.ts';

export function toSubmission(
  document: SealableDocument,
  job: JobNode,
  place: Pick<Submission, 'batch' | 'position' | 'submittedAt'>,
): Omit<Submission, 'sequence'> {
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
    createdAt,
    updatedAt: createdAt,
  };
}
