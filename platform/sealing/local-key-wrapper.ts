/** Master keys that are secrets of this installation: one that wraps, and those before it, which only unwrap. */

import { createHash } from 'node:crypto';
import { derivedKey, KEY_BYTES } from './data-key.ts';
import type { KeyWrapper } from './key-wrapper.ts';
import { decryptText, encryptText, type MessageKey } from './message.ts';
import { masterKeyNotKnown, wrappedKeyDamaged } from './wrapping-refusals.ts';

/** Digits of a master key's id, in hex: enough to tell an operator's keys apart. */
const ID_DIGITS = 16;

export interface LocalKeyWrapperOptions {
  /** 32 bytes each. */
  readonly current: Uint8Array;
  readonly previous?: readonly Uint8Array[];
}

export function createLocalKeyWrapper({ current, previous = [] }: LocalKeyWrapperOptions): KeyWrapper {
  const wrapping = wrappingKeyOf(current);
  const known = new Map([wrapping, ...previous.map(wrappingKeyOf)].map((key) => [key.id, key]));
  return {
    masterKeyIds: () => [...known.keys()],
    wrapKey: async ({ id, bytes }) => {
      const wrapped = await encryptText(wrapping, bytes, contextOf(id));
      return { id, masterKeyId: wrapping.id, wrapped: Buffer.from(wrapped).toString('base64') };
    },
    unwrapKey: async ({ id, masterKeyId, wrapped }) => {
      const key = known.get(masterKeyId);
      if (key === undefined) throw masterKeyNotKnown(masterKeyId, [...known.keys()]);
      const bytes = await decryptText(key, Buffer.from(wrapped, 'base64'), contextOf(id)).catch((cause) => {
        throw wrappedKeyDamaged(cause);
      });
      if (bytes.length !== KEY_BYTES) throw wrappedKeyDamaged(new Error(`it has ${bytes.length} bytes`));
      return { id, bytes: new Uint8Array(bytes) };
    },
  };
}

/** 32 bytes in base64, as `openssl rand -base64 32` prints them; null for anything else. */
export function parseMasterKey(text: string): Uint8Array | null {
  const bytes = Buffer.from(text.trim(), 'base64');
  const written = bytes.toString('base64').replaceAll('=', '');
  const asked = text.trim().replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/');
  return bytes.length === KEY_BYTES && written === asked ? new Uint8Array(bytes) : null;
}

/** The id is a hash of a key derived for nothing else, so that it tells nothing of the master key. */
function wrappingKeyOf(master: Uint8Array): MessageKey {
  const digits = createHash('sha256').update(derivedKey(master, 'master key id')).digest('hex');
  return { id: digits.slice(0, ID_DIGITS), bytes: derivedKey(master, 'key wrapping') };
}

function contextOf(id: string) {
  return { purpose: 'backup key', id };
}
