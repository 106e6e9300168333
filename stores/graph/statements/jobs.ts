/** Jobs and their submissions: the promise to index what was acknowledged. */

import type { IngestionFailure, IngestionStep, JobState } from '../../../model/jobs.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { numberOrNull, textOf, textOrNull } from './rows.ts';

/** A job as it is kept. Its counts change in the transaction of the documents that they count. */
export interface JobNode {
  readonly id: string;
  readonly tenant: string;
  readonly collectionId: string;
  readonly state: JobState;
  readonly total: number;
  /** How many batches its submissions lie in. */
  readonly batches: number;
  readonly done: number;
  readonly failed: number;
  readonly chunks: number;
  readonly entities: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Still being filled: nobody works on it yet. Absent in the graph once it is whole. */
  readonly open: boolean;
}

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
  /** Counts the submissions of its document: of two, the later one is what the document becomes. */
  readonly sequence: number;
}

const JOB_COLUMNS = `j.id AS id, j.tenant AS tenant, j.collectionId AS collectionId, j.state AS state, j.total AS total,
  j.batches AS batches,
  j.done AS done, j.failed AS failed, j.chunks AS chunks, j.entities AS entities, j.createdAt AS createdAt,
  j.finishedAt AS finishedAt, j.open AS open`;

function decodeJob(row: Row): JobNode {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    collectionId: textOf(row.collectionId),
    state: textOf(row.state) as JobState,
    total: Number(row.total),
    batches: Number(row.batches),
    done: Number(row.done),
    failed: Number(row.failed),
    chunks: Number(row.chunks),
    entities: Number(row.entities),
    createdAt: textOf(row.createdAt),
    finishedAt: textOrNull(row.finishedAt),
    open: row.open === true,
  };
}

export function jobsByIds(tenant: string, ids: readonly string[]): Statement<JobNode> {
  return statement(
    'jobs.byIds',
    `UNWIND $ids AS jobId MATCH (j:Job {id: jobId}) WHERE j.tenant = $tenant RETURN ${JOB_COLUMNS}`,
    { tenant, ids },
    decodeJob,
  );
}

/** The job of whatever tenant: for the worker, which knows its id alone. */
export function jobById(id: string): Statement<JobNode> {
  return statement('jobs.byId', `MATCH (j:Job {id: $id}) RETURN ${JOB_COLUMNS}`, { id }, decodeJob);
}

/**
 * Jobs of every tenant that somebody should be working on, oldest first: whole ones, and those that nobody has filled
 * since `abandonedBefore`.
 */
export function unfinishedJobs(abandonedBefore: string, limit: number): Statement<JobNode> {
  return statement(
    'jobs.unfinished',
    `UNWIND ['QUEUED', 'RUNNING'] AS wanted MATCH (j:Job {state: wanted})
     WHERE j.open IS NULL OR j.grownAt < $abandonedBefore RETURN ${JOB_COLUMNS} ORDER BY createdAt LIMIT $limit`,
    { abandonedBefore, limit },
    decodeJob,
  );
}

export function createJob({ id, open, ...properties }: JobNode): Statement<unknown> {
  return statement(
    'jobs.create',
    'MERGE (j:Job {id: $id}) SET j += $properties',
    { id, properties: { ...properties, ...(open ? { open } : {}) } },
    (row) => row,
  );
}

export interface JobGrowth {
  readonly jobId: string;
  /** Documents that are added. */
  readonly more: number;
  /** How many batches there are then. */
  readonly batches: number;
  readonly grownAt: string;
}

/** Adds to a job while it is being filled. */
export function growJob(growth: JobGrowth): Statement<unknown> {
  return statement(
    'jobs.grow',
    'MATCH (j:Job {id: $jobId}) SET j.total = j.total + $more, j.batches = $batches, j.grownAt = $grownAt',
    { ...growth },
    (row) => row,
  );
}

/** The jobs are whole: they may be worked on. */
export function sealJobs(jobIds: readonly string[]): Statement<unknown> {
  return statement(
    'jobs.seal',
    'UNWIND $jobIds AS jobId MATCH (j:Job {id: jobId}) SET j.open = null',
    { jobIds },
    (row) => row,
  );
}

/** Moves an unfinished job on; a finished one stays as it is. Gives the job as it is then. */
export function setJobState(jobId: string, state: JobState, finishedAt: string | null): Statement<JobNode> {
  return statement(
    'jobs.setState',
    `MATCH (j:Job {id: $jobId}) WHERE j.state IN ['QUEUED', 'RUNNING'] SET j.state = $state, j.finishedAt = $finishedAt
     RETURN ${JOB_COLUMNS}`,
    { jobId, state, finishedAt },
    decodeJob,
  );
}

/** Ends an unfinished job, by what became of its documents. A finished one stays as it is. */
export function finishJob(jobId: string, finishedAt: string): Statement<JobNode> {
  return statement(
    'jobs.finish',
    `MATCH (j:Job {id: $jobId}) WHERE j.state IN ['QUEUED', 'RUNNING']
     SET j.finishedAt = $finishedAt,
         j.state = CASE WHEN j.failed = 0 THEN 'SUCCEEDED' WHEN j.failed >= j.total THEN 'FAILED' ELSE 'PARTIAL' END
     RETURN ${JOB_COLUMNS}`,
    { jobId, finishedAt },
    decodeJob,
  );
}

/** Adds what was found in documents to their job's counts, in the transaction that makes it visible. */
export function addFindings(
  jobId: string,
  { chunks, entities }: { readonly chunks: number; readonly entities: number },
): Statement<unknown> {
  return statement(
    'jobs.addFindings',
    'MATCH (j:Job {id: $jobId}) SET j.chunks = j.chunks + $chunks, j.entities = j.entities + $entities',
    { jobId, chunks, entities },
    (row) => row,
  );
}

const SUBMISSION_COLUMNS = `s.id AS id, s.tenant AS tenant, s.jobId AS jobId, s.batch AS batch, s.position AS position,
  s.documentId AS documentId, s.collectionId AS collectionId, s.key AS key, s.title AS title, s.mediaType AS mediaType,
  s.metadata AS metadata, s.knowledge AS knowledge, s.contentHash AS contentHash, s.versionHash AS versionHash,
  s.submittedAt AS submittedAt, s.sequence AS sequence`;

function decodeSubmission(row: Row): Submission {
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
    sequence: numberOrNull(row.sequence) ?? 0,
  };
}

/** Their documents are there already, and count them: the order of commits decides which one is the later. */
export function createSubmissions(submissions: readonly Omit<Submission, 'sequence'>[]): Statement<unknown> {
  return statement(
    'submissions.create',
    `UNWIND $rows AS r MATCH (d:Document {id: r.documentId}) SET d.submissions = coalesce(d.submissions, 0) + 1
     WITH r, d MERGE (s:Submission {id: r.id}) SET s += r.properties, s.state = 'PENDING', s.sequence = d.submissions`,
    {
      rows: submissions.map(({ id, ...properties }) => ({
        id,
        documentId: properties.documentId,
        properties,
      })),
    },
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

/** Those of the submissions that still wait: a deletion or a cancellation may have come first. */
export function submissionsWaiting(ids: readonly string[]): Statement<string> {
  return statement(
    'submissions.waiting',
    `UNWIND $ids AS submissionId MATCH (s:Submission {id: submissionId}) WHERE s.state = 'PENDING' RETURN submissionId`,
    { ids },
    (row) => textOf(row.submissionId),
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
 * Takes back what a job has not indexed yet, and its documents that never had a version and wait for nothing else.
 * What waits is looked up inside the transaction, where nobody can add to it.
 */
export function takeBackWaitingOfJob(jobId: string): readonly Statement<unknown>[] {
  return [
    statement(
      'submissions.deletePendingDocuments',
      `MATCH (s:Submission {jobId: $jobId}) WHERE s.state = 'PENDING' WITH s.documentId AS documentId
       MATCH (d:Document {id: documentId}) WHERE d.versionHash IS NULL AND NOT EXISTS {
         MATCH (o:Submission {documentId: documentId}) WHERE o.state = 'PENDING' AND o.jobId <> $jobId
       } DETACH DELETE d`,
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
export function failSubmissions(failures: readonly FailedSubmission[]): readonly Statement<unknown>[] {
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
       SET s.state = 'FAILED', s.step = r.step, s.code = r.code, s.message = r.message`,
      { rows: failures.map(({ id, step, code, message }) => ({ id, step, code, message })) },
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
