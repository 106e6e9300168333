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
/** On its own: a condition behind it may be put where its clause ends. */
const OF_TENANT = new RegExp(
  `\\((\\w+):(${FEW.join('|')}) \\{tenant: \\$tenant\\}\\)(?!\\s*[-<,])(\\s*(?i:WHERE)\\b)?`,
  'g',
);
/** What a condition before it would not hold for. */
const OR = /\bX?OR\b/i;

/** A read, as the embedded engine answers it soonest. */
export function toEngineText(cypher: string): string {
  return cypher
    .replace(BEHIND_ID, '($1:$2) WHERE coalesce($1.id) > ')
    .replace(
      OF_TENANT,
      (match, name: string, label: string, where: string | undefined, at: number, text: string) => {
        if (where !== undefined && OR.test(text.slice(at + match.length))) return match;
        const ofTenant = `(${name}:${label}) WHERE coalesce(${name}.tenant) = $tenant`;
        return where === undefined ? ofTenant : `${ofTenant} AND`;
      },
    );
}
