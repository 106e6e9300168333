/**
 * After a restore of the whole: policies that were set since the backup hold again, and documents from before them are
 * treated, or what somebody decided to protect would be plain again, and stay so.
 */

import type { PersonalDataPolicy } from '../../model/personal-data.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { privacyPoliciesByIds, putPrivacyPolicy } from '../../stores/graph/statements/privacy.ts';
import { termsInForce } from './policy-in-force.ts';
import { takesOutAsMuch, termsForAll } from './terms.ts';
import { beginForRestore } from './treatments/treatments.ts';

const AT_ONCE = 100;
/** Where the backup has no decision, it protects nothing. */
const UNDECIDED = { defaults: termsForAll('KEEP', 0) };

/** Of every tenant, those that were set after `since` (RFC 3339). */
export async function policiesSince(
  graph: GraphStore,
  since: string,
): Promise<readonly PersonalDataPolicy[]> {
  const found: PersonalDataPolicy[] = [];
  for await (const ids of idPages(graph, 'PersonalDataPolicy', { limit: AT_ONCE }))
    found.push(...(await graph.read(privacyPoliciesByIds(ids))).filter(({ updatedAt }) => updatedAt > since));
  return found;
}

/**
 * For whoever has the graph to itself. One that takes out no more than the one of the backup is left out: what the backup
 * protects stays protected. Gives the ids of the treatments that were begun, one a tenant.
 */
export async function setAgain(
  tools: { readonly graph: GraphStore; readonly now: () => Date },
  policies: readonly PersonalDataPolicy[],
): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const policy of policies) {
    const before = await termsInForce({ ...tools, ...UNDECIDED }, policy.tenant, policy.collectionId);
    if (takesOutAsMuch(before, policy)) continue;
    // First, lest whoever is cut off in between finds the policy next time, and nothing left to treat.
    ids.add(await beginForRestore(tools, policy.tenant));
    await tools.graph.write([putPrivacyPolicy(policy)]);
  }
  return [...ids];
}
