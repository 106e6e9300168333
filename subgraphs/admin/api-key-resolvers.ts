/** API keys, for those who manage them and for the gateways that check them. */

import { stateOf } from '../../model/api-key.ts';
import { toPage } from '../../model/page.ts';
import { startOfApiKey } from '../../platform/auth/api-key.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function apiKeyResolvers({ apiKeys, keyCheck }: Pick<AdminRooms, 'apiKeys' | 'keyCheck'>) {
  return {
    Query: {
      apiKey: (_, { id }, { loaders }) => loaders.apiKey.load(id),
      apiKeys: async (_, { first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [afterId = ''] = readAfter(after, 1) ?? [];
        const keys = await apiKeys.list(principal.tenant, { after: afterId, limit: limit + 1 }, { signal });
        return connectionOf(
          toPage(keys, limit, ({ id }) => [id]),
          after,
        );
      },
      keyGrants: (_, { keys }, { signal }) => keyCheck.grants(keys, { signal }),
    },
    Mutation: {
      createApiKey: async (_, { input }, { principal, about }) => {
        const shown = await apiKeys.create(principal, {
          name: input.name,
          kind: input.kind ?? 'LIVE',
          scopes: input.scopes,
          collections: input.collections ?? null,
          expiresAt: input.expiresAt ?? null,
          limits: {
            requestsPerMinute: input.limits?.requestsPerMinute ?? null,
            costPerMinute: input.limits?.costPerMinute ?? null,
          },
        });
        about?.(shown.key.id);
        return shown;
      },
      rotateApiKey: (_, { input }, { principal }) =>
        apiKeys.rotate(principal, input.id, input.graceSeconds ?? 0),
      revokeApiKey: async (_, { input }, { principal }) => ({
        key: await apiKeys.revoke(principal, input.id),
      }),
      noteKeyUses: async (_, { input }) => {
        await keyCheck.noteUses(input.uses);
        return input.uses.length;
      },
    },
    ApiKey: {
      start: (key) => startOfApiKey(key),
      state: (key) => stateOf(key, new Date().toISOString()),
    },
    KeyGrant: {
      requestsPerMinute: ({ limits }) => limits.requestsPerMinute,
      costPerMinute: ({ limits }) => limits.costPerMinute,
    },
  } satisfies Resolvers;
}
