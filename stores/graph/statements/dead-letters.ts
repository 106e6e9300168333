/** Submissions that failed, across jobs. What of them is replayed becomes a submission of another job. */

import type { DeadLetter } from '../../../model/dead-letter.ts';
import type { IngestionStep } from '../../../model/jobs.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';
import { decodeSubmission, SUBMISSION_COLUMNS, type Submission } from './submission-rows.ts';

const COLUMNS = `s.id AS id, s.tenant AS tenant, s.jobId AS jobId, s.documentId AS documentId,
  s.collectionId AS collectionId, s.key AS key, s.title AS title, s.mediaType AS mediaType, s.step AS step, s.code AS code,
  s.message AS message, s.submittedAt AS submittedAt, s.failedAt AS failedAt, d.submissions > s.sequence AS isReplaced`;

function decodeDeadLetter(row: Row): DeadLetter {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    jobId: textOf(row.jobId),
    documentId: textOf(row.documentId),
    collectionId: textOf(row.collectionId),
    key: textOrNull(row.key),
    title: textOrNull(row.title),
    mediaType: textOf(row.mediaType),
    step: textOf(row.step) as IngestionStep,
    code: textOf(row.code),
    message: textOf(row.message),
    submittedAt: textOf(row.submittedAt),
    failedAt: textOrNull(row.failedAt),
    isReplaced: row.isReplaced === true,
  };
}

export interface DeadLetterListing {
  readonly tenant: string;
  /** Null for any, as below. */
  readonly collectionId: string | null;
  readonly jobId: string | null;
  readonly step: IngestionStep | null;
  readonly code: string | null;
  /** From behind the one of this time and id; both empty for the first page. */
  readonly afterAt: string;
  readonly afterId: string;
  readonly limit: number;
}

/** In the order in which they were submitted. */
export function deadLettersListed(listing: DeadLetterListing): Statement<DeadLetter> {
  return statement(
    'deadLetters.listed',
    `MATCH (s:Submission {state: 'FAILED'})
     WHERE s.tenant = $tenant AND ($collectionId IS NULL OR s.collectionId = $collectionId)
       AND ($jobId IS NULL OR s.jobId = $jobId) AND ($step IS NULL OR s.step = $step)
       AND ($code IS NULL OR s.code = $code)
       AND (s.submittedAt > $afterAt OR (s.submittedAt = $afterAt AND s.id > $afterId))
     WITH s ORDER BY s.submittedAt, s.id LIMIT $limit
     MATCH (d:Document {id: s.documentId}) RETURN ${COLUMNS} ORDER BY submittedAt, id`,
    { ...listing },
    decodeDeadLetter,
  );
}

export function deadLettersByIds(tenant: string, ids: readonly string[]): Statement<DeadLetter> {
  return statement(
    'deadLetters.byIds',
    `UNWIND $ids AS letterId MATCH (s:Submission {id: letterId}) WHERE s.tenant = $tenant AND s.state = 'FAILED'
     MATCH (d:Document {id: s.documentId}) RETURN ${COLUMNS} ORDER BY submittedAt, id`,
    { tenant, ids },
    decodeDeadLetter,
  );
}

/** All that is needed to submit them again, in the order in which they were. */
export function failedSubmissions(tenant: string, ids: readonly string[]): Statement<Submission> {
  return statement(
    'deadLetters.submissions',
    `UNWIND $ids AS letterId MATCH (s:Submission {id: letterId}) WHERE s.tenant = $tenant AND s.state = 'FAILED'
     RETURN ${SUBMISSION_COLUMNS} ORDER BY submittedAt, batch, position`,
    { tenant, ids },
    decodeSubmission,
  );
}

/** Of every tenant. */
export function deadLetterCount(): Statement<number> {
  return statement(
    'deadLetters.count',
    `MATCH (s:Submission {state: 'FAILED'}) RETURN count(s) AS n`,
    {},
    (row) => Number(row.n),
  );
}

export function deleteDeadLetters(ids: readonly string[]): Statement<unknown> {
  return statement(
    'deadLetters.delete',
    `UNWIND $ids AS letterId MATCH (s:Submission {id: letterId}) WHERE s.state = 'FAILED' DETACH DELETE s`,
    { ids },
    (row) => row,
  );
}

/** Those of the documents that never had a version and wait for none any more. */
export function deleteNeverIndexed(documentIds: readonly string[]): Statement<unknown> {
  return statement(
    'deadLetters.deleteNeverIndexed',
    `UNWIND $documentIds AS documentId MATCH (d:Document {id: documentId}) WHERE d.versionHash IS NULL AND NOT EXISTS {
       MATCH (o:Submission {documentId: documentId})
     } DETACH DELETE d`,
    { documentIds },
    (row) => row,
  );
}
