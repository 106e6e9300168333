/** The audit log, for those who read it and for the gateways that write into it. */

import { toPage } from '../../model/page.ts';
import { badInput } from '../../platform/errors.ts';
import { connectionOf, readAfterMoment, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { GatewayRefusal, Resolvers } from './resolver-types.generated.ts';

/** Refusals in one call of a gateway. */
const REFUSALS_MAX = 1_000;

export function auditResolvers({ audit, auditReader }: Pick<AdminRooms, 'audit' | 'auditReader'>) {
  return {
    Query: {
      auditLog: async (_, { filter, first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const query = {
          since: filter?.since ?? null,
          until: filter?.until ?? null,
          actor: filter?.actor ?? null,
          apiKey: filter?.apiKey ?? null,
          action: filter?.action ?? null,
          outcome: filter?.outcome ?? null,
          before: readAfterMoment(after),
          limit: limit + 1,
        };
        const entries = await auditReader.read(principal.tenant, query, { signal });
        return connectionOf(
          toPage(entries, limit, ({ id }) => [id]),
          after,
        );
      },
      auditVerification: async (_, __, { signal }) => {
        const { faults } = await auditReader.verify({ signal });
        return { intact: faults.length === 0, faults };
      },
    },
    Mutation: {
      noteRefusals: async (_, { input: { refusals } }) => {
        if (refusals.length > REFUSALS_MAX)
          throw badInput('input.refusals', `are ${refusals.length} and may be ${REFUSALS_MAX}.`);
        await audit.record(refusals.map(toEvent));
        return refusals.length;
      },
    },
  } satisfies Resolvers;
}

function toEvent(refusal: GatewayRefusal) {
  return {
    tenant: refusal.tenant ?? '',
    actor: refusal.actor ?? null,
    apiKey: refusal.apiKey ?? null,
    address: refusal.address ?? null,
    action: refusal.action,
    targets: [],
    outcome: 'REFUSED',
    code: refusal.code,
    detail: refusal.detail,
    requestId: refusal.requestId ?? null,
    count: refusal.count,
  } as const;
}
