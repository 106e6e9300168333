/**
 * What callers may spend: points by the cost of operations, and requests where a key says so. All limits of a caller are
 * asked at once, and an operation that one of them refuses takes nothing from the others.
 */

import { hash } from 'node:crypto';
import { Problem } from '../../platform/errors.ts';
import { createTokenBuckets, type TokenBucketsOptions } from '../../platform/rate-limits/token-buckets.ts';
import type { Allowance, Policy } from './allowances.ts';
import type { Demand } from './breadth.ts';

/** How one limit stands. */
export interface Budget {
  readonly policy: Policy;
  readonly limit: number;
  readonly remaining: number;
  /** When all of it is there again. */
  readonly resetSeconds: number;
}

export interface Spending {
  open(): void;
  /**
   * How the limits stand, in the order given. Rejects with {@link LimitReached}, saying which limit and when to come
   * back, and with QUERY_TOO_COMPLEX for what costs more than a limit ever has.
   */
  spend(allowances: readonly Allowance[], cost: number): Promise<readonly Budget[]>;
  close(): void;
}

export type SpendingOptions = TokenBucketsOptions;

/** A limit was reached; the answer's headers tell of all of them. */
export class LimitReached extends Problem {
  readonly budgets: readonly Budget[];

  constructor(detail: string, budgets: readonly Budget[], options: LimitReachedOptions) {
    super('TOO_MANY_REQUESTS', detail, options);
    this.budgets = budgets;
  }
}

interface LimitReachedOptions {
  readonly retryAfterMs: number;
  readonly violatedPolicies: readonly Policy[];
}

const OBJECTS_A_POINT = 100;
const CHARACTERS_A_POINT = 100_000;

/** 1, and more by what the operation may return and by what it makes the engines search. */
export function costOf({ objects, characters, work }: Demand): number {
  return 1 + Math.floor(objects / OBJECTS_A_POINT) + Math.floor(characters / CHARACTERS_A_POINT) + work;
}

export function createSpending(options: SpendingOptions): Spending {
  const buckets = createTokenBuckets(options);
  return {
    open: buckets.open,
    spend: async (allowances, cost) => {
      if (allowances.length === 0) return [];
      for (const allowance of allowances) refuseBeyond(allowance, cost);
      const charges = allowances.map(({ policy, owner, limit }) => ({
        // Of one length, and telling nobody who reads Redis who asks from where.
        key: `${policy}:${hash('sha256', owner, 'base64url')}`,
        limit,
        points: pointsOf(policy, cost),
      }));
      const levels = await buckets.take(charges);
      const stands = allowances.map((allowance, at) => ({ ...allowance, ...levels[at], cost }));
      const budgets = stands.map(({ policy, limit, remaining = 0, fullInMs = 0 }) => ({
        ...{ policy, limit, remaining },
        resetSeconds: Math.ceil(fullInMs / 1_000),
      }));
      const waits = stands.map(({ waitMs = 0 }) => waitMs);
      const longest = waits.indexOf(Math.max(...waits));
      const reached = allowances[longest];
      if (reached === undefined || waits[longest] === 0) return budgets;
      throw new LimitReached(detailOf(reached), budgets, {
        retryAfterMs: waits[longest] ?? 1,
        violatedPolicies: allowances.filter((_, at) => (waits[at] ?? 0) > 0).map(({ policy }) => policy),
      });
    },
    close: buckets.close,
  };
}

function pointsOf(policy: Policy, cost: number): number {
  return policy === 'key-requests' ? 1 : cost;
}

/** Waiting would not help. */
function refuseBeyond({ policy, limit }: Allowance, cost: number): void {
  if (pointsOf(policy, cost) <= limit) return;
  const detail = `The operation costs ${cost} points, and ${OWNERS[policy]} has ${limit} in a minute. Ask for less, in several operations.`;
  throw new Problem('QUERY_TOO_COMPLEX', detail, { violatedPolicies: [policy] });
}

/** Whose limit it is, as a refusal names it. */
const OWNERS: { readonly [policy in Policy]: string } = {
  'key-requests': 'the API key',
  'key-points': 'the API key',
  'user-points': 'the user',
  'tenant-points': 'the tenant, all its callers together,',
  'address-points': 'your address, without credentials that are taken,',
};

function detailOf({ policy, limit }: Allowance): string {
  const what = policy === 'key-requests' ? 'requests' : 'points';
  return `The limit "${policy}" is reached: ${OWNERS[policy]} has ${limit} ${what} in a minute. Wait, or ask for less at once.`;
}

/** Draft 11 of the IETF's RateLimit header fields: every policy, and how the one that is nearest to its end stands. */
export function budgetHeaders(budgets: readonly Budget[]): Readonly<Record<string, string>> {
  const [first, ...others] = budgets;
  if (first === undefined) return {};
  const tightest = others.reduce((near, budget) => (share(budget) < share(near) ? budget : near), first);
  return {
    'ratelimit-policy': budgets.map(policyItem).join(', '),
    ratelimit: `"${tightest.policy}";r=${tightest.remaining};t=${tightest.resetSeconds}`,
  };
}

function policyItem({ policy, limit }: Budget): string {
  const unit = policy === 'key-requests' ? 'requests' : 'points';
  return `"${policy}";q=${limit};w=60;qu="${unit}"`;
}

function share({ remaining, limit }: Budget): number {
  return remaining / limit;
}
