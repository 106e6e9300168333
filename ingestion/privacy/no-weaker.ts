/**
 * What came sealed is read under no policy that takes out less than the one it was sealed under. Who took it in, had it
 * treated or brought it back had the right to that one alone, and whoever sets policies need not have the right to know.
 */

import { contentHash } from '../../model/ids.ts';
import { Problem } from '../../platform/errors.ts';
import type { Failures, RawSubmission } from '../batch.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import { wasMadeUnder } from './seal-submission.ts';
import { readTerms, takesOutAsMuch } from './terms.ts';

type Opened = Omit<RawSubmission, 'protection'>;

/** Those that may be read; each of the others fails alone, and says so. */
export function withoutWeakened(
  inForce: PolicyInForce,
  opened: readonly Opened[],
  failures: Failures,
): readonly Opened[] {
  return opened.filter((one) => {
    if (isAllowed(inForce, one)) return true;
    const { id, documentId } = one.submission;
    const { code, message } = weakened(documentId);
    failures.push({ id, documentId, step: 'PARSE', code, message });
    return false;
  });
}

function isAllowed({ terms, shield }: PolicyInForce, { submission, said, bytes }: Opened): boolean {
  const { sealedWith, sealedUnder, mediaType, versionHash } = submission;
  if (sealedWith === null) return true;
  if (sealedUnder !== null) return takesOutAsMuch(terms, readTerms(sealedUnder));
  // Of an earlier version of Trellis: what it was sealed under is in the hash of its version alone.
  return wasMadeUnder(shield, { ...said, mediaType, contentHash: contentHash(bytes) }, versionHash);
}

export function weakened(documentId: string): Problem {
  return new Problem(
    'FORBIDDEN',
    `The document ${documentId} came under a privacy policy that takes out more than the one of now, and its text could come to light. Send it again, or have it replayed by somebody with the scope "privacy:reveal".`,
  );
}
