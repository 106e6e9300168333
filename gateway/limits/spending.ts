/**
 * What API keys may spend in a minute: requests, and points by the cost of operations. Counted in Redis, together for
 * all gateways that share it; where it is away or slow, each gateway counts for itself.
 */

import type { ApiKeyLimits } from '../../model/api-key.ts';
import { Problem } from '../../platform/errors.ts';
import { createMinuteCounter, type MinuteCounter } from '../../platform/rate-limits/minute-counter.ts';
import { closeConnection, openConnection, type Redis } from '../../platform/redis/redis.ts';
import type { Demand } from './breadth.ts';

/** Who spends, and how much it may. */
export interface Spender {
  readonly id: string;
  readonly limits: ApiKeyLimits;
}

/** How the nearer of the two limits stands, as the `RateLimit` headers say. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface Spending {
  open(): void;
  /** Rejects with TOO_MANY_REQUESTS, saying which limit and when to come back. Null for who has no limit. */
  spend(spender: Spender, cost: number): Promise<Budget | null>;
  close(): void;
}

export interface SpendingOptions {
  /** Null where nothing is shared. `prefix` keeps installations that share a Redis apart. */
  readonly shared: { readonly redis: Redis; readonly prefix: string } | null;
}

const OBJECTS_A_POINT = 100;
const CHARACTERS_A_POINT = 100_000;

/** 1, and more by what the operation may return and by what it makes the engines search. */
export function costOf({ objects, characters, work }: Demand): number {
  return 1 + Math.floor(objects / OBJECTS_A_POINT) + Math.floor(characters / CHARACTERS_A_POINT) + work;
}

export function createSpending({ shared }: SpendingOptions): Spending {
  const connection = shared?.redis.connection({ purpose: 'limits', offline: 'refuse' }) ?? null;
  const counter = (name: string) =>
    createMinuteCounter({
      name,
      shared: connection === null || shared === null ? null : { connection, prefix: shared.prefix },
    });
  const [requests, cost] = [counter('requests'), counter('cost')];
  return {
    open: () => {
      if (connection !== null) openConnection(connection);
    },
    spend: async ({ id, limits }, points) => {
      const budgets = await Promise.all([
        take(requests, id, { points: 1, limit: limits.requestsPerMinute, what: 'requests' }),
        take(cost, id, { points, limit: limits.costPerMinute, what: 'points' }),
      ]);
      return nearer(budgets);
    },
    close: () => {
      if (connection !== null) closeConnection(connection);
    },
  };
}

interface Asked {
  readonly points: number;
  readonly limit: number | null;
  readonly what: string;
}

async function take(
  counter: MinuteCounter,
  id: string,
  { points, limit, what }: Asked,
): Promise<Budget | null> {
  if (limit === null) return null;
  const { spent, leftMs } = await counter(id, points);
  if (spent <= limit) return { limit, remaining: limit - spent, resetSeconds: Math.ceil(leftMs / 1_000) };
  const detail = `The API key may spend ${limit} ${what} in a minute, and has. Wait, or ask for less at once.`;
  throw new Problem('TOO_MANY_REQUESTS', detail, { retryAfterMs: Math.max(1, Math.ceil(leftMs)) });
}

function nearer(budgets: readonly (Budget | null)[]): Budget | null {
  return budgets
    .filter((budget) => budget !== null)
    .reduce<Budget | null>(
      (near, budget) => (near === null || share(budget) < share(near) ? budget : near),
      null,
    );
}

function share({ remaining, limit }: Budget): number {
  return remaining / limit;
}

/** As the draft of the IETF names them. */
export function budgetHeaders({ limit, remaining, resetSeconds }: Budget): Readonly<Record<string, string>> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}
