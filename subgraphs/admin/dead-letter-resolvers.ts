/** Dead letters of a tenant. */

import type { LetterChoice } from '../../ingestion/dead-letters.ts';
import { toPage } from '../../model/page.ts';
import { isAllowed } from '../../model/principal.ts';
import { badInput, type Problem } from '../../platform/errors.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { DeadLetterFilter, Resolvers } from './resolver-types.generated.ts';

export function deadLetterResolvers({ deadLetters }: Pick<AdminRooms, 'deadLetters'>) {
  return {
    Query: {
      deadLetters: async (_, { first, after, filter }, { principal, signal }) => {
        const limit = readFirst(first);
        const [afterAt = '', afterId = ''] = readAfter(after, 2) ?? [];
        const wanted = { filter: toFilter(filter ?? {}), afterAt, afterId, limit: limit + 1 };
        const found = await deadLetters.list(principal.tenant, wanted, { signal });
        return connectionOf(
          toPage(found, limit, ({ submittedAt, id }) => [submittedAt, id]),
          after,
        );
      },
    },
    Mutation: {
      replayDeadLetters: async (_, { input }, { principal }) => {
        const { ids, refused, jobIds, more } = await deadLetters.replay(principal.tenant, toChoice(input), {
          mayReveal: isAllowed(principal, 'privacy:reveal'),
        });
        return { ids: [...ids], refused: refused.map(told), jobIds: [...jobIds], more };
      },
      discardDeadLetters: async (_, { input }, { principal }) => {
        const { ids, refused, more } = await deadLetters.discard(principal.tenant, toChoice(input));
        return { ids: [...ids], refused: refused.map(told), more };
      },
    },
  } satisfies Resolvers;
}

function toFilter({ collection, job, step, code }: DeadLetterFilter) {
  return { collection: collection ?? null, jobId: job ?? null, step: step ?? null, code: code ?? null };
}

function toChoice({
  ids,
  filter,
}: {
  readonly ids?: readonly string[] | null;
  readonly filter?: DeadLetterFilter | null;
}): LetterChoice {
  const [given, asked] = [ids ?? undefined, filter ?? undefined];
  if (given !== undefined && asked === undefined) return { ids: given };
  if (asked !== undefined && given === undefined) return { filter: toFilter(asked) };
  throw badInput(
    'input',
    'needs "ids" or "filter", one of both. An empty filter takes in every dead letter.',
  );
}

function told({ id, problem: { code, message } }: { readonly id: string; readonly problem: Problem }) {
  return { id, code, message };
}
