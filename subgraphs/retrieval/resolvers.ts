/** Translates between the retrieval contract and the room below. */

import type { DocumentFilter } from '../../model/filter.ts';
import { isAllowed } from '../../model/principal.ts';
import type { PathStep } from '../../retrieval/hit.ts';
import type { Retrieval } from '../../retrieval/retrieval.ts';
import { readFirst } from '../connection.ts';
import type { Context } from './loaders.ts';
import { toCondition } from './metadata-filter.ts';
import type { Resolvers, SearchFilter } from './resolver-types.generated.ts';

export function createRetrievalResolvers(retrieval: Retrieval): Resolvers {
  return {
    Query: {
      search: (_, { query, first, arms, collections, filter }, context) =>
        retrieval.search(
          { ...scopeOf(context, collections, filter), query, first: first ?? 0, ...(arms ? { arms } : {}) },
          context.signal,
        ),
      ask: (_, { question, collections, filter }, context) =>
        retrieval.ask({ ...scopeOf(context, collections, filter), question }, context.signal),
      answerEvent: (_, { id }, { principal }) => retrieval.answerEvent(principal, id),
    },
    Subscription: {
      answer: {
        subscribe: async function* (_, { question, collections, filter }, context) {
          const request = { ...scopeOf(context, collections, filter), question };
          for await (const event of retrieval.askLive(request, context.signal)) yield { answer: event };
        },
      },
    },
    SearchResult: { seeds: ({ seedIds }) => seedIds.map((id) => ({ id })) },
    Hit: {
      chunk: ({ chunkId }) => ({ id: chunkId }),
      explanation: ({ arms, path }) => ({ arms, path: path() }),
    },
    PathStep: {
      entity: ({ entityId }) => ({ id: entityId }),
      chunk: ({ chunkId }) => ({ id: chunkId }),
      description: describeStep,
    },
    Citation: { chunk: ({ chunkId }) => ({ id: chunkId }) },
    Chunk: {
      similar: ({ id }, { first }, { loaders }) => loaders.similar(readFirst(first)).load(id),
    },
  };
}

async function describeStep(
  { entityId, direction }: PathStep,
  _: unknown,
  { loaders }: Context,
): Promise<string> {
  const name = (await loaders.entityName.load(entityId))?.name ?? 'An entity';
  return direction === 'TO_CHUNK' ? `${name} is mentioned in a passage` : `a passage mentions ${name}`;
}

function scopeOf(
  { principal }: Context,
  collections: readonly string[] | null | undefined,
  filter: SearchFilter | null | undefined,
) {
  return {
    tenant: principal.tenant,
    ...(isAllowed(principal, 'privacy:search') ? { byRealNames: true } : {}),
    ...(principal.collections === undefined ? {} : { within: principal.collections }),
    ...(collections ? { collections } : {}),
    ...(filter ? { filter: toFilter(filter) } : {}),
  };
}

function toFilter({
  documents,
  mediaTypes,
  metadata,
  updatedAfter,
  updatedBefore,
}: SearchFilter): DocumentFilter {
  return {
    ...(documents ? { documentIds: documents } : {}),
    ...(mediaTypes ? { mediaTypes } : {}),
    ...(metadata ? { metadata: metadata.map(toCondition) } : {}),
    ...(updatedAfter ? { updatedAfter } : {}),
    ...(updatedBefore ? { updatedBefore } : {}),
  };
}
