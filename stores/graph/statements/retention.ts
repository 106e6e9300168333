/** Retention policies, legal holds, and what was erased. Few of each: a tenant's are read together. */

import type {
  DocumentSelection,
  ErasedSelection,
  Erasure,
  LegalHold,
  RetentionPolicy,
} from '../../../model/retention.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull, textsOf } from './rows.ts';

const POLICY_COLUMNS = `p.id AS id, p.tenant AS tenant, p.name AS name, p.selection AS selection, p.days AS days,
  p.action AS action, p.createdAt AS createdAt, p.createdBy AS createdBy, p.lastRunAt AS lastRunAt, p.deleted AS deleted,
  p.archived AS archived`;

function decodePolicy(row: Row): RetentionPolicy {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    name: textOf(row.name),
    selection: JSON.parse(textOf(row.selection)) as DocumentSelection,
    days: Number(row.days),
    // Policies from before there were archives have none.
    action: textOrNull(row.action) === 'ARCHIVE' ? 'ARCHIVE' : 'DELETE',
    createdAt: textOf(row.createdAt),
    createdBy: textOf(row.createdBy),
    lastRunAt: textOrNull(row.lastRunAt),
    deleted: Number(row.deleted ?? 0),
    archived: Number(row.archived ?? 0),
  };
}

export function policiesOfTenant(tenant: string, limit: number): Statement<RetentionPolicy> {
  return statement(
    'retention.policiesOfTenant',
    `MATCH (p:RetentionPolicy {tenant: $tenant}) RETURN ${POLICY_COLUMNS} ORDER BY name LIMIT $limit`,
    { tenant, limit },
    decodePolicy,
  );
}

/** Of every tenant by id, from behind `after`. */
export function policiesOfAll(after: string, limit: number): Statement<RetentionPolicy> {
  return statement(
    'retention.policiesOfAll',
    `MATCH (p:RetentionPolicy) WHERE p.id > $after RETURN ${POLICY_COLUMNS} ORDER BY id LIMIT $limit`,
    { after, limit },
    decodePolicy,
  );
}

export function putPolicy(
  policy: Omit<RetentionPolicy, 'lastRunAt' | 'deleted' | 'archived'>,
): Statement<RetentionPolicy> {
  const { id, selection, ...properties } = policy;
  return statement(
    'retention.putPolicy',
    `MERGE (p:RetentionPolicy {id: $id}) SET p += $properties RETURN ${POLICY_COLUMNS}`,
    { id, properties: { ...properties, selection: JSON.stringify(selection) } },
    decodePolicy,
  );
}

/** What a run did. */
export function notePolicyRun(
  id: string,
  lastRunAt: string,
  { deleted, archived }: { readonly deleted: number; readonly archived: number },
): Statement<unknown> {
  return statement(
    'retention.noteRun',
    `MATCH (p:RetentionPolicy {id: $id}) SET p.lastRunAt = $lastRunAt, p.deleted = coalesce(p.deleted, 0) + $deleted,
       p.archived = coalesce(p.archived, 0) + $archived`,
    { id, lastRunAt, deleted, archived },
    (row) => row,
  );
}

/** Gives the name of what was there. */
export function deletePolicy(tenant: string, id: string): Statement<string> {
  return statement(
    'retention.deletePolicy',
    `MATCH (p:RetentionPolicy {id: $id}) WHERE p.tenant = $tenant
     WITH p, p.name AS name DETACH DELETE p RETURN name`,
    { tenant, id },
    (row) => textOf(row.name),
  );
}

const HOLD_COLUMNS = `h.id AS id, h.tenant AS tenant, h.name AS name, h.selection AS selection, h.reason AS reason,
  h.createdAt AS createdAt, h.createdBy AS createdBy`;

function decodeHold(row: Row): LegalHold {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    name: textOf(row.name),
    selection: JSON.parse(textOf(row.selection)) as DocumentSelection,
    reason: textOf(row.reason),
    createdAt: textOf(row.createdAt),
    createdBy: textOf(row.createdBy),
  };
}

export function holdsOfTenant(tenant: string, limit: number): Statement<LegalHold> {
  return statement(
    'retention.holdsOfTenant',
    `MATCH (h:LegalHold {tenant: $tenant}) RETURN ${HOLD_COLUMNS} ORDER BY name LIMIT $limit`,
    { tenant, limit },
    decodeHold,
  );
}

export function putHold({ id, selection, ...properties }: LegalHold): Statement<unknown> {
  return statement(
    'retention.putHold',
    'MERGE (h:LegalHold {id: $id}) SET h += $properties',
    { id, properties: { ...properties, selection: JSON.stringify(selection) } },
    (row) => row,
  );
}

/** Gives the name of what was there. */
export function deleteHold(tenant: string, id: string): Statement<string> {
  return statement(
    'retention.deleteHold',
    `MATCH (h:LegalHold {id: $id}) WHERE h.tenant = $tenant WITH h, h.name AS name DETACH DELETE h RETURN name`,
    { tenant, id },
    (row) => textOf(row.name),
  );
}

export function putErasure({ id, selection, ...properties }: Erasure): Statement<unknown> {
  return statement(
    'retention.putErasure',
    'MERGE (x:Erasure {id: $id}) SET x += $properties',
    { id, properties: { ...properties, selection: selection === null ? null : JSON.stringify(selection) } },
    (row) => row,
  );
}

/** Of every tenant by id, from behind `after`: to be done again after a restore. */
export function erasuresOfAll(after: string, limit: number): Statement<Erasure> {
  return statement(
    'retention.erasuresOfAll',
    `MATCH (x:Erasure) WHERE x.id > $after
     RETURN x.id AS id, x.tenant AS tenant, x.at AS at, x.erasedBy AS erasedBy, x.reason AS reason, x.documentIds AS documentIds,
            x.subjects AS subjects, x.selection AS selection
     ORDER BY id LIMIT $limit`,
    { after, limit },
    (row) => ({
      id: textOf(row.id),
      tenant: textOf(row.tenant),
      at: textOf(row.at),
      erasedBy: textOf(row.erasedBy),
      reason: textOf(row.reason),
      documentIds: textsOf(row.documentIds),
      subjects: textsOf(row.subjects),
      selection: selectionOf(textOrNull(row.selection)),
    }),
  );
}

/** Erasures from before it was kept have none. */
function selectionOf(text: string | null): ErasedSelection | null {
  return text === null ? null : (JSON.parse(text) as ErasedSelection);
}

/** Ids of the entities that have any of these names, by the names' ids. */
export function entitiesOfNames(nameIds: readonly string[]): Statement<string> {
  return statement(
    'retention.entitiesOfNames',
    `UNWIND $nameIds AS nameId MATCH (n:Name {id: nameId})-[:NAMES]->(e:Entity) RETURN DISTINCT e.id AS id`,
    { nameIds },
    (row) => textOf(row.id),
  );
}

/** Ids of the documents of which a chunk mentions any of the entities. */
export function documentsMentioning(
  tenant: string,
  entityIds: readonly string[],
  limit: number,
): Statement<string> {
  return statement(
    'retention.documentsMentioning',
    `UNWIND $entityIds AS entityId MATCH (e:Entity {id: entityId})<-[:MENTIONS]-(c:Chunk) WHERE c.tenant = $tenant
     WITH DISTINCT c.documentId AS id RETURN id ORDER BY id LIMIT $limit`,
    { tenant, entityIds, limit },
    (row) => textOf(row.id),
  );
}
