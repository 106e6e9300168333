/** What a tenant decides to become of personal data: in a collection, and in all that have no policy of their own. */

import { collectionId } from '../../model/ids.ts';
import {
  AGE_LIMIT,
  DEFAULT_GENERALISATION,
  type Generalisation,
  keepsAll,
  PERSONAL_DATA_KINDS,
  type PersonalDataAction,
  type PersonalDataKind,
  type PersonalDataPolicy,
  type PersonalDataRules,
} from '../../model/personal-data.ts';
import type { Principal } from '../../model/principal.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { CallOptions } from '../../stores/graph/graph-store.ts';
import { privacyPoliciesOfTenant, putPrivacyPolicy } from '../../stores/graph/statements/privacy.ts';
import { checkCollectionName } from '../collection-name.ts';
import type { Exclusive } from '../exclusive.ts';
import { policyId } from './policy-in-force.ts';
import { type KeyTools, openTenantKey } from './tenant-key.ts';

/** Of one tenant. */
const POLICIES_MAX = 1_000;

export interface PrivacyPolicyRequest {
  /** Name of the collection; null for all without a policy of their own. */
  readonly collection: string | null;
  /** For kinds that `rules` does not name. */
  readonly otherwise: PersonalDataAction;
  readonly rules: readonly { readonly kind: PersonalDataKind; readonly action: PersonalDataAction }[];
  readonly confidenceMin: number;
  /** Instead of the defaults. */
  readonly generalisation?: Partial<Generalisation>;
}

export interface PrivacyPolicies {
  list(tenant: string, options?: CallOptions): Promise<readonly PersonalDataPolicy[]>;
  /** In place of the one before; from then on nothing is taken in otherwise. */
  set(principal: Principal, request: PrivacyPolicyRequest): Promise<PersonalDataPolicy>;
}

export function createPrivacyPolicies(tools: KeyTools & { readonly exclusive: Exclusive }): PrivacyPolicies {
  const { graph, exclusive, now } = tools;
  return {
    list: (tenant, options) => graph.read(privacyPoliciesOfTenant(tenant, POLICIES_MAX), options),
    set: async ({ tenant, subject }, request) => {
      const { collection, otherwise, rules, confidenceMin } = request;
      if (!(confidenceMin >= 0 && confidenceMin <= 1))
        throw badInput('input.confidenceMin', `is ${confidenceMin} and must be from 0 to 1.`);
      const target = collection === null ? null : collectionId(tenant, checkCollectionName(collection));
      const decided: Omit<PersonalDataPolicy, 'updatedAt' | 'updatedBy'> = {
        id: policyId(tenant, target),
        tenant,
        collectionId: target,
        rules: rulesOf(otherwise, rules),
        confidenceMin,
        generalisation: checkGeneralisation({ ...DEFAULT_GENERALISATION, ...request.generalisation }),
      };
      // A key that is lost is told of now, not by every document from then on.
      if (!keepsAll(decided.rules)) await openTenantKey(tools, tenant);
      // What is being written by the policy before is there when this one begins; what is written behind it asks this one.
      return exclusive(async (alone) => {
        const present = await alone.graph.read(privacyPoliciesOfTenant(tenant, POLICIES_MAX));
        if (present.length >= POLICIES_MAX && !present.some(({ id }) => id === decided.id))
          throw new Problem(
            'CONFLICT',
            `The tenant has ${POLICIES_MAX} privacy policies, and may have no more.`,
          );
        // Of the moment in which it begins: a backup from before that is without it, and a restore asks for what was set since.
        const policy = { ...decided, updatedAt: now().toISOString(), updatedBy: subject };
        await alone.graph.write([putPrivacyPolicy(policy)]);
        return policy;
      });
    },
  };
}

function checkGeneralisation(given: Generalisation): Generalisation {
  const limits = [
    ['ageBandYears', 2, 50],
    ['ageMax', 50, AGE_LIMIT],
    ['postcodeDigits', 0, 3],
  ] as const;
  for (const [name, least, most] of limits)
    if (!Number.isInteger(given[name]) || given[name] < least || given[name] > most)
      throw badInput(
        `input.generalisation.${name}`,
        `is ${given[name]} and must be a whole number from ${least} to ${most}.`,
      );
  return given;
}

function rulesOf(otherwise: PersonalDataAction, rules: PrivacyPolicyRequest['rules']): PersonalDataRules {
  const given = rules.map(({ kind }) => kind);
  const twice = given.find((kind, at) => given.indexOf(kind) !== at);
  if (twice !== undefined) throw badInput('input.rules', `names ${twice} twice. Name each kind once.`);
  const named = Object.fromEntries(rules.map(({ kind, action }) => [kind, action]));
  return Object.fromEntries(
    PERSONAL_DATA_KINDS.map((kind) => [kind, named[kind] ?? otherwise]),
  ) as PersonalDataRules;
}
