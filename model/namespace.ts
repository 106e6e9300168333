/** What tells several installations apart that lie on the same servers: a whole restore goes beside what is served. */

import { randomBytes } from 'node:crypto';

/**
 * '' is the first: the one that is there without any restore, whose names carry nothing. Any other is a lower-case name,
 * `r` with letters and digits, of at most 24 characters, which labels, collections, folders and keys can all carry.
 */
export type Namespace = string;

export const FIRST_NAMESPACE: Namespace = '';

const LATER = /^r[a-z0-9]{1,23}$/;
/** So that two that begin in one second are not the same. */
const CHANCE_BYTES = 4;

export function isNamespace(text: string): text is Namespace {
  return text === FIRST_NAMESPACE || LATER.test(text);
}

/** A name that no other has: when it was made, which whoever looks at a server can read, and chance. */
export function newNamespace(now: Date): Namespace {
  const second = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return `r${second}${randomBytes(CHANCE_BYTES).toString('hex')}`;
}
