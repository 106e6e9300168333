/** What a new key may be: never more than the one who makes it, and within limits. Each mistake is told by its field. */

import type { ApiKey, ApiKeyKind, ApiKeyLimits } from '../../model/api-key.ts';
import {
  BOUND_COLLECTIONS_MAX,
  isAllowed,
  isScope,
  type Principal,
  type Scope,
} from '../../model/principal.ts';
import { badInput, Problem } from '../../platform/errors.ts';

export interface KeyRequest {
  readonly name: string;
  readonly kind: ApiKeyKind;
  readonly scopes: readonly string[];
  /** Names; null for every collection. */
  readonly collections: readonly string[] | null;
  /** RFC 3339. */
  readonly expiresAt: string | null;
  readonly limits: ApiKeyLimits;
}

/** What a key that exists and one that is to be have in common. */
export type KeyPowers = Pick<ApiKey, 'scopes' | 'expiresAt' | 'limits'>;

const NAME_CHARS_MAX = 200;
const SCOPES_MAX = 20;
/** Limits are numbers that counters can hold. */
const LIMIT_MAX = 1_000_000_000;

export interface CheckedRequest extends KeyRequest {
  readonly scopes: readonly Scope[];
}

export function checkKeyRequest(request: KeyRequest, now: string): CheckedRequest {
  const name = request.name.trim();
  if (name === '' || name.length > NAME_CHARS_MAX)
    throw badInput('input.name', `has ${name.length} characters and must have 1 to ${NAME_CHARS_MAX}.`);
  const collections = checkCollections(request.collections);
  const expiresAt = request.expiresAt === null ? null : checkExpiry(request.expiresAt, now);
  checkLimit('requestsPerMinute', request.limits.requestsPerMinute);
  checkLimit('costPerMinute', request.limits.costPerMinute);
  return { ...request, name, scopes: checkScopes(request.scopes), collections, expiresAt };
}

/**
 * Throws FORBIDDEN where the principal would get more than it has: by a new key, or by the new secret of another one.
 * `own` is the key that it came with, where it came with one.
 */
export function refuseMore(
  principal: Principal,
  own: ApiKey | null,
  asked: KeyPowers,
  whose = 'The key would have',
): void {
  const tooMuch = (what: string): Problem => {
    const detail = `${whose} more than you have yourself: ${what}. Ask for less, or have it done by somebody who may.`;
    return new Problem('FORBIDDEN', detail);
  };
  const more = asked.scopes.filter((scope) => !isAllowed(principal, scope));
  if (more.length > 0) throw tooMuch(`the scope ${more.map((scope) => `"${scope}"`).join(', ')}`);
  if (principal.collections !== undefined) throw tooMuch('collections');
  if (own === null) return;
  if (own.expiresAt !== null && (asked.expiresAt === null || asked.expiresAt > own.expiresAt))
    throw tooMuch('time');
  for (const limit of ['requestsPerMinute', 'costPerMinute'] as const) {
    const [mine, wanted] = [own.limits[limit], asked.limits[limit]];
    if (mine !== null && (wanted === null || wanted > mine)) throw tooMuch(limit);
  }
}

function checkScopes(given: readonly string[]): readonly Scope[] {
  if (given.length === 0 || given.length > SCOPES_MAX)
    throw badInput('input.scopes', `has ${given.length} scopes and must have 1 to ${SCOPES_MAX}.`);
  given.forEach((scope, at) => {
    if (!isScope(scope)) throw badInput(`input.scopes.${at}`, `"${scope.slice(0, 100)}" is not a scope.`);
  });
  return [...new Set(given.filter(isScope))];
}

function checkCollections(given: readonly string[] | null): readonly string[] | null {
  if (given === null) return null;
  if (given.length > 0 && given.length <= BOUND_COLLECTIONS_MAX)
    return [...new Set(given.map((name) => name.trim()))];
  throw badInput(
    'input.collections',
    `has ${given.length} names and must have 1 to ${BOUND_COLLECTIONS_MAX}. Leave it out for every collection.`,
  );
}

function checkExpiry(given: string, now: string): string {
  const expiresAt = new Date(given).toISOString();
  if (expiresAt <= now) throw badInput('input.expiresAt', 'is not in the future.');
  return expiresAt;
}

function checkLimit(name: string, value: number | null): void {
  if (value !== null && (value < 1 || value > LIMIT_MAX))
    throw badInput(`input.limits.${name}`, `is ${value} and must be from 1 to ${LIMIT_MAX}.`);
}
