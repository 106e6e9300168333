/** What is worth another try, and how long to wait before it; the caller's signal ends it. */

import { ConstantBackoff, ExponentialBackoff, handleWhen, type IPolicy, retry, wrap } from 'cockatiel';
import type { FailureKind } from './failures.ts';

/** A server that is gone is asked this often again: a pool of connections that all broke shows up as one failure. */
const DISCONNECTED_RETRIES = 2;
const DISCONNECTED_WAIT_MS = 50;
/** Waits between conflicts grow from and to this, with jitter, in ms. */
const CONFLICT_WAIT_MS = { initialDelay: 5, maxDelay: 250 };
/** Waits while nothing but the server's return can help. */
const RETURN_WAIT_MS = { initialDelay: 50, maxDelay: 1_000 };

type KindOf = (error: unknown) => FailureKind | null;

/** For reads and writes: conflicts and the choice of a leader until the deadline, a lost server only a few times. */
export function retryBriefly(kindOf: KindOf): IPolicy {
  const conflicts = retry(
    handleWhen((error) => kindOf(error) === 'CONFLICT'),
    { maxAttempts: Number.MAX_SAFE_INTEGER, backoff: new ExponentialBackoff(CONFLICT_WAIT_MS) },
  );
  const elections = retry(
    handleWhen((error) => kindOf(error) === 'LEADERLESS'),
    { maxAttempts: Number.MAX_SAFE_INTEGER, backoff: new ExponentialBackoff(RETURN_WAIT_MS) },
  );
  const losses = retry(
    handleWhen((error) => kindOf(error) === 'DISCONNECTED'),
    { maxAttempts: DISCONNECTED_RETRIES, backoff: new ConstantBackoff(DISCONNECTED_WAIT_MS) },
  );
  return wrap(conflicts, elections, losses);
}

/** For what must be known: until the deadline, whatever is in the way. */
export function retryUntilKnown(kindOf: KindOf): IPolicy {
  return retry(
    handleWhen((error) => kindOf(error) !== null),
    { maxAttempts: Number.MAX_SAFE_INTEGER, backoff: new ExponentialBackoff(RETURN_WAIT_MS) },
  );
}
