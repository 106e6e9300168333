/**
 * What the embedded engine is asked differently. Its index of a property is of the nodes of every label: looking for the
 * users of a tenant by it goes through everything that the tenant has, and for those behind an id through the whole graph.
 * Of labels that have few nodes, all are looked at instead: `coalesce` of one value is that value, and uses no index.
 */

import type { INDEXES } from '../statements/schema.ts';

/** Labels of which an installation has few nodes: some for each tenant, or some for each thing that somebody did. */
const FEW = [
  'ApiKey',
  'AuditSegment',
  'Collection',
  'Consistency',
  'DataMigration',
  'Erasure',
  'LegalHold',
  'PersonalDataPolicy',
  'PrivacyTreatment',
  'Removal',
  'Restore',
  'RetentionPolicy',
  'Role',
  'TenantKey',
  'User',
] as const satisfies readonly (keyof typeof INDEXES)[];

const BEHIND_ID = new RegExp(`\\((\\w+):(${FEW.join('|')})\\) WHERE \\1\\.id > `, 'g');
const OF_TENANT = new RegExp(`\\((\\w+):(${FEW.join('|')}) \\{tenant: \\$tenant\\}\\)( WHERE )?`, 'g');

/** A read, as the embedded engine answers it soonest. */
export function toEngineText(cypher: string): string {
  return cypher
    .replace(BEHIND_ID, '($1:$2) WHERE coalesce($1.id) > ')
    .replace(OF_TENANT, (_, name: string, label: string, where: string | undefined) => {
      const ofTenant = `(${name}:${label}) WHERE coalesce(${name}.tenant) = $tenant`;
      return where === undefined ? ofTenant : `${ofTenant} AND `;
    });
}
