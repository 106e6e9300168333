/** Submissions that came before the policy of now: from now on they are kept and known as if they had come under it. */

import { contentHash } from '../../model/ids.ts';
import type { LateSealing, OpenedSubmission } from '../batch.ts';
import { sealDocument } from './envelope.ts';
import { describe } from './open-batch.ts';
import type { Shield } from './policy-in-force.ts';
import { identityUnder } from './seal-submission.ts';
import { termsText } from './terms.ts';

/**
 * The same, where what came sealed is known by the rules that it is read under: by others it would count as made under
 * those, and never be done again when they come back.
 */
export function knownUnder(
  shield: Shield | null,
  raw: readonly OpenedSubmission[],
): readonly OpenedSubmission[] {
  return raw.map((one) =>
    one.submission.sealedWith === null
      ? one
      : { ...one, submission: { ...one.submission, versionHash: versionOf(shield, one) } },
  );
}

function versionOf(shield: Shield | null, opened: OpenedSubmission): string {
  return identityUnder(shield)(describe(opened)).version;
}

/** By the submission's id; nothing for those that came sealed, or where everything is kept as it comes. */
export async function sealLate(
  shield: Shield | null,
  raw: readonly OpenedSubmission[],
): Promise<ReadonlyMap<string, LateSealing>> {
  const sealed = new Map<string, LateSealing>();
  if (shield === null) return sealed;
  for (const one of raw) {
    const { submission: from, said, bytes: plain } = one;
    if (from.sealedWith !== null) continue;
    const bytes = await sealDocument(shield.key, said, plain);
    const nothingSaid = { key: null, title: null, metadata: '{}', knowledge: null };
    const versionHash = versionOf(shield, one);
    const sealing = { sealedWith: shield.key.id, sealedUnder: termsText(shield.protection) };
    const kept = { contentHash: contentHash(bytes), versionHash, ...sealing };
    sealed.set(from.id, { from, submission: { ...from, ...nothingSaid, ...kept }, bytes });
  }
  return sealed;
}
