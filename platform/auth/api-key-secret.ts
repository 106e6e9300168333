/**
 * The server's secret behind stored API keys: what is stored is a keyed hash, so a copy of the graph alone does not
 * tell whether a guessed key is one.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { invariant, Problem } from '../errors.ts';
import { openSecretFile } from './secret-file.ts';

export interface ApiKeySecret {
  /** Reads the secret, or makes it at first start. */
  open(): Promise<void>;
  /** What is stored of a key, in hex. */
  hashOf(digest: string): string;
  /** In constant time. */
  matches(digest: string, hash: string): boolean;
  /** Names this secret, and tells nothing of it: keys made under another one cannot be checked. */
  name(): string;
}

export interface ApiKeySecretOptions {
  /** Where its file is, mode 0600, unless it is given. */
  readonly directory: string;
  readonly given?: string | undefined;
}

const FILE = 'api-key-secret';
const BYTES = 32;
const NAME_CHARS = 12;

export function createApiKeySecret({ directory, given }: ApiKeySecretOptions): ApiKeySecret {
  let secret = given;
  const hmac = (text: string): Buffer => {
    invariant(secret, 'the secret of API keys is used before it is opened');
    return createHmac('sha256', secret).update(text).digest();
  };
  return {
    open: async () => {
      secret ??= await openSecretFile({ directory, name: FILE, what: 'secret of API keys' }, async () =>
        randomBytes(BYTES).toString('base64url'),
      );
      if (secret.length >= BYTES) return;
      throw new Problem('CONFLICT', `The secret of API keys has fewer than ${BYTES} characters. Restore it.`);
    },
    hashOf: (digest) => hmac(digest).toString('hex'),
    matches: (digest, hash) => {
      const [ours, theirs] = [hmac(digest), Buffer.from(hash, 'hex')];
      return ours.length === theirs.length && timingSafeEqual(ours, theirs);
    },
    name: () => hmac('name of this secret').toString('hex').slice(0, NAME_CHARS),
  };
}
