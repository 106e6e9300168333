/** Keys wrapped by the transit engine of Vault or OpenBao, whose own keys never leave it. */

import { createHash } from 'node:crypto';
import { bulkhead } from 'cockatiel';
import { z } from 'zod';
import { Problem } from '../../errors.ts';
import { KEY_BYTES } from '../../sealing/data-key.ts';
import type { KeyWrapper, WrapOptions } from '../../sealing/key-wrapper.ts';
import { masterKeyNotKnown, TRANSIT, wrappedKeyDamaged } from '../../sealing/wrapping-refusals.ts';
import { pathOf, VaultRefusal } from './vault-http.ts';
import type { VaultSession } from './vault-session.ts';

const PLAIN = z.object({ data: z.object({ plaintext: z.base64() }) });
const CIPHERTEXT = z.object({ data: z.object({ ciphertext: z.string() }) });
/** Requests at once: a target may hold hundreds of sets with several keys each. */
const AT_ONCE = 8;
/** Digits of the sum behind a ciphertext, in hex. */
const SUM_DIGITS = 16;
const WRAPPED = new RegExp(`^(vault:v\\d+:.+)\\.([0-9a-f]{${SUM_DIGITS}})$`);

export interface TransitOptions {
  readonly session: Pick<VaultSession, 'ask'>;
  readonly mount: string;
  /** Names of keys: the one that wraps, and those that wrapped earlier. */
  readonly current: string;
  readonly previous?: readonly string[];
}

export function createTransit({ session, mount, current, previous = [] }: TransitOptions): KeyWrapper {
  const names = new Map([current, ...previous].map((name) => [`${TRANSIT}${mount}/${name}`, name]));
  const masterKeyIds = [...names.keys()];
  const few = bulkhead(AT_ONCE, Number.POSITIVE_INFINITY);
  const ask = (verb: 'encrypt' | 'decrypt', name: string, body: Body, { signal }: WrapOptions) =>
    few
      .execute(() => session.ask({ method: 'POST', path: pathOf(mount, verb, name), body, signal }), signal)
      .catch((error: unknown) => {
        throw error instanceof VaultRefusal ? refused(verb, `${mount}/${name}`, error) : error;
      });
  return {
    masterKeyIds: () => masterKeyIds,
    // Made here: Vault's own `datakey` does not say that it would bind the key to anything.
    wrapKey: async ({ id, bytes }, options = {}) => {
      const body = { plaintext: Buffer.from(bytes).toString('base64'), ...boundTo(id) };
      const { ciphertext } = CIPHERTEXT.parse(await ask('encrypt', current, body, options)).data;
      const masterKeyId = `${TRANSIT}${mount}/${current}`;
      return { id, masterKeyId, wrapped: `${ciphertext}.${sumOf(id, ciphertext)}` };
    },
    unwrapKey: async ({ id, masterKeyId, wrapped }, options = {}) => {
      const name = names.get(masterKeyId);
      if (name === undefined) throw masterKeyNotKnown(masterKeyId, masterKeyIds);
      const body = { ciphertext: ciphertextIn(id, wrapped), ...boundTo(id) };
      const { plaintext } = PLAIN.parse(await ask('decrypt', name, body, options)).data;
      const bytes = Buffer.from(plaintext, 'base64');
      if (bytes.length !== KEY_BYTES) throw wrappedKeyDamaged(new Error(`it has ${bytes.length} bytes`));
      return { id, bytes: new Uint8Array(bytes) };
    },
  };
}

type Body = Readonly<Record<string, string>>;

/** Authenticated with the key, and not secret. */
function boundTo(id: string): Body {
  return { associated_data: Buffer.from(`backup key ${id}`).toString('base64') };
}

/**
 * Vault says the same of a ciphertext that was damaged and of one that another key of that name made, in another Vault
 * or before it was made anew. The sum tells them apart, so that who restores is told what to look for; it proves nothing.
 */
function sumOf(id: string, ciphertext: string): string {
  return createHash('sha256').update(`${id}\n${ciphertext}`).digest('hex').slice(0, SUM_DIGITS);
}

function ciphertextIn(id: string, wrapped: string): string {
  const [, ciphertext = '', sum] = WRAPPED.exec(wrapped) ?? [];
  if (sum === undefined || sum !== sumOf(id, ciphertext))
    throw wrappedKeyDamaged(new Error('its sum does not fit'));
  return ciphertext;
}

function refused(verb: 'encrypt' | 'decrypt', key: string, cause: VaultRefusal): Problem {
  // Of what is as it was written, 400 and 404 say that the key is none of this Vault's, or a version that was retired.
  if (verb === 'decrypt' && [400, 404].includes(cause.status))
    return new Problem(
      'BACKUP_KEY_MISMATCH',
      `The backup was sealed with the key ${key} of a transit engine, and the one of that name does not open it (${cause.message}). Set TRELLIS_VAULT_URL to the Vault that sealed it, put its key back there, or lower the key's min_decryption_version.`,
      { cause },
    );
  return new Problem(
    'UNAVAILABLE',
    `The transit key ${key} cannot be used (${cause.message}). See that it is there, and that the policy gives "update" on ${verb}.`,
    { cause },
  );
}
