/**
 * What came sealed is read under no policy that takes out less than the one it was sealed under. Who took it in, had it
 * treated or brought it back had the right to that one alone, and whoever sets policies need not have the right to know.
 */

import { Problem } from '../../platform/errors.ts';
import type { Failures, OpenedSubmission } from '../batch.ts';
import type { Described } from '../version-hash.ts';
import { describe } from './open-batch.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import { wasMadeUnder } from './seal-submission.ts';
import { readTerms, takesOutAsMuch } from './terms.ts';

/** Those that may be read; each of the others fails alone, and says so. */
export function withoutWeakened(
  policy: PolicyInForce,
  opened: readonly OpenedSubmission[],
  failures: Failures,
): readonly OpenedSubmission[] {
  return opened.filter((one) => {
    if (bringsNothingToLight(policy, sealingOf(one))) return true;
    const { id, documentId } = one.submission;
    const { code, message } = weakened(documentId);
    failures.push({ id, documentId, step: 'PARSE', code, message });
    return false;
  });
}

/** What is known of a text by which it is told under which policies it may be read. */
export interface Sealing {
  /** What the policy decided that it was sealed under, as JSON; empty where that is not known, null where it is not sealed. */
  readonly sealedUnder: string | null;
  readonly versionHash: string | null;
  /** What its version was made of. It takes a hash of all of it, so it is asked for where the rest does not tell. */
  readonly describe: () => Described;
}

/** Whether the policy takes out as much as the one that it was sealed under. */
export function bringsNothingToLight(
  { terms, shield }: PolicyInForce,
  { sealedUnder, versionHash, describe }: Sealing,
): boolean {
  if (sealedUnder === null) return true;
  if (sealedUnder !== '') return takesOutAsMuch(terms, readTerms(sealedUnder));
  // Of an earlier version of Trellis, or an archive: what it was made under is in the hash of its version alone.
  return wasMadeUnder(shield, describe(), versionHash);
}

function sealingOf(opened: OpenedSubmission): Sealing {
  const { sealedWith, sealedUnder, versionHash } = opened.submission;
  return {
    versionHash,
    sealedUnder: sealedWith === null ? null : (sealedUnder ?? ''),
    describe: () => describe(opened),
  };
}

export function weakened(documentId: string): Problem {
  return new Problem(
    'FORBIDDEN',
    `The document ${documentId} came under a privacy policy that takes out more than the one of now, and its text could come to light. Send it again, or have it replayed by somebody with the scope "privacy:reveal".`,
  );
}
