/** Restores of a tenant or a collection among what runs: what was asked for, how far it is, and what it writes. */

import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf } from './rows.ts';
import type { CarriedLabel, CarriedNode } from './transfer.ts';

export interface RestoreNode {
  readonly id: string;
  readonly tenant: string;
  readonly state: string;
  /** Id of the last document that was looked at; empty at the beginning. */
  readonly after: string;
  /** JSON text of all that people are told. */
  readonly report: string;
}

const COLUMNS = 'r.id AS id, r.tenant AS tenant, r.state AS state, r.after AS after, r.report AS report';

function decode(row: Row): RestoreNode {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    state: textOf(row.state),
    after: textOf(row.after),
    report: textOf(row.report),
  };
}

export function createRestore({ id, ...properties }: RestoreNode): Statement<unknown> {
  return statement(
    'restores.create',
    'MERGE (r:Restore {id: $id}) SET r += $properties',
    { id, properties },
    (row) => row,
  );
}

/** Only while it runs: what was cancelled or is over stays so. Gives the id where it did. */
export function noteRestore({ id, ...properties }: Omit<RestoreNode, 'tenant'>): Statement<string> {
  return statement(
    'restores.note',
    `MATCH (r:Restore {id: $id}) WHERE r.state = 'RUNNING' SET r += $properties RETURN r.id AS id`,
    { id, properties },
    (row) => textOf(row.id),
  );
}

export function restoreById(id: string): Statement<RestoreNode> {
  return statement('restores.byId', `MATCH (r:Restore {id: $id}) RETURN ${COLUMNS}`, { id }, decode);
}

/** The newest first. */
export function restoresListed(limit: number): Statement<RestoreNode> {
  return statement(
    'restores.listed',
    `MATCH (r:Restore) WHERE r.id > $after RETURN ${COLUMNS} ORDER BY id DESC LIMIT $limit`,
    { after: '', limit },
    decode,
  );
}

/** Those under way, the oldest first. */
export function restoresRunning(limit: number): Statement<RestoreNode> {
  return statement(
    'restores.running',
    `MATCH (r:Restore) WHERE r.id > $after AND r.state = 'RUNNING' RETURN ${COLUMNS} ORDER BY id LIMIT $limit`,
    { after: '', limit },
    decode,
  );
}

/** Of the documents, those of which a version waits that was handed over at that moment or later (RFC 3339). */
export function documentsSubmittedSince(documentIds: readonly string[], since: string): Statement<string> {
  return statement(
    'restores.submittedSince',
    `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId})
     WHERE s.state = 'PENDING' AND s.submittedAt >= $since RETURN DISTINCT documentId AS id`,
    { documentIds, since },
    (row) => textOf(row.id),
  );
}

/** Versions of the documents that were handed over before. Gives the jobs that lose one. */
export function deleteSubmissionsBefore(
  documentIds: readonly string[],
  before: string,
): readonly Statement<unknown>[] {
  return [
    statement(
      'restores.countReplaced',
      `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId})
       WHERE s.state = 'PENDING' AND s.submittedAt < $before
       WITH s.jobId AS jobId, count(s) AS gone MATCH (j:Job {id: jobId}) SET j.total = j.total - gone`,
      { documentIds, before },
      (row) => row,
    ),
    statement(
      'restores.deleteReplaced',
      `UNWIND $documentIds AS documentId MATCH (s:Submission {documentId: documentId})
       WHERE s.submittedAt < $before DETACH DELETE s`,
      { documentIds, before },
      (row) => row,
    ),
  ];
}

/** Makes those that are not there; those that are stay as they are. */
export function createMissing(label: CarriedLabel, nodes: readonly CarriedNode[]): Statement<unknown> {
  return statement(
    'restores.createMissing',
    `UNWIND $rows AS r MERGE (n:${label} {id: r.id}) ON CREATE SET n += r.properties`,
    { rows: nodes.map(({ id, properties }) => ({ id, properties })) },
    (row) => row,
  );
}
