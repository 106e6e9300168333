/**
 * Identity. Every id is a hash of what makes the thing itself, tenant first, so the same input is the
 * same thing on every run and on every engine, and no id of one tenant can be guessed from another's.
 */

import { hash } from 'node:crypto';

type IdPrefix =
  | 'col'
  | 'doc'
  | 'chk'
  | 'ent'
  | 'rel'
  | 'nam'
  | 'sub'
  | 'usr'
  | 'rol'
  | 'pol'
  | 'hld'
  | 'pdp'
  | 'met';

/** `prefix_` and 128 bits of SHA-256 over the length-prefixed parts, in base64url (22 characters). */
export function stableId(prefix: IdPrefix, ...parts: readonly string[]): string {
  const whole = parts.map((part) => `${part.length}:${part}`).join('');
  return `${prefix}_${hash('sha256', whole, 'base64url').slice(0, 22)}`;
}

export function collectionId(tenant: string, name: string): string {
  return stableId('col', tenant, name);
}

/** The caller's key identifies a document where there is one, its content otherwise. */
export function documentId(
  collection: string,
  identity: { readonly key: string } | { readonly contentHash: string },
): string {
  return 'key' in identity
    ? stableId('doc', collection, 'key', identity.key)
    : stableId('doc', collection, 'content', identity.contentHash);
}

/** Equal text in one document gives equal ids but for `occurrence` (0 for the first), so an edit elsewhere changes none. */
export function chunkId(document: string, text: string, occurrence: number): string {
  return stableId('chk', document, text, String(occurrence));
}

/** `key` is the canonical key of the entity's name. */
export function entityId(tenant: string, key: string): string {
  return stableId('ent', tenant, key);
}

export function nameId(tenant: string, key: string): string {
  return stableId('nam', tenant, key);
}

export function relationshipId(source: string, type: string, target: string): string {
  return stableId('rel', source, type, target);
}

/** `login` is the canonical form of the user's name. */
export function userId(tenant: string, login: string): string {
  return stableId('usr', tenant, login);
}

export function roleId(tenant: string, name: string): string {
  return stableId('rol', tenant, name);
}

/** `sha256:` and hex over raw bytes. */
export function contentHash(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}
