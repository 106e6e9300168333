/** Which privacy policy holds for a collection at this moment, and what it takes to do as it says. */

import { stableId } from '../../model/ids.ts';
import { keepsAll } from '../../model/personal-data.ts';
import { keyFor, type TenantKey } from '../../platform/tenant-keys/tenant-keys.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { privacyPoliciesByIds } from '../../stores/graph/statements/privacy.ts';
import type { Protection } from '../../text/personal-data/protect.ts';
import { type KeyTools, openTenantKey } from './tenant-key.ts';
import type { Terms } from './terms.ts';

export interface PrivacyTools extends KeyTools {
  /** For tenants and collections that have decided nothing. */
  readonly defaults: Terms;
}

/** What documents are to be protected with. */
export interface Shield {
  readonly protection: Protection;
  readonly key: TenantKey;
}

/** What was decided, and what it takes to do so: both of one moment. */
export interface PolicyInForce {
  readonly terms: Terms;
  /** Null where everything is kept as it comes. */
  readonly shield: Shield | null;
}

/**
 * One read, and none of the tenant's key where everything is kept. What is decided and what it takes are not asked for
 * one by one: a policy that is set and taken back in between could be one of the two.
 */
export async function policyInForce(
  tools: PrivacyTools,
  tenant: string,
  collection: string,
): Promise<PolicyInForce> {
  const terms = await termsInForce(tools, tenant, collection);
  if (keepsAll(terms.rules)) return { terms, shield: null };
  const key = await openTenantKey(tools, tenant);
  const asOfYear = tools.now().getUTCFullYear();
  return {
    terms,
    shield: { key, protection: { ...terms, asOfYear, pseudonymKey: keyFor(key, 'pseudonyms') } },
  };
}

/**
 * For whoever only compares, and opens or makes no key for that: what is decided for the collection, else for all of the
 * tenant that have no policy of their own (asked for by null), else what holds by default.
 */
export async function termsInForce(
  { graph, defaults }: { readonly graph: Pick<GraphStore, 'read'>; readonly defaults: Terms },
  tenant: string,
  collection: string | null,
): Promise<Terms> {
  const [own, ofTenant] = [policyId(tenant, collection), policyId(tenant, null)];
  const found = await graph.read(privacyPoliciesByIds([...new Set([own, ofTenant])]));
  const { rules, confidenceMin, generalisation } =
    found.find(({ id }) => id === own) ?? found.find(({ id }) => id === ofTenant) ?? defaults;
  return { rules, confidenceMin, generalisation };
}

export function policyId(tenant: string, collection: string | null): string {
  return collection === null ? stableId('pdp', tenant) : stableId('pdp', tenant, collection);
}
