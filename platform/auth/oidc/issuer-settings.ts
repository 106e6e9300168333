/**
 * Issuers outside (OpenID Connect), as they are configured: whose tokens are taken, and what each of them may give. What
 * is not in an issuer's tables it cannot give, whatever its tokens say.
 */

import { z } from 'zod';
import { isScope, isTenant, type Scope } from '../../../model/principal.ts';
import { BUILT_IN_ROLES, OPERATOR } from '../../../model/user.ts';
import { isFetchable } from './bounded-json.ts';

/** Signatures that are taken: asymmetric ones alone, so that nobody who knows a public key can sign. */
const ALGORITHMS_TAKEN = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;
const ALGORITHMS_DEFAULT = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Clocks may differ by this much, in seconds, unless an issuer's settings say otherwise. */
const CLOCK_SKEW_SECONDS = 30;
const CLOCK_SKEW_SECONDS_MAX = 300;

const text = z.string().min(1);
const tenant = text.refine(isTenant, 'must be 1 to 128 characters without spaces and control characters');
/** A claim's name, or the names on the way to one that is inside another: they may themselves have dots. */
const claim = z.union([text.transform((name) => [name]), z.array(text).min(1)], {
  error: 'must be the name of a claim, or a list of names that leads to one',
});
const oneOrMore = <Entry extends z.ZodType<unknown, string>>(entry: Entry, error: string) =>
  z.union([entry.transform((one) => [one]), z.array(entry).min(1)], { error });
/** Never a plain object: a token's claim might ask it for "constructor". */
const table = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string(), value).transform((entries) => new Map(Object.entries(entries)));

const address = text.refine(isFetchable, {
  error: 'must be an https address without user and password (http on this machine alone)',
});
const scopes = oneOrMore(
  text.refine((name): name is Scope => isScope(name)),
  'must be scopes of Trellis, such as "documents:read"',
);
const ROLES = BUILT_IN_ROLES.map(({ name }) => name);
const roles = oneOrMore(z.enum(ROLES), `must be roles among ${ROLES.join(', ')}`);

const ISSUER = z
  .strictObject({
    /** As its tokens name it, to the letter. */
    issuer: address.refine((url) => !/[|?#\s]/.test(url), 'must have no query, no fragment and no "|"'),
    audience: oneOrMore(text, 'must be a text, or a list of texts'),
    /** Where its keys are; by default where its discovery document says, at its own origin. */
    jwksUrl: address.optional(),
    algorithms: z
      .array(z.enum(ALGORITHMS_TAKEN, { error: `must be one of ${ALGORITHMS_TAKEN.join(', ')}` }))
      .min(1)
      .default(ALGORITHMS_DEFAULT as (typeof ALGORITHMS_TAKEN)[number][]),
    /** What the header `typ` must be, such as `at+jwt`; by default it is not looked at. */
    type: text.optional(),
    clockSkewSeconds: z.int().min(0).max(CLOCK_SKEW_SECONDS_MAX).default(CLOCK_SKEW_SECONDS),
    /** One tenant for all of its tokens, or the claim that says which, and which it may say. */
    tenant: z.union(
      [
        tenant.transform((fixed) => ({ fixed })),
        z.strictObject({ claim, allowed: z.array(tenant).min(1) }),
        z.strictObject({ claim, map: table(tenant) }),
        z.strictObject({ claim, prefix: tenant }),
      ],
      { error: 'must be a tenant, or { claim, allowed }, { claim, map } or { claim, prefix }' },
    ),
    /** From what a claim says to scopes. */
    scopes: z.strictObject({ claim, map: table(scopes) }).optional(),
    /** From what a claim says to built-in roles. */
    roles: z.strictObject({ claim, map: table(roles) }).optional(),
    /** Whether its tokens may be of those who run the installation. */
    operator: z.boolean().default(false),
  })
  .superRefine(refuseOperators);

export type IssuerSettings = Readonly<z.infer<typeof ISSUER>>;

const ISSUERS = z.array(ISSUER, { error: 'must be a list of issuers' });

/** As the setting has them: JSON. Every complaint says where in it something is wrong. */
export const issuersSetting = z
  .string()
  .default('')
  .transform((json, context): readonly IssuerSettings[] => {
    const read = ISSUERS.safeParse(json === '' ? [] : parsed(json));
    for (const { path, message } of read.error?.issues ?? [])
      context.addIssue({ code: 'custom', message: [path.join('.'), message].filter(Boolean).join(': ') });
    const issuers = read.data ?? [];
    const twice = issuers.find(({ issuer }, at) => issuers.findIndex((one) => one.issuer === issuer) !== at);
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `has ${twice.issuer} twice` });
    return issuers;
  });

/** Issuers that name the operators' tenant, and are not said to be theirs. */
export function issuersBeyondTheirs(
  issuers: readonly IssuerSettings[],
  operatorTenant: string,
): readonly string[] {
  return issuers
    .filter(({ operator, tenant }) => !operator && tenantsNamed(tenant).includes(operatorTenant))
    .map(({ issuer }) => issuer);
}

function tenantsNamed(tenant: IssuerSettings['tenant']): readonly string[] {
  if ('fixed' in tenant) return [tenant.fixed];
  if ('allowed' in tenant) return tenant.allowed;
  return 'map' in tenant ? [...tenant.map.values()] : [];
}

function refuseOperators(
  { operator, scopes, roles }: Pick<IssuerSettings, 'operator' | 'scopes' | 'roles'>,
  context: z.RefinementCtx,
): void {
  if (operator) return;
  const given = [...(scopes?.map.values() ?? []), ...(roles?.map.values() ?? [])].flat();
  for (const name of given.filter((one) => one === OPERATOR || one === 'admin:*'))
    context.addIssue({
      code: 'custom',
      message: `gives "${name}", which only an issuer with "operator": true may`,
    });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
