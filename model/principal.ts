/** Who is asking: a tenant, a subject and what they may do. */

export const SCOPES = [
  'documents:read',
  'documents:write',
  'graph:read',
  'graph:write',
  'retrieval:read',
  'admin:read',
  'admin:keys',
  'admin:audit',
  'admin:backups',
  'admin:data',
  'admin:users',
  'privacy:reveal',
  'privacy:search',
  'schema:read',
  'operations:any',
] as const;

/** One permission. `admin:*` grants every `admin:` scope. */
export type Scope = (typeof SCOPES)[number] | 'admin:*';

/** Everything a request may do comes from here; nothing crosses `tenant`. */
export interface Principal {
  readonly subject: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Ids of the collections that it is bound to: it reads and writes nothing else. Absent for every one of the tenant. */
  readonly collections?: readonly string[];
  /** Id of the API key that was sent, where one was. */
  readonly apiKey?: string;
  /** The issuer outside whose token was sent, where one was. Its subjects begin with it. */
  readonly issuer?: string;
  /** Id of the session that its token belongs to, where somebody signed in. */
  readonly session?: string;
  /** Where the request came from, for the audit log. */
  readonly address?: string;
  /** Whether the tenant is the one that runs the installation. */
  readonly isOperator?: true;
  /** The gateway itself, asking what no client may ask. It has no scopes. */
  readonly isGateway?: true;
  /** Nobody: a client without a token, who may sign in and do nothing else. It has no scopes. */
  readonly isAnonymous?: true;
}

/** The most collections that a principal can be bound to: they travel with every call. */
export const BOUND_COLLECTIONS_MAX = 50;

/** Whether the principal holds `scope`, directly or by `admin:*`. */
export function isAllowed(principal: Principal, scope: Scope): boolean {
  if (principal.scopes.includes(scope)) return true;
  return scope.startsWith('admin:') && principal.scopes.includes('admin:*');
}

/** Whether the principal may read and write in this collection of its tenant, as far as its binding goes. */
export function reachesCollection({ collections }: Principal, collectionId: string): boolean {
  return collections === undefined || collections.includes(collectionId);
}

/** Narrows a text to a scope this version knows. */
export function isScope(text: string): text is Scope {
  return text === 'admin:*' || (SCOPES as readonly string[]).includes(text);
}

/** Whether `text` can name a tenant: 1 to 128 characters, none of them a space or a control character. */
export function isTenant(text: string): boolean {
  return /^[^\s\p{C}]{1,128}$/u.test(text);
}
