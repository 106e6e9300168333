/** Submissions: raw documents that wait to be indexed, or the reason why they could not be. */

import type { IngestionFailure, IngestionStep } from '../../../model/jobs.ts';
import { type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';
import { decodeSubmission, SUBMISSION_COLUMNS, type Submission } from './submission-rows.ts';

export type { Submission };

/** A submission that counts as the one of this sequence where it has one: what comes later stays later. */
export type NewSubmission = Omit<Submission, 'sequence'> & Partial<Pick<Submission, 'sequence'>>;

/** Their documents are there already, and count them: the order of commits decides which one is the later. */
export function createSubmissions(submissions: readonly NewSubmission[]): Statement<unknown> {
  return statement(
    'submissions.create',
    `UNWIND $rows AS r MATCH (d:Document {id: r.documentId}) SET d.submissions = coalesce(d.submissions, 0) + r.counts
     WITH r, d MERGE (s:Submission {id: r.id}) SET s += r.properties, s.state = 'PENDING',
       s.sequence = CASE WHEN r.counts = 0 THEN r.sequence ELSE d.submissions END`,
    {
      rows: submissions.map(({ id, sequence, ...properties }) => ({
        id,
        documentId: properties.documentId,
        counts: sequence === undefined ? 1 : 0,
        sequence: sequence ?? 0,
        properties,
      })),
    },
    (row) => row,
  );
}

/**
 * What was submitted of documents, whatever its state, becomes that of others, in the order in which it was. Where such a
 * one is there already, what was submitted behind all that is known of it counts as the latest, and the rest as earlier
 * than any of it. In a transaction with {@link carrySubmissionCounts}, behind this one.
 */
export function renameSubmissions(
  rows: readonly { readonly from: string; readonly to: string }[],
): Statement<unknown> {
  return statement(
    'submissions.rename',
    `UNWIND $rows AS r MATCH (o:Document {id: r.from}) MATCH (s:Submission {documentId: r.from})
     OPTIONAL MATCH (d:Document {id: r.to}) OPTIONAL MATCH (n:Submission {documentId: r.to})
     WITH r, o, s, d, max(n.submittedAt) AS latest
     SET s.documentId = r.to, s.sequence = CASE
       WHEN d IS NULL THEN s.sequence
       WHEN (latest IS NULL OR s.submittedAt > latest) AND (d.applied IS NULL OR s.submittedAt > d.appliedSubmittedAt)
         THEN coalesce(d.submissions, 0) + s.sequence
       ELSE s.sequence - coalesce(o.submissions, 0) END`,
    { rows },
    (row) => row,
  );
}

/** Documents that take the place of others count what was submitted of those as well. */
export function carrySubmissionCounts(
  rows: readonly { readonly from: string; readonly to: string }[],
): Statement<unknown> {
  return statement(
    'submissions.carryCounts',
    `UNWIND $rows AS r MATCH (d:Document {id: r.from}) MATCH (n:Document {id: r.to})
     SET n.submissions = coalesce(n.submissions, 0) + coalesce(d.submissions, 0)`,
    { rows },
    (row) => row,
  );
}

/** What of a batch still waits, in order. */
export function submissionsOfBatch(batch: string): Statement<Submission> {
  return statement(
    'submissions.ofBatch',
    `MATCH (s:Submission {batch: $batch}) WHERE s.state = 'PENDING' RETURN ${SUBMISSION_COLUMNS} ORDER BY position`,
    { batch },
    decodeSubmission,
  );
}

/**
 * Those of the submissions that still wait, each with its document: a deletion or a cancellation may have come first, or
 * the document may have another id by now.
 */
export function submissionsWaiting(ids: readonly string[]): Statement<Pick<Submission, 'id' | 'documentId'>> {
  return statement(
    'submissions.waiting',
    `UNWIND $ids AS submissionId MATCH (s:Submission {id: submissionId}) WHERE s.state = 'PENDING'
     RETURN submissionId, s.documentId AS documentId`,
    { ids },
    (row) => ({ id: textOf(row.submissionId), documentId: textOf(row.documentId) }),
  );
}

export interface WaitingDocument {
  readonly documentId: string;
  readonly versionHash: string;
}

/** Versions of these documents that wait to be indexed. */
export function submissionsOfDocuments(documentIds: readonly string[]): Statement<WaitingDocument> {
  return statement(
    'submissions.ofDocuments',
    `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId}) WHERE s.state = 'PENDING'
     RETURN documentId, s.versionHash AS versionHash`,
    { documentIds },
    (row) => ({ documentId: textOf(row.documentId), versionHash: textOf(row.versionHash) }),
  );
}

/**
 * These submissions are done, and their job counts them. What does not wait any more, because it was done, cancelled
 * or deleted meanwhile, is not counted: settling twice is settling once.
 */
export function settleSubmissions(ids: readonly string[]): readonly Statement<unknown>[] {
  return [
    statement(
      'submissions.countDone',
      `${WAITING_OF_JOBS} SET j.done = j.done + settled`,
      { ids },
      (row) => row,
    ),
    statement(
      'submissions.settle',
      `UNWIND $ids AS submissionId MATCH (s:Submission {id: submissionId}) WHERE s.state = 'PENDING' DETACH DELETE s`,
      { ids },
      (row) => row,
    ),
  ];
}

/** Of each job, how many of these submissions still wait. */
const WAITING_OF_JOBS = `UNWIND $ids AS submissionId MATCH (s:Submission {id: submissionId}) WHERE s.state = 'PENDING'
  WITH s.jobId AS jobId, count(s) AS settled MATCH (j:Job {id: jobId})`;

/** Every submission of the documents, whatever its state. Gives the jobs that lose one. */
export function deleteSubmissionsOfDocuments(documentIds: readonly string[]): readonly Statement<unknown>[] {
  return [
    statement(
      'submissions.countDeleted',
      `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId}) WHERE s.state = 'PENDING'
       WITH s.jobId AS jobId, count(s) AS gone MATCH (j:Job {id: jobId}) SET j.total = j.total - gone`,
      { documentIds },
      (row) => row,
    ),
    statement(
      'submissions.deleteOfDocuments',
      'UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId}) DETACH DELETE s',
      { documentIds },
      (row) => row,
    ),
  ];
}

/** Batches of a job in which something still waits, at most `limit`. */
export function waitingBatchesOfJob(jobId: string, limit: number): Statement<string> {
  return statement(
    'submissions.waitingBatchesOfJob',
    `MATCH (s:Submission {jobId: $jobId}) WHERE s.state = 'PENDING' RETURN DISTINCT s.batch AS batch LIMIT $limit`,
    { jobId, limit },
    (row) => textOf(row.batch),
  );
}

/** Those of the documents of which a version waits or failed. */
export function documentsSubmitted(documentIds: readonly string[]): Statement<string> {
  return statement(
    'submissions.documentsSubmitted',
    `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId})
     RETURN DISTINCT documentId`,
    { documentIds },
    (row) => textOf(row.documentId),
  );
}

/** Hashes of every version of the documents that waits or failed. */
export function contentsOfDocuments(documentIds: readonly string[]): Statement<string> {
  return statement(
    'submissions.contentsOfDocuments',
    `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId})
     RETURN DISTINCT s.contentHash AS hash`,
    { documentIds },
    (row) => textOf(row.hash),
  );
}

/** Hashes of what a job has not indexed yet. */
export function contentsWaitingOfJob(jobId: string): Statement<string> {
  return statement(
    'submissions.contentsWaitingOfJob',
    `MATCH (s:Submission {jobId: $jobId}) WHERE s.state = 'PENDING' RETURN DISTINCT s.contentHash AS hash`,
    { jobId },
    (row) => textOf(row.hash),
  );
}

/**
 * Takes back what a job has not indexed yet, and its documents that never had a version and of which nothing else was
 * submitted. Those of which something has failed stay with it. What waits is looked up inside the transaction, where nobody
 * can add to it.
 */
export function takeBackWaitingOfJob(jobId: string): readonly Statement<unknown>[] {
  return [
    statement(
      'submissions.deletePendingDocuments',
      `MATCH (s:Submission {jobId: $jobId}) WHERE s.state = 'PENDING' WITH s.documentId AS documentId
       MATCH (d:Document {id: documentId}) WHERE d.versionHash IS NULL AND NOT EXISTS {
         MATCH (o:Submission {documentId: documentId}) WHERE o.state <> 'PENDING' OR o.jobId <> $jobId
       } DETACH DELETE d`,
      { jobId },
      (row) => row,
    ),
    statement(
      'submissions.failPendingDocuments',
      `MATCH (s:Submission {jobId: $jobId}) WHERE s.state = 'PENDING' WITH s.documentId AS documentId
       MATCH (d:Document {id: documentId}) WHERE d.versionHash IS NULL AND NOT EXISTS {
         MATCH (o:Submission {documentId: documentId}) WHERE o.state = 'PENDING' AND o.jobId <> $jobId
       } SET d.status = 'FAILED'`,
      { jobId },
      (row) => row,
    ),
    statement(
      'submissions.deleteWaitingOfJob',
      `MATCH (s:Submission {jobId: $jobId}) WHERE s.state = 'PENDING' DETACH DELETE s`,
      { jobId },
      (row) => row,
    ),
  ];
}

export interface FailedSubmission {
  readonly id: string;
  readonly step: IngestionStep;
  readonly code: string;
  readonly message: string;
}

/** Keeps submissions that wait with the reason why they could not be indexed, and their job counts them. */
export function failSubmissions(
  failures: readonly FailedSubmission[],
  failedAt: string,
): readonly Statement<unknown>[] {
  const ids = failures.map(({ id }) => id);
  return [
    statement(
      'submissions.countFailed',
      `${WAITING_OF_JOBS} SET j.failed = j.failed + settled`,
      { ids },
      (row) => row,
    ),
    statement(
      'submissions.fail',
      `UNWIND $rows AS r MATCH (s:Submission {id: r.id}) WHERE s.state = 'PENDING'
       SET s.state = 'FAILED', s.step = r.step, s.code = r.code, s.message = r.message, s.failedAt = $failedAt`,
      { failedAt, rows: failures.map(({ id, step, code, message }) => ({ id, step, code, message })) },
      (row) => row,
    ),
  ];
}

/** What could not be indexed of each job, in order, at most `limit` in all. */
export function failuresOfJobs(
  tenant: string,
  jobIds: readonly string[],
  limit: number,
): Statement<IngestionFailure & { readonly jobId: string }> {
  return statement(
    'submissions.failuresOfJobs',
    `UNWIND $jobIds AS jobId MATCH (s:Submission {jobId: jobId}) WHERE s.tenant = $tenant AND s.state = 'FAILED'
     RETURN jobId, s.documentId AS documentId, s.key AS key, s.title AS title, s.step AS step, s.code AS code,
            s.message AS message, s.position AS position ORDER BY jobId, position LIMIT $limit`,
    { tenant, jobIds, limit },
    (row) => ({
      jobId: textOf(row.jobId),
      documentId: textOf(row.documentId),
      key: textOrNull(row.key),
      title: textOrNull(row.title) ?? textOrNull(row.key) ?? '',
      step: textOf(row.step) as IngestionStep,
      code: textOf(row.code),
      message: textOf(row.message),
    }),
  );
}
