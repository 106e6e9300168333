/** Users: people who sign in with a password, and the roles that say what they may do. */

import { SCOPES, type Scope } from './principal.ts';

export interface User {
  readonly id: string;
  readonly tenant: string;
  /** As it was given; unique in the tenant whatever its case. */
  readonly name: string;
  /** Names of roles of the tenant. */
  readonly roles: readonly string[];
  /** RFC 3339, like all moments here. */
  readonly createdAt: string;
  /** Subject of who made it. */
  readonly createdBy: string;
  readonly passwordChangedAt: string;
  readonly lastSignInAt: string | null;
  readonly disabledAt: string | null;
}

/** A named set of scopes in a tenant. */
export interface Role {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Whether every tenant has it, and nobody changes it. */
  readonly isBuiltIn: boolean;
}

const READER: readonly Scope[] = ['documents:read', 'graph:read', 'retrieval:read'];
/** Who may do everything in every installation-wide matter as well; the first user has it. */
export const OPERATOR = 'operator';

/** Who decides about personal data, and may learn what stands behind pseudonyms. */
const PRIVACY: readonly Scope[] = ['privacy:reveal', 'privacy:search'];

/**
 * An administrator has all of a tenant but what stands behind its pseudonyms, which is nobody's by default; `admin:*`,
 * which also means the whole installation, only operators have.
 */
export const BUILT_IN_ROLES: readonly Role[] = [
  { name: 'reader', scopes: READER, isBuiltIn: true },
  { name: 'editor', scopes: [...READER, 'documents:write', 'graph:write'], isBuiltIn: true },
  { name: 'administrator', scopes: SCOPES.filter((scope) => !PRIVACY.includes(scope)), isBuiltIn: true },
  { name: 'privacy-officer', scopes: [...READER, ...PRIVACY, 'admin:audit', 'admin:data'], isBuiltIn: true },
  { name: OPERATOR, scopes: [...SCOPES, 'admin:*'], isBuiltIn: true },
];

/** What users are called as subjects of tokens. */
export function subjectOfUser(id: string): string {
  return `user:${id}`;
}

/** The user's id in a subject; null for subjects that are none. */
export function userIdIn(subject: string): string | null {
  return subject.startsWith('user:') ? subject.slice('user:'.length) : null;
}

/** Equal names are one user's, however they are spelled. */
export function loginOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
