/** What tenants decided about personal data, which of their keys there were, and what stands behind pseudonyms, sealed. */

import {
  FORMER_GENERALISATION,
  type Generalisation,
  type PersonalDataPolicy,
  type PersonalDataRules,
} from '../../../model/personal-data.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

const POLICY_COLUMNS = `p.id AS id, p.tenant AS tenant, p.collectionId AS collectionId, p.rules AS rules,
  p.confidenceMin AS confidenceMin, p.generalisation AS generalisation, p.updatedAt AS updatedAt, p.updatedBy AS updatedBy`;

function decodePolicy(row: Row): PersonalDataPolicy {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    collectionId: textOrNull(row.collectionId),
    // What policies of earlier versions do not name, they leave as it is.
    rules: { ...(JSON.parse(textOf(row.rules)) as PersonalDataRules), ...agesOf(row) },
    confidenceMin: Number(row.confidenceMin),
    generalisation: generalisationOf(row),
    updatedAt: textOf(row.updatedAt),
    updatedBy: textOf(row.updatedBy),
  };
}

function agesOf(row: Row): Pick<PersonalDataRules, 'AGE'> {
  return { AGE: (JSON.parse(textOf(row.rules)) as Partial<PersonalDataRules>).AGE ?? 'KEEP' };
}

function generalisationOf({ generalisation }: Row): Generalisation {
  const text = textOrNull(generalisation);
  return text === null ? FORMER_GENERALISATION : (JSON.parse(text) as Generalisation);
}

export function privacyPoliciesByIds(ids: readonly string[]): Statement<PersonalDataPolicy> {
  return statement(
    'privacy.policiesByIds',
    `UNWIND $ids AS policyId MATCH (p:PersonalDataPolicy {id: policyId}) RETURN ${POLICY_COLUMNS}`,
    { ids },
    decodePolicy,
  );
}

export function privacyPoliciesOfTenant(tenant: string, limit: number): Statement<PersonalDataPolicy> {
  return statement(
    'privacy.policiesOfTenant',
    `MATCH (p:PersonalDataPolicy {tenant: $tenant}) RETURN ${POLICY_COLUMNS} ORDER BY id LIMIT $limit`,
    { tenant, limit },
    decodePolicy,
  );
}

export function putPrivacyPolicy({
  id,
  rules,
  generalisation,
  collectionId,
  ...rest
}: PersonalDataPolicy): Statement<unknown> {
  const texts = { rules: JSON.stringify(rules), generalisation: JSON.stringify(generalisation) };
  const properties = { ...rest, ...texts };
  return statement(
    'privacy.putPolicy',
    'MERGE (p:PersonalDataPolicy {id: $id}) SET p += $properties',
    { id, properties: collectionId === null ? properties : { ...properties, collectionId } },
    (row) => row,
  );
}

/** That a tenant has, or had, a key; nothing of the key itself. */
export interface TenantKeyRecord {
  /** The key's own. */
  readonly id: string;
  readonly tenant: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly destroyedAt: string | null;
}

export function tenantKeyRecords(tenant: string): Statement<TenantKeyRecord> {
  return statement(
    'privacy.keysOfTenant',
    `MATCH (k:TenantKey {tenant: $tenant})
     RETURN k.id AS id, k.tenant AS tenant, k.createdAt AS createdAt, k.destroyedAt AS destroyedAt ORDER BY createdAt, id`,
    { tenant },
    (row) => ({
      id: textOf(row.id),
      tenant: textOf(row.tenant),
      createdAt: textOf(row.createdAt),
      destroyedAt: textOrNull(row.destroyedAt),
    }),
  );
}

/** Stays as it is where it is there. */
export function noteTenantKey(id: string, tenant: string, createdAt: string): Statement<unknown> {
  return statement(
    'privacy.noteKey',
    'MERGE (k:TenantKey {id: $id}) ON CREATE SET k += $properties',
    { id, properties: { tenant, createdAt } },
    (row) => row,
  );
}

/** Every key that the tenant has had until now. */
export function noteTenantKeysDestroyed(
  tenant: string,
  destroyedAt: string,
  destroyedBy: string,
): Statement<string> {
  return statement(
    'privacy.noteKeysDestroyed',
    `MATCH (k:TenantKey {tenant: $tenant}) WHERE k.destroyedAt IS NULL
     SET k.destroyedAt = $destroyedAt, k.destroyedBy = $destroyedBy RETURN k.id AS id`,
    { tenant, destroyedAt, destroyedBy },
    (row) => textOf(row.id),
  );
}

/** What stands behind the pseudonyms of a document, as it was sealed. */
export interface SealedPseudonyms {
  readonly documentId: string;
  readonly collectionId: string;
  /** In base64. */
  readonly sealed: string;
}

export function sealedPseudonyms(tenant: string, documentId: string): Statement<SealedPseudonyms> {
  return statement(
    'privacy.sealedPseudonyms',
    `MATCH (d:Document {id: $documentId}) WHERE d.tenant = $tenant
     RETURN d.id AS documentId, d.collectionId AS collectionId, coalesce(d.pseudonyms, '') AS sealed`,
    { tenant, documentId },
    (row) => ({
      documentId: textOf(row.documentId),
      collectionId: textOf(row.collectionId),
      sealed: textOf(row.sealed),
    }),
  );
}

export interface DocumentSealing {
  readonly documentId: string;
  /** In base64; empty where nothing stands behind anything. */
  readonly pseudonyms: string;
  /** Id of the key that its raw bytes are sealed with; empty where they are as they came. */
  readonly sealedWith: string;
  /** What the policy decides that its text was made under, as JSON; empty where that is not known, or there is none. */
  readonly sealedUnder: string;
}

/** Of those of the documents whose raw bytes are sealed, with what. */
export function sealingKeys(
  documentIds: readonly string[],
): Statement<Pick<DocumentSealing, 'documentId' | 'sealedWith' | 'sealedUnder'>> {
  return statement(
    'privacy.sealingKeys',
    `UNWIND $documentIds AS documentId MATCH (d:Document {id: documentId}) WHERE d.sealedWith <> ''
     RETURN documentId, d.sealedWith AS sealedWith, coalesce(d.sealedUnder, '') AS sealedUnder`,
    { documentIds },
    (row) => ({
      documentId: textOf(row.documentId),
      sealedWith: textOf(row.sealedWith),
      sealedUnder: textOf(row.sealedUnder),
    }),
  );
}

/** A document's sealing with what its caller knew: all that is kept beside a version and not seen in it. */
export interface DocumentOrigin extends DocumentSealing {
  /** JSON text of a `Knowledge`; null for none. */
  readonly knowledge: string | null;
}

export function documentOrigins(documentIds: readonly string[]): Statement<DocumentOrigin> {
  return statement(
    'privacy.documentOrigins',
    `UNWIND $documentIds AS documentId MATCH (d:Document {id: documentId})
     RETURN documentId, coalesce(d.pseudonyms, '') AS pseudonyms, coalesce(d.sealedWith, '') AS sealedWith,
       coalesce(d.sealedUnder, '') AS sealedUnder, d.knowledge AS knowledge`,
    { documentIds },
    (row) => ({
      documentId: textOf(row.documentId),
      pseudonyms: textOf(row.pseudonyms),
      sealedWith: textOf(row.sealedWith),
      sealedUnder: textOf(row.sealedUnder),
      knowledge: textOrNull(row.knowledge),
    }),
  );
}

/** Beside versions that come from elsewhere as they are. */
export function putOrigins(rows: readonly DocumentOrigin[]): Statement<unknown> {
  return statement(
    'privacy.putOrigins',
    `UNWIND $rows AS r MATCH (d:Document {id: r.documentId})
     SET d.pseudonyms = r.pseudonyms, d.sealedWith = r.sealedWith, d.sealedUnder = r.sealedUnder,
       d.knowledge = r.knowledge`,
    { rows: rows.map((row) => ({ ...row })) },
    (row) => row,
  );
}

/** Beside the new versions of these documents. */
export function putSealings(rows: readonly DocumentSealing[]): Statement<unknown> {
  return statement(
    'privacy.putSealings',
    `UNWIND $rows AS r MATCH (d:Document {id: r.documentId})
     SET d.pseudonyms = r.pseudonyms, d.sealedWith = r.sealedWith, d.sealedUnder = r.sealedUnder`,
    { rows: rows.map((row) => ({ ...row })) },
    (row) => row,
  );
}
