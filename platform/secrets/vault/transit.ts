/** Keys wrapped by Vault's transit engine, whose own key never leaves it. */

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../errors.ts';
import type { KeyWrapper } from '../key-wrapper.ts';
import { pathOf, VaultRefusal } from './vault-http.ts';
import type { VaultSession } from './vault-session.ts';

const PLAIN = z.object({ data: z.object({ plaintext: z.base64() }) });
const WRAPPED = z.object({ data: z.object({ ciphertext: z.string() }) });
/** AES-256. */
const KEY_BYTES = 32;

export interface TransitOptions {
  readonly session: Pick<VaultSession, 'ask'>;
  readonly mount: string;
  readonly key: string;
}

export function createTransit({ session, mount, key }: TransitOptions): KeyWrapper {
  const ask = (verb: 'encrypt' | 'decrypt', body: Readonly<Record<string, unknown>>, boundTo: string) =>
    session
      .ask({ method: 'POST', path: pathOf(mount, verb, key), body: { ...body, ...bound(boundTo) } })
      .catch((error: unknown) => {
        throw error instanceof VaultRefusal ? refused(key, error) : error;
      });
  const wrap = async (plain: Buffer, boundTo: string): Promise<string> => {
    const answer = await ask('encrypt', { plaintext: plain.toString('base64') }, boundTo);
    return WRAPPED.parse(answer).data.ciphertext;
  };
  return {
    name: `${mount}/${key}`,
    // Made here: Vault's own `datakey` does not say that it would bind the key to anything.
    makeKey: async (boundTo) => {
      const plain = randomBytes(KEY_BYTES);
      return { plain, wrapped: await wrap(plain, boundTo) };
    },
    wrap,
    unwrap: async (wrapped, boundTo) => {
      const answer = await ask('decrypt', { ciphertext: wrapped }, boundTo);
      return Buffer.from(PLAIN.parse(answer).data.plaintext, 'base64');
    },
  };
}

/** Authenticated with the key, and not secret. */
function bound(to: string) {
  return { associated_data: Buffer.from(to).toString('base64') };
}

function refused(key: string, cause: VaultRefusal): Problem {
  // 400 is a ciphertext that is none of this key's; anything else is about who asks.
  return cause.status === 400
    ? new Problem(
        'CONFLICT',
        `The transit key "${key}" does not open this: it was wrapped by another key, for something else, or is damaged (${cause.message}).`,
        { cause },
      )
    : new Problem(
        'UNAVAILABLE',
        `The transit key "${key}" cannot be used (${cause.message}). Check the policy.`,
        {
          cause,
        },
      );
}
