/** What becomes of a tenant's personal data, and what stands behind its pseudonyms. */

import { CONFIDENCE_MIN, PERSONAL_DATA_KINDS } from '../../model/personal-data.ts';
import type { AdminRooms } from './loaders.ts';
import type { GeneralisationInput, Resolvers } from './resolver-types.generated.ts';

export function privacyResolvers({
  privacyPolicies,
  pseudonyms,
  privacyTreatments,
}: Pick<AdminRooms, 'privacyPolicies' | 'pseudonyms' | 'privacyTreatments'>) {
  return {
    Query: {
      privacyPolicies: async (_, __, { principal, signal }) => [
        ...(await privacyPolicies.list(principal.tenant, { signal })),
      ],
      privacyTreatments: async (_, __, { principal, signal }) => [
        ...(await privacyTreatments.list(principal.tenant, { signal })),
      ],
    },
    Mutation: {
      setPrivacyPolicy: async (_, { input }, { principal }) => ({
        policy: await privacyPolicies.set(principal, {
          collection: input.collection ?? null,
          otherwise: input.otherwise,
          rules: input.rules ?? [],
          confidenceMin: input.confidenceMin ?? CONFIDENCE_MIN,
          generalisation: given(input.generalisation ?? {}),
        }),
      }),
      applyPrivacyPolicy: async (_, { input }, { principal, about }) => {
        const treatment = await privacyTreatments.begin(principal, input.collection ?? null);
        about?.(treatment.id);
        return { treatment };
      },
      cancelPrivacyTreatment: async (_, { input }, { principal }) => ({
        treatment: await privacyTreatments.cancel(principal.tenant, input.id),
      }),
      revealPseudonyms: async (_, { input }, { principal, about }) => {
        about?.(input.document);
        about?.(`reason: ${input.reason}`);
        return { revealed: [...(await pseudonyms.reveal(principal, input))] };
      },
      destroyPseudonymKey: async (_, { input }, { principal, about }) => {
        const destroyed = [...(await pseudonyms.destroyKey(principal, input.confirmation))];
        for (const id of destroyed) about?.(id);
        return { destroyed };
      },
    },
    PrivacyPolicy: {
      collection: ({ collectionId }) => collectionId,
      rules: ({ rules }) => PERSONAL_DATA_KINDS.map((kind) => ({ kind, action: rules[kind] })),
    },
    PrivacyTreatment: { collection: ({ collectionId }) => collectionId },
  } satisfies Pick<Resolvers, 'Query' | 'Mutation' | 'PrivacyPolicy' | 'PrivacyTreatment'>;
}

/** Without what is null, which means its default. */
function given({ birthDate, ageBandYears, ageMax, postcodeDigits }: GeneralisationInput) {
  return {
    ...(birthDate == null ? {} : { birthDate }),
    ...(ageBandYears == null ? {} : { ageBandYears }),
    ...(ageMax == null ? {} : { ageMax }),
    ...(postcodeDigits == null ? {} : { postcodeDigits }),
  };
}
