/** How far the treatments of documents that were there before a privacy policy are. */

import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf } from './rows.ts';

export interface TreatmentNode {
  readonly id: string;
  readonly tenant: string;
  readonly state: string;
  /** RFC 3339. */
  readonly requestedAt: string;
  /** JSON text of everything else. */
  readonly report: string;
}

const COLUMNS =
  't.id AS id, t.tenant AS tenant, t.state AS state, t.requestedAt AS requestedAt, t.report AS report';

function decodeTreatment(row: Row): TreatmentNode {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    state: textOf(row.state),
    requestedAt: textOf(row.requestedAt),
    report: textOf(row.report),
  };
}

export function treatmentById(tenant: string, id: string): Statement<TreatmentNode> {
  return statement(
    'treatments.byId',
    `MATCH (t:PrivacyTreatment {id: $id}) WHERE t.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, id },
    decodeTreatment,
  );
}

/** The newest first. */
export function treatmentsOfTenant(tenant: string, limit: number): Statement<TreatmentNode> {
  return statement(
    'treatments.ofTenant',
    `MATCH (t:PrivacyTreatment {tenant: $tenant}) RETURN ${COLUMNS} ORDER BY requestedAt DESC, id LIMIT $limit`,
    { tenant, limit },
    decodeTreatment,
  );
}

/** Of every tenant, those that are not over, the oldest first. */
export function treatmentsOpen(limit: number): Statement<TreatmentNode> {
  return statement(
    'treatments.open',
    `UNWIND ['RUNNING', 'CANCELLING'] AS wanted MATCH (t:PrivacyTreatment {state: wanted})
     RETURN ${COLUMNS} ORDER BY requestedAt, id LIMIT $limit`,
    { limit },
    decodeTreatment,
  );
}

export function putTreatment({ id, ...properties }: TreatmentNode): Statement<unknown> {
  return statement(
    'treatments.put',
    'MERGE (t:PrivacyTreatment {id: $id}) SET t += $properties',
    { id, properties },
    (row) => row,
  );
}

export function forgetTreatments(ids: readonly string[]): Statement<unknown> {
  return statement(
    'treatments.forget',
    'UNWIND $ids AS treatmentId MATCH (t:PrivacyTreatment {id: treatmentId}) DETACH DELETE t',
    { ids },
    (row) => row,
  );
}
