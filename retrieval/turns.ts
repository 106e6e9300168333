/**
 * Turns: how many searches run at once, of all tenants and of each. A search that comes too early waits; where too
 * many wait already, it is refused at once, so that a burst of one tenant slows neither the process nor the others.
 */

import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import { Problem } from '../platform/errors.ts';

export interface TurnLimits {
  /** Searches that run at once, of all tenants. */
  readonly runningMax: number;
  /** Searches of one tenant that run at once; less than all, so that no tenant takes every place. */
  readonly runningOfTenantMax: number;
  /** Searches of one tenant that wait. */
  readonly waitingOfTenantMax: number;
}

export interface Turns {
  /** Runs `work` when it is the tenant's turn. Rejects with TOO_MANY_REQUESTS where too many wait. */
  take<Value>(tenant: string, signal: AbortSignal, work: () => Promise<Value>): Promise<Value>;
}

/** A search spends most of its time in the engines' own threads; more at once would only wait there. */
const LIMITS: TurnLimits = { runningMax: 8, runningOfTenantMax: 4, waitingOfTenantMax: 40 };
/** About as long as a full queue takes, in ms. */
const RETRY_AFTER_MS = 2_000;

interface Queue {
  readonly policy: BulkheadPolicy;
  /** Searches in it, running and waiting: with the last of them it is forgotten. */
  users: number;
}

export function createTurns(limits: TurnLimits = LIMITS): Turns {
  // Each tenant's own queue lets few through, so that this one stays short and takes tenants in turn.
  const everyone = bulkhead(limits.runningMax, Number.MAX_SAFE_INTEGER);
  const tenants = new Map<string, Queue>();
  const queueOf = (tenant: string): Queue => {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    const queue = { policy: bulkhead(limits.runningOfTenantMax, limits.waitingOfTenantMax), users: 0 };
    tenants.set(tenant, queue);
    return queue;
  };
  return {
    take: async (tenant, signal, work) => {
      const queue = queueOf(tenant);
      queue.users++;
      try {
        return await queue.policy.execute(() =>
          everyone.execute(() => {
            signal.throwIfAborted();
            return work();
          }),
        );
      } catch (error) {
        throw error instanceof BulkheadRejectedError ? tooMany(limits) : error;
      } finally {
        queue.users--;
        if (queue.users === 0) tenants.delete(tenant);
      }
    },
  };
}

function tooMany({ runningOfTenantMax, waitingOfTenantMax }: TurnLimits): Problem {
  const detail = `Too many searches at once: ${runningOfTenantMax} of the tenant run and ${waitingOfTenantMax} wait. Try again, or ask fewer side by side.`;
  return new Problem('TOO_MANY_REQUESTS', detail, { retryAfterMs: RETRY_AFTER_MS });
}
