/** The graph's two servers, for the operators of the installation. */

import type { StandbyStatus } from '../../operations/recovery/desk.ts';
import { badInput } from '../../platform/errors.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function recoveryResolvers({ recovery }: Pick<AdminRooms, 'recovery'>) {
  return {
    Query: {
      recovery: async () => {
        const status = await recovery.status();
        return status === null ? null : toAnswer(status);
      },
    },
    Mutation: {
      promoteStandby: async (_, { input: { force } }, { about }) => {
        about?.(force ? 'by force' : 'without loss');
        return { status: toAnswer(await recovery.promote({ force: force ?? false })) };
      },
      reseedStandby: async (_, { input: { confirm } }, { recordNow }) => {
        if (!confirm)
          throw badInput('input.confirm', 'must be true: writes wait while the standby is filled.');
        // Once writes wait, the audit log does as well.
        return { status: toAnswer(await recovery.reseed({ beforehand: async () => recordNow?.() })) };
      },
    },
  } satisfies Resolvers;
}

function toAnswer({ servers, ...status }: StandbyStatus) {
  return { ...status, servers: [...servers] };
}
