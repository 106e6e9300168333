/** Jobs: the promise to index what was acknowledged, and how far it is. */

import type { JobState } from '../../../model/jobs.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

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
