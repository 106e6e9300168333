/** Leases: who of several processes may do what only one may do at a time. */

import { type Statement, statement } from '../graph-store.ts';
import { textOrNull } from './rows.ts';

/** How a lease was found. `token` grows with each holder, `beat` with each sign of life of the same one. */
export interface LeaseState {
  readonly holder: string | null;
  readonly token: number;
  readonly beat: number;
}

/**
 * Takes the lease where nobody holds it, or where it still is as `dead` says: seen so for too long. Gives it as it
 * is then. It is written to first, whatever comes of it, so that the database has two who ask wait for each other.
 */
export function takeLease(
  id: string,
  holder: string,
  dead: Pick<LeaseState, 'token' | 'beat'> | null,
): Statement<LeaseState> {
  return statement(
    'leases.take',
    `MERGE (l:Lease {id: $id}) ON CREATE SET l.token = 0, l.beat = 0
     SET l.asked = $holder
     WITH l, (l.holder IS NULL OR (l.token = $deadToken AND l.beat = $deadBeat)) AS free
     SET l.token = CASE WHEN free THEN l.token + 1 ELSE l.token END,
         l.beat = CASE WHEN free THEN 0 ELSE l.beat END,
         l.holder = CASE WHEN free THEN $holder ELSE l.holder END
     RETURN l.holder AS holder, l.token AS token, l.beat AS beat`,
    { id, holder, deadToken: dead?.token ?? -1, deadBeat: dead?.beat ?? -1 },
    ({ holder: held, token, beat }) => ({
      holder: textOrNull(held),
      token: Number(token),
      beat: Number(beat),
    }),
  );
}

/**
 * A sign of life. Gives whether the lease is still held under this token. It is written to first, so that whoever takes
 * it meanwhile waits, or makes this fail.
 */
export function renewLease(id: string, token: number): Statement<boolean> {
  return statement(
    'leases.renew',
    `MATCH (l:Lease {id: $id}) SET l.asked = l.holder WITH l WHERE l.token = $token AND l.holder IS NOT NULL
     SET l.beat = l.beat + 1 RETURN count(l) AS held`,
    { id, token },
    ({ held }) => Number(held) > 0,
  );
}

/** Gives the lease back, unless another has it by now. */
export function releaseLease(id: string, token: number): Statement<unknown> {
  return statement(
    'leases.release',
    'MATCH (l:Lease {id: $id}) SET l.asked = l.holder WITH l WHERE l.token = $token SET l.holder = null',
    { id, token },
    (row) => row,
  );
}

/**
 * The first statement of a write under the lease: `onLost` throws where another has taken it. It writes to the lease,
 * so that whoever takes it meanwhile waits for this transaction, or makes it fail: they never both commit.
 */
export function fenceLease(id: string, token: number, onLost: () => never): Statement<unknown> {
  return statement(
    'leases.fence',
    `MATCH (l:Lease {id: $id}) SET l.asked = l.holder WITH l WHERE l.token = $token AND l.holder IS NOT NULL
     RETURN count(l) AS held`,
    { id, token },
    ({ held }) => (Number(held) > 0 ? null : onLost()),
  );
}
