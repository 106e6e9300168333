/** Documents: written version by version, found by id, by what they hold, or listed. */

import type { DocumentRecord, DocumentStatus, JsonObject } from '../../../model/documents.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

/** A document with what only ingestion needs to know of it. */
export interface DocumentNode extends DocumentRecord {
  /** Of the parsed text in the content store; null before the first version is indexed. */
  readonly textHash: string | null;
  /** Of everything that decides what is indexed: equal hashes need no work. */
  readonly versionHash: string | null;
}

const COLUMNS = `d.id AS id, d.tenant AS tenant, d.collectionId AS collectionId, d.key AS key, d.title AS title,
  d.mediaType AS mediaType, d.metadata AS metadata, d.status AS status, d.contentHash AS contentHash,
  d.textHash AS textHash, d.versionHash AS versionHash, d.createdAt AS createdAt, d.updatedAt AS updatedAt`;

function decodeDocument(row: Row): DocumentNode {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    collectionId: textOf(row.collectionId),
    key: textOrNull(row.key),
    title: textOf(row.title),
    mediaType: textOf(row.mediaType),
    metadata: JSON.parse(textOf(row.metadata)) as JsonObject,
    status: textOf(row.status) as DocumentStatus,
    contentHash: textOf(row.contentHash),
    textHash: textOrNull(row.textHash),
    versionHash: textOrNull(row.versionHash),
    createdAt: textOf(row.createdAt),
    updatedAt: textOf(row.updatedAt),
  };
}

export function documentsByIds(tenant: string, ids: readonly string[]): Statement<DocumentNode> {
  return statement(
    'documents.byIds',
    `UNWIND $ids AS documentId MATCH (d:Document {id: documentId}) WHERE d.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeDocument,
  );
}

export interface DocumentListing {
  readonly tenant: string;
  readonly collectionId: string | null;
  /** Ids of the collections that the reader may read; null for every one. */
  readonly within?: readonly string[] | null;
  readonly status: DocumentStatus | null;
  readonly mediaTypes: readonly string[] | null;
  /** RFC 3339, UTC, inclusive; empty for none. */
  readonly updatedAfter: string;
  /** RFC 3339, UTC, exclusive; null for none. */
  readonly updatedBefore: string | null;
  /** Id after which to start; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

const OF_ID = 'UNWIND $ids AS documentId MATCH (d:Document {id: documentId})';

/** A page of documents by id. */
export function documentsListed(listing: DocumentListing): Statement<DocumentNode> {
  const { collectionId, within = null, status, mediaTypes, updatedBefore, ...always } = listing;
  const { tenant, after, limit } = always;
  const start = collectionId === null ? '{tenant: $tenant}' : '{collectionId: $collectionId}';
  const conditions = [
    'd.tenant = $tenant',
    'd.id > $after',
    'd.updatedAt >= $updatedAfter',
    ...(collectionId === null ? [] : ['d.collectionId = $collectionId']),
    ...(within === null ? [] : ['d.collectionId IN $within']),
    ...(status === null ? [] : ['d.status = $status']),
    ...(mediaTypes === null ? [] : ['d.mediaType IN $mediaTypes']),
    ...(updatedBefore === null ? [] : ['d.updatedAt < $updatedBefore']),
  ];
  const where = conditions.join(' AND ');
  const listed = statement(
    'documents.listed',
    `MATCH (d:Document ${start}) WHERE ${where} RETURN ${COLUMNS} ORDER BY id LIMIT $limit`,
    {
      ...always,
      ...(collectionId === null ? {} : { collectionId }),
      ...(within === null ? {} : { within }),
      ...(status === null ? {} : { status }),
      ...(mediaTypes === null ? {} : { mediaTypes }),
      ...(updatedBefore === null ? {} : { updatedBefore }),
    },
    decodeDocument,
  );
  const ofIds = `${OF_ID} WHERE ${where} RETURN ${COLUMNS} ORDER BY id LIMIT $limit`;
  const page = { label: 'Document', after, limit, ofIds } as const;
  // How many ids are gone past for a page would tell who may not read them how many there are.
  if (within !== null && (collectionId === null || !within.includes(collectionId))) return listed;
  if (collectionId !== null)
    return { ...listed, page: { ...page, property: 'collectionId', value: collectionId } };
  return { ...listed, page: { ...page, property: 'tenant', value: tenant } };
}

/** Ids of all documents of a tenant, or of one of its collections, behind `after`. */
export function documentIdsListed({
  collectionId,
  ...always
}: Pick<DocumentListing, 'tenant' | 'collectionId' | 'after' | 'limit'>): Statement<string> {
  const start = collectionId === null ? '{tenant: $tenant}' : '{collectionId: $collectionId}';
  return statement(
    'documents.idsListed',
    `MATCH (d:Document ${start}) WHERE d.tenant = $tenant AND d.id > $after
     RETURN d.id AS id ORDER BY id LIMIT $limit`,
    { ...always, ...(collectionId === null ? {} : { collectionId }) },
    (row) => textOf(row.id),
  );
}

/** Those of any tenant that have been indexed, in the order of their ids: for rebuilding what is derived from them. */
export function documentsReady(ids: readonly string[]): Statement<DocumentNode> {
  return statement(
    'documents.ready',
    `MATCH (d:Document) WHERE d.id IN $ids AND d.status = 'READY' RETURN ${COLUMNS} ORDER BY id`,
    { ids },
    decodeDocument,
  );
}

/** Makes documents that were not there, as `PENDING`; those that are there stay as they are. */
export function createDocuments(
  documents: readonly Omit<DocumentNode, 'textHash' | 'versionHash'>[],
): Statement<unknown> {
  return statement(
    'documents.create',
    'UNWIND $rows AS r MERGE (d:Document {id: r.id}) ON CREATE SET d += r.properties',
    { rows: documents.map(toRow) },
    (row) => row,
  );
}

/** Puts new versions in the place of the old ones. */
export function putDocuments(documents: readonly Omit<DocumentNode, 'createdAt'>[]): Statement<unknown> {
  return statement(
    'documents.put',
    'UNWIND $rows AS r MATCH (d:Document {id: r.id}) SET d += r.properties',
    { rows: documents.map(toRow) },
    (row) => row,
  );
}

function toRow({
  id,
  metadata,
  ...properties
}: Partial<DocumentNode> & Pick<DocumentNode, 'id' | 'metadata'>) {
  return { id, properties: { ...properties, metadata: JSON.stringify(metadata) } };
}

/** Marks the documents of waiting submissions as `INDEXING`, those that have no version yet. */
export function beginDocuments(submissionIds: readonly string[]): Statement<unknown> {
  return statement(
    'documents.begin',
    `UNWIND $submissionIds AS submissionId MATCH (s:Submission {id: submissionId}) WHERE s.state = 'PENDING'
     WITH s.documentId AS documentId MATCH (d:Document {id: documentId}) WHERE d.versionHash IS NULL
     SET d.status = 'INDEXING'`,
    { submissionIds },
    (row) => row,
  );
}

/** Marks the documents of waiting submissions as `FAILED`, those that never had a version. */
export function failDocuments(submissionIds: readonly string[], updatedAt: string): Statement<unknown> {
  return statement(
    'documents.fail',
    `UNWIND $submissionIds AS submissionId MATCH (s:Submission {id: submissionId}) WHERE s.state = 'PENDING'
     WITH s.documentId AS documentId MATCH (d:Document {id: documentId}) WHERE d.versionHash IS NULL
     SET d.status = 'FAILED', d.updatedAt = $updatedAt`,
    { submissionIds, updatedAt },
    (row) => row,
  );
}

/** Which submission of a document is the version that is there now. */
export interface AppliedSubmission {
  readonly documentId: string;
  readonly sequence: number;
}

/** Of each of the documents that has a version, the submission that it came from. */
export function appliedSubmissions(documentIds: readonly string[]): Statement<AppliedSubmission> {
  return statement(
    'documents.appliedSubmissions',
    `UNWIND $documentIds AS documentId MATCH (d:Document {id: documentId}) WHERE d.applied IS NOT NULL
     RETURN documentId, d.applied AS sequence`,
    { documentIds },
    (row) => ({ documentId: textOf(row.documentId), sequence: Number(row.sequence) }),
  );
}

/**
 * Notes which submission each new version came from, when that was handed over (what is made anew of the same one is no
 * later), and what its caller knew, in the version's transaction.
 */
export function noteApplied(
  applied: readonly (AppliedSubmission & {
    readonly knowledge: string | null;
    readonly submittedAt: string;
  })[],
): Statement<unknown> {
  return statement(
    'documents.noteApplied',
    `UNWIND $rows AS r MATCH (d:Document {id: r.documentId})
     SET d.appliedSubmittedAt = CASE WHEN d.applied = r.sequence THEN coalesce(d.appliedSubmittedAt, r.submittedAt)
         ELSE r.submittedAt END,
       d.applied = r.sequence, d.knowledge = r.knowledge`,
    {
      rows: applied.map(({ documentId, sequence, knowledge, submittedAt }) => ({
        ...{ documentId, sequence, knowledge, submittedAt },
      })),
    },
    (row) => row,
  );
}

export interface GivenKnowledge {
  readonly documentId: string;
  /** JSON text of a `Knowledge`. */
  readonly knowledge: string;
}

/** Of the documents that came with knowledge, what it was. */
export function knowledgeGiven(documentIds: readonly string[]): Statement<GivenKnowledge> {
  return statement(
    'documents.knowledgeGiven',
    `UNWIND $documentIds AS documentId MATCH (d:Document {id: documentId}) WHERE d.knowledge IS NOT NULL
     RETURN documentId, d.knowledge AS knowledge`,
    { documentIds },
    (row) => ({ documentId: textOf(row.documentId), knowledge: textOf(row.knowledge) }),
  );
}

export function deleteDocuments(ids: readonly string[]): Statement<unknown> {
  return statement(
    'documents.delete',
    'UNWIND $ids AS documentId MATCH (d:Document {id: documentId}) DETACH DELETE d',
    { ids },
    (row) => row,
  );
}

/** A document of those that hold these bytes or this text, and of those that wait to. */
export function documentsWithContent(tenant: string, hash: string): readonly Statement<string>[] {
  return WITH_CONTENT.map(([label, property]) =>
    statement(
      'documents.withContent',
      `MATCH (n:${label} {${property}: $hash}) WHERE n.tenant = $tenant
       RETURN n.id AS id, n.documentId AS documentId LIMIT 1`,
      { tenant, hash },
      (row) => textOf(row.documentId ?? row.id),
    ),
  );
}

const WITH_CONTENT = [
  ['Document', 'contentHash'],
  ['Document', 'textHash'],
  ['Submission', 'contentHash'],
] as const;

/** Those of the hashes that a document or a submission of the tenant still refers to. */
export function contentsInUse(tenant: string, hashes: readonly string[]): readonly Statement<string>[] {
  return WITH_CONTENT.map(([label, property]) =>
    statement(
      'documents.contentsInUse',
      `UNWIND $hashes AS hash MATCH (n:${label} {${property}: hash}) WHERE n.tenant = $tenant RETURN DISTINCT hash`,
      { tenant, hashes },
      (row) => textOf(row.hash),
    ),
  );
}
