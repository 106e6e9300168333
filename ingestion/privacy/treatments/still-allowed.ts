/**
 * Whether whoever had a policy applied may still do so. It is asked again before each page: who is disabled, whose key is
 * revoked or who lost the right has nothing opened any more by what was begun with it.
 */

import { isAllowed, type Scope } from '../../../model/principal.ts';
import { Problem } from '../../../platform/errors.ts';
import type { TreatmentRecord } from './treatment-record.ts';

/** What somebody may do now, as whoever keeps users and keys tells it. */
export type StandingOf = (
  tenant: string,
  subject: string,
) => Promise<{
  /** Null for whom nothing here knows of, such as subjects of issuers outside: they keep the right that they came with. */
  readonly scopes: readonly Scope[] | null;
  /** Why they may do nothing any more; null for who may. */
  readonly ended: string | null;
}>;

/** Rejects with FORBIDDEN, saying what is missing: the treatment rests until it is there again, or it is cancelled. */
export async function requireStillAllowed(
  standingOf: StandingOf,
  { tenant, requestedBy: subject, mayOpen }: Pick<TreatmentRecord, 'tenant' | 'requestedBy' | 'mayOpen'>,
): Promise<void> {
  const { scopes, ended } = await standingOf(tenant, subject);
  if (ended !== null) throw notAllowed(subject, ended);
  if (scopes === null) return;
  const needed: readonly Scope[] = mayOpen ? ['admin:data', 'privacy:reveal'] : ['admin:data'];
  const missing = needed.find((scope) => !isAllowed({ subject, tenant, scopes }, scope));
  if (missing !== undefined) throw notAllowed(subject, `has the scope "${missing}" no more`);
}

function notAllowed(subject: string, why: string): Problem {
  return new Problem(
    'FORBIDDEN',
    `"${subject}", who had the policy applied, ${why}. Cancel the treatment and have the policy applied by somebody who may; it goes on by itself where the right is given back.`,
  );
}
