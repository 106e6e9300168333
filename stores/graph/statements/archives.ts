/** What the graph keeps of archived documents. What state one is in decides who may do what with it next. */

import type { ArchivedDocument, ArchiveState } from '../../../model/archive.ts';
import type { JsonObject } from '../../../model/documents.ts';
import { Problem } from '../../../platform/errors.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull, textsOf } from './rows.ts';

const COLUMNS = `a.id AS id, a.tenant AS tenant, a.state AS state, a.documentId AS documentId, a.collectionId AS collectionId,
  a.collection AS collection, a.key AS key, a.title AS title, a.mediaType AS mediaType, a.metadata AS metadata,
  a.contentHash AS contentHash, a.bytes AS bytes, a.createdAt AS createdAt, a.updatedAt AS updatedAt,
  a.archivedAt AS archivedAt, a.archivedBy AS archivedBy, a.reason AS reason, a.jobId AS jobId,
  a.broughtBackAt AS broughtBackAt, a.speaksOf AS speaksOf`;

function decodeArchive(row: Row): ArchivedDocument {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    state: textOf(row.state) as ArchiveState,
    documentId: textOf(row.documentId),
    collectionId: textOf(row.collectionId),
    collection: textOf(row.collection),
    key: textOrNull(row.key),
    title: textOf(row.title),
    mediaType: textOf(row.mediaType),
    metadata: JSON.parse(textOf(row.metadata)) as JsonObject,
    contentHash: textOf(row.contentHash),
    bytes: Number(row.bytes),
    createdAt: textOf(row.createdAt),
    updatedAt: textOf(row.updatedAt),
    archivedAt: textOf(row.archivedAt),
    archivedBy: textOf(row.archivedBy),
    reason: textOf(row.reason),
    jobId: textOrNull(row.jobId),
    broughtBackAt: textOrNull(row.broughtBackAt),
    speaksOf: textsOf(row.speaksOf),
  };
}

export function putArchives(archives: readonly ArchivedDocument[]): Statement<unknown> {
  return statement(
    'archives.put',
    'UNWIND $rows AS r MERGE (a:ArchivedDocument {id: r.id}) SET a += r.properties',
    {
      rows: archives.map(({ id, metadata, ...properties }) => ({
        id,
        properties: { ...properties, metadata: JSON.stringify(metadata) },
      })),
    },
    (row) => row,
  );
}

export function archivesByIds(tenant: string, ids: readonly string[]): Statement<ArchivedDocument> {
  return statement(
    'archives.byIds',
    `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId}) WHERE a.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeArchive,
  );
}

export interface ArchiveListing {
  readonly tenant: string;
  /** Null for every collection. */
  readonly collectionId: string | null;
  readonly states: readonly ArchiveState[];
  /** Id from behind which to list; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

const LISTED = `WHERE a.id > $after AND a.state IN $states AND ($collectionId IS NULL OR a.collectionId = $collectionId)
  RETURN ${COLUMNS} ORDER BY id LIMIT $limit`;

/** By id, which is in the order in which they were archived. */
export function archivesListed(listing: ArchiveListing): Statement<ArchivedDocument> {
  const { tenant, after, limit } = listing;
  const ofIds = `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId, tenant: $tenant}) ${LISTED}`;
  return {
    ...statement(
      'archives.listed',
      `MATCH (a:ArchivedDocument {tenant: $tenant}) ${LISTED}`,
      { ...listing },
      decodeArchive,
    ),
    page: { label: 'ArchivedDocument', property: 'tenant', value: tenant, after, limit, ofIds },
  };
}

/** Of every tenant, those in one of these states, at most `limit`. */
export function archivesInStates(
  states: readonly ArchiveState[],
  limit: number,
): Statement<ArchivedDocument> {
  return statement(
    'archives.inStates',
    `UNWIND $states AS wanted MATCH (a:ArchivedDocument {state: wanted}) RETURN ${COLUMNS} ORDER BY id LIMIT $limit`,
    { states, limit },
    decodeArchive,
  );
}

/**
 * Moves archives on; those in another state than `from` stay as they are. Gives those that were moved, as they are then.
 */
export function moveArchives(
  ids: readonly string[],
  {
    from,
    to,
    jobId = null,
  }: { readonly from: ArchiveState; readonly to: ArchiveState; readonly jobId?: string | null },
): Statement<ArchivedDocument> {
  return statement(
    'archives.move',
    `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId}) WHERE a.state = $from
     SET a.state = $to, a.jobId = $jobId RETURN ${COLUMNS}`,
    { ids, from, to, jobId },
    decodeArchive,
  );
}

/**
 * Commits archives in the transaction that deletes their documents. Where one is not being written any more, because
 * another process took it for abandoned, the transaction is undone.
 */
export function commitArchives(ids: readonly string[]): Statement<unknown> {
  return statement(
    'archives.commit',
    `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId}) WHERE a.state = 'WRITING'
     SET a.state = 'ARCHIVED' RETURN count(a) AS committed`,
    { ids },
    (row) => {
      if (Number(row.committed) !== ids.length)
        throw new Problem(
          'CONFLICT',
          'The archive was given up meanwhile, and nothing was deleted. Try again.',
        );
      return row;
    },
  );
}

/** Their documents are there again, in the transaction that makes them so. */
export function noteBroughtBack(ids: readonly string[], broughtBackAt: string): Statement<unknown> {
  return statement(
    'archives.noteBroughtBack',
    `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId}) WHERE a.state = 'BRINGING_BACK'
     SET a.state = 'BROUGHT_BACK', a.broughtBackAt = $broughtBackAt`,
    { ids, broughtBackAt },
    (row) => row,
  );
}

/** Archives of these documents in one of the states go: the copies with what was brought back, or all of them. */
export function dropArchivesOf(
  documentIds: readonly string[],
  states: readonly ArchiveState[],
): Statement<unknown> {
  return statement(
    'archives.dropOf',
    `UNWIND $documentIds AS documentId MATCH (a:ArchivedDocument {documentId: documentId})
     WHERE a.state IN $states SET a.state = 'DELETING'`,
    { documentIds, states },
    (row) => row,
  );
}

/** Whatever state they are in, they go. */
export function beginDeletingArchives(ids: readonly string[]): Statement<unknown> {
  return statement(
    'archives.beginDeleting',
    `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId}) SET a.state = 'DELETING'`,
    { ids },
    (row) => row,
  );
}

/** What lay in the target is gone. */
export function forgetArchives(ids: readonly string[]): Statement<unknown> {
  return statement(
    'archives.forget',
    `UNWIND $ids AS archiveId MATCH (a:ArchivedDocument {id: archiveId}) WHERE a.state = 'DELETING' DETACH DELETE a`,
    { ids },
    (row) => row,
  );
}
