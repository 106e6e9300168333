/** API keys: credentials for programs, each with less than or as much as the one who made it may do. */

import type { Scope } from './principal.ts';

/** `TEST` keys are for servers in development; production takes none. */
export type ApiKeyKind = 'LIVE' | 'TEST';

export type ApiKeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

/** What a key may spend; null for no limit of its own. */
export interface ApiKeyLimits {
  readonly requestsPerMinute: number | null;
  /** Points by the cost of operations. */
  readonly costPerMinute: number | null;
}

export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly kind: ApiKeyKind;
  readonly scopes: readonly Scope[];
  /** Names of the collections that it is bound to; null for every one of the tenant. */
  readonly collections: readonly string[] | null;
  readonly limits: ApiKeyLimits;
  /** RFC 3339, like all moments here. */
  readonly createdAt: string;
  /** Subject of who made it. */
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly rotatedAt: string | null;
  /** Until when the secret before the last rotation is taken as well. */
  readonly previousUntil: string | null;
  readonly revokedAt: string | null;
}

/** What a gateway must know of a key that was shown to it. */
export interface ApiKeyGrant {
  readonly id: string;
  readonly tenant: string;
  /** Why it is not taken; null for a key that is. */
  readonly refusal: ApiKeyRefusal | null;
  readonly scopes: readonly Scope[];
  /** Ids of the collections that it is bound to. */
  readonly collections: readonly string[] | null;
  readonly limits: ApiKeyLimits;
  /** When it, or the secret that was shown, ends by itself. */
  readonly expiresAt: string | null;
}

/** `REPLACED`: by a rotation whose grace is over. `FOREIGN`: made under another secret of the server. */
export type ApiKeyRefusal = 'EXPIRED' | 'REVOKED' | 'REPLACED' | 'FOREIGN';

export function stateOf({ revokedAt, expiresAt }: ApiKey, now: string): ApiKeyState {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && expiresAt <= now ? 'EXPIRED' : 'ACTIVE';
}
