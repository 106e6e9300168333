/** From what a verified token of an issuer outside says to who may do what here: only what its tables give. */

import type { JWTPayload } from 'jose';
import { isTenant, type Principal, type Scope } from '../../../model/principal.ts';
import { BUILT_IN_ROLES } from '../../../model/user.ts';
import { Problem } from '../../errors.ts';
import type { IssuerSettings } from './issuer-settings.ts';

/** OpenID Connect Core, section 2: a subject has 255 ASCII characters at most. */
const SUBJECT = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** A token that its issuer signed, and that is not taken: the audit log says whose it is. */
export class OutsideTokenRefused extends Problem {
  readonly actor: string;

  constructor(actor: string, detail: string) {
    super('UNAUTHENTICATED', detail);
    this.actor = actor;
  }
}

/** Throws UNAUTHENTICATED where it names no subject, or a tenant that its issuer may not give. */
export function outsidePrincipal(
  settings: IssuerSettings,
  payload: JWTPayload,
  operatorTenant: string,
): Principal {
  const { issuer } = settings;
  if (!SUBJECT.test(payload.sub ?? ''))
    throw new OutsideTokenRefused(issuer, `The token of ${issuer} names no subject that could be one.`);
  // No issuer's name has "|" in it, and none of our own subjects begins like an address.
  const subject = `${issuer}|${payload.sub}`;
  return Object.freeze({
    subject,
    tenant: tenantOf(settings, payload, { subject, operatorTenant }),
    scopes: Object.freeze(scopesOf(settings, payload)),
    issuer,
  });
}

function tenantOf(
  { issuer, tenant, operator }: IssuerSettings,
  payload: JWTPayload,
  { subject, operatorTenant }: { readonly subject: string; readonly operatorTenant: string },
): string {
  const refuse = (reason: string) =>
    new OutsideTokenRefused(
      subject,
      `The token of ${issuer} ${reason}. What this issuer may give is in TRELLIS_OIDC_ISSUERS.`,
    );
  const found = 'fixed' in tenant ? tenant.fixed : tenantSaid(tenant, payload);
  if (found === null) throw refuse('names no tenant that this issuer may give');
  if (found === operatorTenant && !operator)
    throw refuse('names the tenant of those who run the installation, which this issuer may not give');
  return found;
}

type ByClaim = Exclude<IssuerSettings['tenant'], { readonly fixed: string }>;

function tenantSaid(tenant: ByClaim, payload: JWTPayload): string | null {
  const said = claimAt(payload, tenant.claim);
  if (typeof said !== 'string' || said === '') return null;
  if ('allowed' in tenant) return tenant.allowed.includes(said) ? said : null;
  if ('map' in tenant) return tenant.map.get(said) ?? null;
  const prefixed = `${tenant.prefix}${said}`;
  return isTenant(prefixed) ? prefixed : null;
}

/** In the order of the tables, each once. What is in no table gives nothing. */
function scopesOf({ scopes, roles }: IssuerSettings, payload: JWTPayload): Scope[] {
  const direct = grantsOf(scopes, payload);
  const byRole = grantsOf(roles, payload).flatMap(
    (role) => BUILT_IN_ROLES.find(({ name }) => name === role)?.scopes ?? [],
  );
  return [...new Set([...direct, ...byRole])];
}

interface Table<Value> {
  readonly claim: readonly string[];
  readonly map: ReadonlyMap<string, readonly Value[]>;
}

function grantsOf<Value>(table: Table<Value> | undefined, payload: JWTPayload): readonly Value[] {
  if (table === undefined) return [];
  return wordsOf(claimAt(payload, table.claim)).flatMap((word) => table.map.get(word) ?? []);
}

/** A text with spaces between (RFC 8693, section 4.2), or a list of texts. */
function wordsOf(said: unknown): readonly string[] {
  if (typeof said === 'string') return said.split(' ');
  return Array.isArray(said) ? said.filter((word) => typeof word === 'string') : [];
}

/** What the token says there itself, and nothing that every object has. */
function claimAt(payload: JWTPayload, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Readonly<Record<string, unknown>>)[name]
        : undefined,
    payload,
  );
}
