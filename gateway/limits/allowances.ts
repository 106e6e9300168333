/** Whose points a request takes: which limits there are, and which of them meet in one caller. */

import type { ApiKeyLimits } from '../../model/api-key.ts';
import type { Principal } from '../../model/principal.ts';
import { networkOf } from '../../platform/http/network.ts';

/** Points in a minute; 0 for no limit. */
export interface PointLimits {
  /** Of an API key that has no limit of its own. */
  readonly key: number;
  /** Of who has a token, whatever the tokens. */
  readonly user: number;
  /** Of all who are of one tenant together. */
  readonly tenant: number;
  /** Of an address that asks without credentials, or with such as are not taken. */
  readonly address: number;
}

export const NO_LIMITS: PointLimits = { key: 0, user: 0, tenant: 0, address: 0 };

export type Policy = 'key-requests' | 'key-points' | 'user-points' | 'tenant-points' | 'address-points';

/** One limit of one caller. */
export interface Allowance {
  /** As headers and problems name it. */
  readonly policy: Policy;
  /** Whose it is, among all that the policy is for. */
  readonly owner: string;
  readonly limit: number;
}

/** All limits of a caller who was recognised. */
export function allowancesOf(
  { tenant, subject, apiKey }: Principal,
  own: ApiKeyLimits | undefined,
  limits: PointLimits,
): readonly Allowance[] {
  const ofCaller: readonly Allowance[] =
    apiKey === undefined
      ? [{ policy: 'user-points', owner: JSON.stringify([tenant, subject]), limit: limits.user }]
      : [
          { policy: 'key-requests', owner: apiKey, limit: own?.requestsPerMinute ?? 0 },
          { policy: 'key-points', owner: apiKey, limit: own?.costPerMinute ?? limits.key },
        ];
  return [...ofCaller, { policy: 'tenant-points' as const, owner: tenant, limit: limits.tenant }].filter(
    isLimited,
  );
}

/** The limit of whoever asks from there and is not recognised. An IPv6 subscriber has a whole network. */
export function allowancesAt(address: string, limits: PointLimits): readonly Allowance[] {
  return [{ policy: 'address-points' as const, owner: networkOf(address), limit: limits.address }].filter(
    isLimited,
  );
}

function isLimited({ limit }: Allowance): boolean {
  return limit > 0;
}
