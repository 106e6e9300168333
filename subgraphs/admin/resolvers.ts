/** Translates between the admin contract and the rooms below. */

import type { SystemHealth } from '../../operations/system-health.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function createAdminResolvers(health: SystemHealth): Resolvers {
  return {
    Query: {
      health: () => health.report(),
      viewer: (_, __, { principal }) => ({
        subject: principal.subject,
        tenant: principal.tenant,
        scopes: [...principal.scopes],
      }),
    },
  };
}
