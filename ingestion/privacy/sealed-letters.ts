/**
 * Dead letters that are sealed, and are to be submitted again: under a policy that takes out less than the one they came
 * under only for whoever may know what stands in them.
 */

import type { Submission } from '../../stores/graph/statements/submissions.ts';
import { weakened } from './no-weaker.ts';
import { type PrivacyTools, rulesInForce } from './policies.ts';
import { readTerms, takesOutAsMuch } from './terms.ts';

type Tools = Pick<PrivacyTools, 'graph' | 'defaults'>;

/** Those that may not come to light. One of which it is not known what it came under is judged when it is opened. */
export async function notToCome(
  tools: Tools,
  submissions: readonly Submission[],
  { mayReveal }: { readonly mayReveal: boolean },
) {
  if (mayReveal) return [];
  const sealed = submissions.filter(({ sealedUnder }) => sealedUnder !== null);
  const now = await termsByCollection(tools, sealed);
  return sealed.flatMap(({ id, documentId, collectionId, sealedUnder }) =>
    takesOutAsMuch(readTerms(now.get(collectionId) ?? ''), readTerms(sealedUnder ?? ''))
      ? []
      : [{ id, problem: weakened(documentId) }],
  );
}

/** As whoever may reveal submits them: under the policy of now, whatever they came under. */
export async function comingUnderNow(
  tools: Tools,
  submissions: readonly Submission[],
): Promise<readonly Submission[]> {
  const now = await termsByCollection(
    tools,
    submissions.filter(({ sealedWith }) => sealedWith !== null),
  );
  return submissions.map((one) =>
    one.sealedWith === null ? one : { ...one, sealedUnder: now.get(one.collectionId) ?? one.sealedUnder },
  );
}

async function termsByCollection(tools: Tools, submissions: readonly Submission[]) {
  const terms = new Map<string, string>();
  for (const { tenant, collectionId } of submissions)
    if (!terms.has(collectionId)) terms.set(collectionId, await rulesInForce(tools, tenant, collectionId));
  return terms;
}
