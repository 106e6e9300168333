/** Archived documents of a tenant. */

import type { ArchivedDocument } from '../../model/archive.ts';
import { toPage } from '../../model/page.ts';
import { isAllowed } from '../../model/principal.ts';
import { invariant, type Problem } from '../../platform/errors.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function archiveResolvers({ archives }: Pick<AdminRooms, 'archives'>) {
  return {
    Query: {
      archivedDocuments: async (_, { collection, states, first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [behind = ''] = readAfter(after, 1) ?? [];
        const wanted = {
          collection: collection ?? null,
          states: states ?? [],
          after: behind,
          limit: limit + 1,
        };
        const found = await archives.list(principal.tenant, wanted, { signal });
        return connectionOf(
          toPage(found, limit, ({ id }) => [id]),
          after,
        );
      },
    },
    Mutation: {
      archiveDocuments: async (_, { input: { ids, reason } }, { principal }) => {
        const wish = { ids: archives.checkIds(ids), reason, by: principal.subject };
        const { archived, left } = await archives.archive(principal.tenant, wish);
        return {
          archived: [...archived],
          refused: left.map(({ documentId, problem }) => told(documentId, problem)),
        };
      },
      bringBackDocuments: async (_, { input: { ids } }, { principal }) => {
        const { comingBack, refused, jobIds } = await archives.bringBack(principal.tenant, ids, {
          mayReveal: isAllowed(principal, 'privacy:reveal'),
        });
        return {
          comingBack: [...comingBack],
          refused: refused.map(({ id, problem }) => told(id, problem)),
          jobIds: [...jobIds],
        };
      },
      rewrapArchivedDocuments: async (_, { input: { ids } }, { principal }) => {
        const { rewrapped, refused } = await archives.rewrap(principal.tenant, ids);
        return {
          rewrapped: [...rewrapped],
          refused: refused.map(({ id, problem }) => told(id, problem)),
        };
      },
      deleteArchivedDocuments: async (_, { input: { ids } }, { principal }) => {
        const gone = await archives.delete(principal.tenant, ids);
        return { ids: [...gone.ids], notFound: [...gone.notFound] };
      },
    },
    ArchivedDocument: {
      state: ({ state }: ArchivedDocument) => {
        invariant(state !== 'WRITING' && state !== 'DELETING', 'what is on its way in or out is not listed');
        return state;
      },
    },
  } satisfies Resolvers;
}

function told(id: string, { code, message }: Problem) {
  return { id, code, message };
}
