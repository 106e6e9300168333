/**
 * Passwords: argon2id by Node's own OpenSSL, off the event loop, stored as a PHC string that names its parameters, so
 * that stronger ones can follow. A check takes as long for a user that there is not.
 */

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { badInput, Problem } from '../errors.ts';

export interface Passwords {
  /** A PHC string. */
  hash(password: string): Promise<string>;
  /** `kept` is null where there is no such user: it takes as long, and is never right. */
  check(password: string, kept: string | null): Promise<PasswordVerdict>;
}

export interface PasswordVerdict {
  readonly isRight: boolean;
  /** Whether it is kept with less than is used now, and wants to be hashed anew. */
  readonly isWeak: boolean;
}

export interface Argon2Cost {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The first of OWASP's choices that asks for little memory: 19 MiB and two passes. */
const COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Hashes at a time, each with a thread of Node's pool and its memory; and how many more may wait. */
const AT_ONCE = 2;
const WAITING_MAX = 100;
const RETRY_AFTER_MS = 1_000;

export const PASSWORD_CHARS_MIN = 12;
const PASSWORD_CHARS_MAX = 1_000;
/** Fewer different characters are a pattern. */
const DIFFERENT_CHARS_MIN = 5;

/** Throws BAD_INPUT, naming the field and never the password. */
export function checkNewPassword(password: string, name: string, field = 'input.password'): void {
  const length = [...password].length;
  if (length < PASSWORD_CHARS_MIN)
    throw badInput(field, `has ${length} characters and must have at least ${PASSWORD_CHARS_MIN}.`);
  if (length > PASSWORD_CHARS_MAX)
    throw badInput(field, `has ${length} characters and may have ${PASSWORD_CHARS_MAX}.`);
  if (new Set(password).size < DIFFERENT_CHARS_MIN)
    throw badInput(field, `has fewer than ${DIFFERENT_CHARS_MIN} different characters. Choose another one.`);
  if (password.toLowerCase().includes(name.trim().toLowerCase()) && name.trim().length > 3)
    throw badInput(field, 'contains the name. Choose another one.');
}

export function createPasswords(cost: Argon2Cost = COST): Passwords {
  const few = bulkhead(AT_ONCE, WAITING_MAX);
  const derived = async (password: string, salt: Uint8Array, by: Argon2Cost): Promise<Buffer> =>
    few
      .execute(() => derive('argon2id', { message: password.normalize('NFKC'), nonce: salt, ...tagOf(by) }))
      .catch((error: unknown) => {
        throw error instanceof BulkheadRejectedError ? tooMany(error) : error;
      });
  const hash: Passwords['hash'] = async (password) => {
    const salt = randomBytes(SALT_BYTES);
    return toPhc({ cost, salt, tag: await derived(password, salt, cost) });
  };
  return {
    hash,
    check: async (password, kept) => {
      if (password.length > PASSWORD_CHARS_MAX * 2) return { isRight: false, isWeak: false };
      const known = kept === null ? null : readPhc(kept);
      const { salt, tag, cost: keptCost } = known ?? { salt: randomBytes(SALT_BYTES), tag: NO_TAG, cost };
      const isEqual = timingSafeEqual(await derived(password, salt, keptCost), tag);
      return { isRight: isEqual && known !== null, isWeak: isWeaker(keptCost, cost) };
    },
  };
}

const derive = promisify(argon2);
const NO_TAG = Buffer.alloc(TAG_BYTES);

function tagOf(cost: Argon2Cost) {
  return { ...cost, tagLength: TAG_BYTES };
}

function isWeaker(kept: Argon2Cost, now: Argon2Cost): boolean {
  return kept.memory < now.memory || kept.passes < now.passes;
}

function tooMany(cause: unknown): Problem {
  return new Problem('TOO_MANY_REQUESTS', 'Too many passwords are checked at this moment. Try again.', {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

interface Kept {
  readonly cost: Argon2Cost;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/** https://github.com/P-H-C/phc-string-format */
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/;

function toPhc({ cost: { memory, passes, parallelism }, salt, tag }: Kept): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(salt)}$${bare(tag)}`;
}

function readPhc(text: string): Kept {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(text) ?? [];
  if (memory === undefined) throw new Error('a kept password is no PHC string of argon2id');
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

function bare(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
