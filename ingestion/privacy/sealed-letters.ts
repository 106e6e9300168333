/**
 * Dead letters that are sealed, and are to be submitted again: under a policy that takes out less than the one they came
 * under only for whoever may know what stands in them.
 */

import type { Problem } from '../../platform/errors.ts';
import type { Submission } from '../../stores/graph/statements/submissions.ts';
import { weakened } from './no-weaker.ts';
import { type PrivacyTools, termsInForce } from './policy-in-force.ts';
import { readTerms, type Terms, takesOutAsMuch, termsText } from './terms.ts';

type Tools = Pick<PrivacyTools, 'graph' | 'defaults'>;

/** Those that may not come to light. One of which it is not known what it came under is judged when it is opened. */
export async function notToCome(
  tools: Tools,
  submissions: readonly Submission[],
  { mayReveal }: { readonly mayReveal: boolean },
) {
  const refused: { readonly id: string; readonly problem: Problem }[] = [];
  if (mayReveal) return refused;
  const termsOf = createTermsCache(tools);
  for (const submission of submissions) {
    const { id, documentId, sealedUnder } = submission;
    if (sealedUnder === null || takesOutAsMuch(await termsOf(submission), readTerms(sealedUnder))) continue;
    refused.push({ id, problem: weakened(documentId) });
  }
  return refused;
}

/** As whoever may reveal submits them: under the policy of now, whatever they came under. */
export async function comingUnderNow(
  tools: Tools,
  submissions: readonly Submission[],
): Promise<readonly Submission[]> {
  const termsOf = createTermsCache(tools);
  const coming: Submission[] = [];
  for (const one of submissions)
    coming.push(one.sealedWith === null ? one : { ...one, sealedUnder: termsText(await termsOf(one)) });
  return coming;
}

/** Of a submission's collection, as they are now; each is read once. */
function createTermsCache(tools: Tools) {
  const known = new Map<string, Terms>();
  return async ({ tenant, collectionId }: Submission): Promise<Terms> => {
    const terms = known.get(collectionId) ?? (await termsInForce(tools, tenant, collectionId));
    known.set(collectionId, terms);
    return terms;
  };
}
