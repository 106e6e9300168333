/** Whether the stores agree: of all tenants for those who run the installation, of their own for others. */

import { detailOf, FAULTS } from '../../model/consistency.ts';
import type { Principal } from '../../model/principal.ts';
import { Problem } from '../../platform/errors.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function consistencyResolvers({ checks }: Pick<AdminRooms, 'checks'>) {
  return {
    Query: {
      consistency: (_, { wholeInstallation }, { principal, signal }) =>
        checks.last(partOf(principal, wholeInstallation), { signal }),
    },
    Mutation: {
      checkConsistency: async (_, { input }, { principal }) => ({
        check: await checks.begin(partOf(principal, input.wholeInstallation), { mends: false }),
      }),
      repairConsistency: async (_, { input }, { principal }) => ({
        check: await checks.begin(partOf(principal, input.wholeInstallation), { mends: true }),
      }),
    },
    ConsistencyCheck: {
      repairs: ({ mends }) => mends,
      wholeInstallation: ({ tenant }) => tenant === null,
    },
    ConsistencyCount: { store: ({ kind }) => FAULTS[kind].store },
    ConsistencyFinding: {
      store: ({ kind }) => FAULTS[kind].store,
      target: ({ id }) => id,
      detail: detailOf,
      mendable: ({ kind }) => FAULTS[kind].isMendable,
      mended: ({ isMended }) => isMended,
    },
  } satisfies Resolvers;
}

/** Null for the whole installation. */
function partOf({ tenant, ...principal }: Principal, whole: boolean | null | undefined): string | null {
  const isOperator = principal.isOperator === true;
  if (whole === true && !isOperator)
    throw new Problem(
      'FORBIDDEN',
      'The whole installation is for those who run it. Ask with credentials of their tenant (TRELLIS_OPERATOR_TENANT), or for the part of your own.',
    );
  return (whole ?? isOperator) ? null : tenant;
}
