/** Signing keys, for the operators of the installation. */

import type { RingKey } from '../../platform/auth/signing-keys/life-cycle.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function signingKeyResolvers({ signingKeys }: Pick<AdminRooms, 'signingKeys'>) {
  const payload = (keys: readonly RingKey[]) => ({ signingKeys: keys });
  return {
    Query: { signingKeys: async () => signingKeys.list() },
    Mutation: {
      rotateSigningKey: async (_, { input }, { about }) => {
        const keys = await signingKeys.rotate(input.current ?? undefined);
        about?.(keys.find(({ state }) => state === 'CURRENT')?.kid ?? '');
        return payload(keys);
      },
      revokeSigningKey: async (_, { input }, { about }) => {
        about?.(input.id);
        return payload(await signingKeys.revoke(input.id));
      },
    },
    SigningKey: {
      id: ({ kid }) => kid,
      createdAt: ({ createdAt }) => toTime(createdAt),
      currentAt: ({ currentAt }) => toTime(currentAt),
      keptUntil: ({ keptUntil }) => toTime(keptUntil),
      revokedAt: ({ revokedAt }) => toTime(revokedAt),
    },
  } satisfies Resolvers;
}

function toTime(ms: number): string;
function toTime(ms: number | null): string | null;
function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
