/** Retention policies, legal holds and erasures of a tenant. */

import type { DocumentSelection } from '../../model/retention.ts';
import type { AdminRooms } from './loaders.ts';
import type { MetadataMatchInput, Resolvers } from './resolver-types.generated.ts';

interface Selecting {
  readonly collection?: string | null;
  readonly metadata?: readonly MetadataMatchInput[] | null;
}

export function retentionResolvers({
  policies,
  holds,
  erasures,
}: Pick<AdminRooms, 'policies' | 'holds' | 'erasures'>) {
  return {
    Query: {
      retentionPolicies: async (_, __, { principal, signal }) => [
        ...(await policies.list(principal.tenant, { signal })),
      ],
      legalHolds: async (_, __, { principal, signal }) => [
        ...(await holds.list(principal.tenant, { signal })),
      ],
      retentionPreview: (_, { days, ...selecting }, { principal, signal }) =>
        policies.preview(principal.tenant, { days, selection: selectionOf(selecting) }, signal),
      erasurePlan: (_, { names, ...selecting }, { principal, signal }) =>
        erasures.plan(principal.tenant, { names: names ?? [], selection: theirs(selecting) }, signal),
    },
    Mutation: {
      setRetentionPolicy: async (_, { input }, { principal }) => ({
        policy: await policies.set(principal, {
          ...input,
          action: input.action ?? 'DELETE',
          selection: selectionOf(input),
        }),
      }),
      deleteRetentionPolicy: async (_, { input: { name } }, { principal }) => {
        await policies.remove(principal.tenant, name);
        return { name };
      },
      placeLegalHold: async (_, { input }, { principal }) => ({
        hold: await holds.place(principal, { ...input, selection: selectionOf(input) }),
      }),
      releaseLegalHold: async (_, { input: { name } }, { principal }) => {
        await holds.release(principal.tenant, name);
        return { name };
      },
      eraseSubject: async (_, { input }, { principal, about }) => {
        const { names, reason, ...selecting } = input;
        const receipt = await erasures.erase(principal, {
          names: names ?? [],
          selection: theirs(selecting),
          reason,
        });
        about?.(receipt.id);
        return receipt;
      },
    },
    RetentionPolicy: {
      collection: ({ selection }) => selection.collection,
      metadata: ({ selection }) => selection.metadata,
    },
    LegalHold: {
      collection: ({ selection }) => selection.collection,
      metadata: ({ selection }) => selection.metadata,
    },
  } satisfies Resolvers;
}

function selectionOf({ collection, metadata }: Selecting): DocumentSelection {
  return { collection: collection ?? null, metadata: metadata ?? [] };
}

/** Documents are somebody's by their metadata; a collection alone says nothing of that. */
function theirs(selecting: Selecting): DocumentSelection | null {
  const selection = selectionOf(selecting);
  return selection.metadata.length === 0 && selection.collection === null ? null : selection;
}
