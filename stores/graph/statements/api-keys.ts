/** API keys: what is known of them, and the keyed hashes of their secrets, which nothing but a check reads. */

import type { ApiKey } from '../../../model/api-key.ts';
import { isScope } from '../../../model/principal.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { numberOrNull, textOf, textOrNull, textsOf } from './rows.ts';

/** A key as it is kept: what is shown of it, and what its secrets are checked against. */
export interface ApiKeyNode extends ApiKey {
  /** Keyed hashes in hex, of the secret and of the one before it. */
  readonly hash: string;
  readonly previousHash: string | null;
  /** Names the server's secret that the hashes were made with. */
  readonly madeWith: string;
}

const COLUMNS = `k.id AS id, k.tenant AS tenant, k.name AS name, k.kind AS kind, k.scopes AS scopes,
  k.collections AS collections, k.requestsPerMinute AS requestsPerMinute, k.costPerMinute AS costPerMinute,
  k.createdAt AS createdAt, k.createdBy AS createdBy, k.expiresAt AS expiresAt, k.lastUsedAt AS lastUsedAt,
  k.rotatedAt AS rotatedAt, k.previousUntil AS previousUntil, k.revokedAt AS revokedAt`;
const WITH_HASHES = `${COLUMNS}, k.hash AS hash, k.previousHash AS previousHash, k.madeWith AS madeWith`;

function decodeKey(row: Row): ApiKey {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    name: textOf(row.name),
    kind: row.kind === 'TEST' ? 'TEST' : 'LIVE',
    scopes: textsOf(row.scopes).filter(isScope),
    collections: row.collections === null || row.collections === undefined ? null : textsOf(row.collections),
    limits: {
      requestsPerMinute: numberOrNull(row.requestsPerMinute),
      costPerMinute: numberOrNull(row.costPerMinute),
    },
    createdAt: textOf(row.createdAt),
    createdBy: textOf(row.createdBy),
    expiresAt: textOrNull(row.expiresAt),
    lastUsedAt: textOrNull(row.lastUsedAt),
    rotatedAt: textOrNull(row.rotatedAt),
    previousUntil: textOrNull(row.previousUntil),
    revokedAt: textOrNull(row.revokedAt),
  };
}

export function createApiKey({ id, limits, ...key }: ApiKeyNode): Statement<unknown> {
  return statement(
    'apiKeys.create',
    'MERGE (k:ApiKey {id: $id}) ON CREATE SET k += $properties',
    { id, properties: { ...key, ...limits } },
    (row) => row,
  );
}

export function apiKeysByIds(tenant: string, ids: readonly string[]): Statement<ApiKey> {
  return statement(
    'apiKeys.byIds',
    `UNWIND $ids AS keyId MATCH (k:ApiKey {id: keyId}) WHERE k.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeKey,
  );
}

/** Of whatever tenant: for the check of what was shown, which knows ids alone. */
export function apiKeysToCheck(ids: readonly string[]): Statement<ApiKeyNode> {
  return statement(
    'apiKeys.toCheck',
    `UNWIND $ids AS keyId MATCH (k:ApiKey {id: keyId}) RETURN ${WITH_HASHES}`,
    { ids },
    (row) => ({
      ...decodeKey(row),
      hash: textOf(row.hash),
      previousHash: textOrNull(row.previousHash),
      madeWith: textOf(row.madeWith),
    }),
  );
}

/** The tenant's keys by id, from behind `after`. */
export function apiKeysListed(tenant: string, after: string, limit: number): Statement<ApiKey> {
  return statement(
    'apiKeys.listed',
    `MATCH (k:ApiKey {tenant: $tenant}) WHERE k.id > $after RETURN ${COLUMNS} ORDER BY id LIMIT $limit`,
    { tenant, after, limit },
    decodeKey,
  );
}

/** How many keys the tenant has that are not revoked. */
export function apiKeyCount(tenant: string): Statement<number> {
  return statement(
    'apiKeys.count',
    'MATCH (k:ApiKey {tenant: $tenant}) WHERE k.revokedAt IS NULL RETURN count(k) AS n',
    { tenant },
    (row) => Number(row.n),
  );
}

export interface KeyRotation {
  readonly hash: string;
  readonly madeWith: string;
  readonly rotatedAt: string;
  readonly previousUntil: string;
}

/** Puts a new secret in the place of the present one, unless the key was revoked meanwhile; then it gives nothing. */
export function rotateApiKey(tenant: string, id: string, rotation: KeyRotation): Statement<ApiKey> {
  return statement(
    'apiKeys.rotate',
    `MATCH (k:ApiKey {id: $id}) WHERE k.tenant = $tenant AND k.revokedAt IS NULL
     SET k.previousHash = k.hash SET k += $rotation RETURN ${COLUMNS}`,
    { tenant, id, rotation: { ...rotation } },
    decodeKey,
  );
}

/** The first time counts. */
export function revokeApiKey(tenant: string, id: string, revokedAt: string): Statement<ApiKey> {
  return statement(
    'apiKeys.revoke',
    `MATCH (k:ApiKey {id: $id}) WHERE k.tenant = $tenant
     SET k.revokedAt = coalesce(k.revokedAt, $revokedAt) RETURN ${COLUMNS}`,
    { tenant, id, revokedAt },
    decodeKey,
  );
}

/** Notes when keys were last used; never an earlier time than is known. */
export function noteKeyUses(
  uses: readonly { readonly id: string; readonly at: string }[],
): Statement<unknown> {
  return statement(
    'apiKeys.noteUses',
    `UNWIND $uses AS u MATCH (k:ApiKey {id: u.id}) WHERE k.lastUsedAt IS NULL OR k.lastUsedAt < u.at
     SET k.lastUsedAt = u.at`,
    { uses: uses.map(({ id, at }) => ({ id, at })) },
    (row) => row,
  );
}
