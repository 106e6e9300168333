/** Who is asking: a tenant, a subject and what they may do. */

export const SCOPES = [
  'documents:read',
  'documents:write',
  'graph:read',
  'graph:write',
  'retrieval:read',
  'admin:read',
  'admin:keys',
  'admin:backups',
  'admin:data',
  'admin:users',
] as const;

/** One permission. `admin:*` grants every `admin:` scope. */
export type Scope = (typeof SCOPES)[number] | 'admin:*';

/** Everything a request may do comes from here; nothing crosses `tenant`. */
export interface Principal {
  readonly subject: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
}

/** Whether the principal holds `scope`, directly or by `admin:*`. */
export function isAllowed(principal: Principal, scope: Scope): boolean {
  if (principal.scopes.includes(scope)) return true;
  return scope.startsWith('admin:') && principal.scopes.includes('admin:*');
}

/** Narrows a text to a scope this version knows. */
export function isScope(text: string): text is Scope {
  return text === 'admin:*' || (SCOPES as readonly string[]).includes(text);
}

/** Whether `text` can name a tenant: 1 to 128 characters, none of them a space or a control character. */
export function isTenant(text: string): boolean {
  return /^[^\s\p{C}]{1,128}$/u.test(text);
}
