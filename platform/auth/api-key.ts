/**
 * The text of an API key: `trk_live_`, 16 characters that name it, 38 that only its owner knows, 6 of a checksum. The
 * checksum lets typing errors be told apart from guesses, and scanners find leaked keys, without asking any server.
 */

import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ApiKeyKind } from '../../model/api-key.ts';
import { Problem } from '../errors.ts';

/** What is known of a key without asking anybody. */
export interface ApiKeyText {
  readonly kind: ApiKeyKind;
  /** Names the key; no secret. */
  readonly id: string;
  /** SHA-256 of the whole key in hex: what goes between processes in its place. */
  readonly digest: string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARS = 16;
/** 226 bits. */
const SECRET_CHARS = 38;
const CHECKSUM_CHARS = 6;
const FORM = new RegExp(
  `^trk_(live|test)_([0-9A-Za-z]{${ID_CHARS}})[0-9A-Za-z]{${SECRET_CHARS + CHECKSUM_CHARS}}$`,
);

/** Whether a credential says of itself that it is an API key, sound or not. */
export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith('trk_');
}

/** A new secret for the key `id`, or for a new one. */
export function makeApiKey(kind: ApiKeyKind, id = randomText(ID_CHARS)): string {
  const body = startOfApiKey({ kind, id }) + randomText(SECRET_CHARS);
  return body + checksumOf(body);
}

/** What every secret of a key begins with. */
export function startOfApiKey({ kind, id }: Pick<ApiKeyText, 'kind' | 'id'>): string {
  return `trk_${kind.toLowerCase()}_${id}`;
}

/** Throws UNAUTHENTICATED, without repeating it, for what is no key. */
export function readApiKey(text: string): ApiKeyText {
  const [, kind, id = ''] = FORM.exec(text) ?? [];
  if (kind === undefined || checksumOf(text.slice(0, -CHECKSUM_CHARS)) !== text.slice(-CHECKSUM_CHARS)) {
    const detail =
      'The API key is not whole: its checksum does not fit. Compare it with what was shown when it was made.';
    throw new Problem('UNAUTHENTICATED', detail);
  }
  return { kind: kind === 'live' ? 'LIVE' : 'TEST', id, digest: digestOf(text) };
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** CRC-32 in base 62, as GitHub's tokens have it. */
function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let at = 0; at < CHECKSUM_CHARS; at++) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

/** Each character by itself, so that none is likelier than another. */
function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
