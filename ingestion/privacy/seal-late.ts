/** Submissions that came before their collection had a policy: from now on they are kept as if they had come under it. */

import { contentHash } from '../../model/ids.ts';
import type { LateSealing, RawSubmission } from '../batch.ts';
import { sealDocument } from './envelope.ts';
import type { Shield } from './policies.ts';
import { identityUnder } from './seal-submission.ts';

/** By the submission's id; nothing for those that came sealed, or where everything is kept as it comes. */
export async function sealLate(
  shield: Shield | null,
  raw: readonly Omit<RawSubmission, 'protection'>[],
): Promise<ReadonlyMap<string, LateSealing>> {
  const sealed = new Map<string, LateSealing>();
  if (shield === null) return sealed;
  const identify = identityUnder(shield);
  for (const { submission: from, said, bytes: plain } of raw) {
    if (from.sealedWith !== null) continue;
    const described = { ...said, mediaType: from.mediaType, contentHash: contentHash(plain) };
    const { version: versionHash } = identify(described, plain);
    const bytes = await sealDocument(shield.key, said, plain);
    const nothingSaid = { key: null, title: null, metadata: '{}', knowledge: null };
    const kept = { contentHash: contentHash(bytes), versionHash, sealedWith: shield.key.id };
    sealed.set(from.id, { from, submission: { ...from, ...nothingSaid, ...kept }, bytes });
  }
  return sealed;
}
