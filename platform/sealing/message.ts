/**
 * How bytes are encrypted: messages of the AWS Encryption SDK under a 256-bit key of ours. A message has a key of its
 * own and is a chain of numbered AES-GCM frames, of which each is verified before any of it is handed out.
 */

import { createRequire } from 'node:module';
import { pumped } from './pumped.ts';

/** What is verified at once, in bytes, and so held in memory. The default of 4 KiB is five times slower. */
const FRAME_BYTES = 1 << 20;

const require = createRequire(import.meta.url);
let opened: ReturnType<typeof openSdk> | undefined;

/** Loaded with the first message: commands and servers that seal nothing start sooner without its two hundred files. */
function sdk() {
  opened ??= openSdk();
  return opened;
}

function openSdk() {
  const { buildDecrypt } = require('@aws-crypto/decrypt-node') as typeof import('@aws-crypto/decrypt-node');
  const { buildEncrypt } = require('@aws-crypto/encrypt-node') as typeof import('@aws-crypto/encrypt-node');
  const { AlgorithmSuiteIdentifier, CommitmentPolicy } =
    require('@aws-crypto/material-management-node') as typeof import('@aws-crypto/material-management-node');
  const keyrings =
    require('@aws-crypto/raw-aes-keyring-node') as typeof import('@aws-crypto/raw-aes-keyring-node');
  const policy = {
    commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    maxEncryptedDataKeys: 1,
  };
  return {
    /** AES-256-GCM, HKDF-SHA-512 and key commitment: a message opens under one key only. */
    suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
    ...buildEncrypt(policy),
    ...buildDecrypt(policy),
    ...keyrings,
  };
}

export interface MessageKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

export function encrypted(plain: AsyncIterable<Uint8Array>, key: MessageKey): AsyncIterable<Uint8Array> {
  const { encryptStream, suiteId } = sdk();
  return pumped(plain, encryptStream(keyringOf(key), { suiteId, frameLength: FRAME_BYTES }));
}

/** Fails on the first frame that is not as it was written, out of its place or missing; not on what follows the last. */
export function decrypted(cipher: AsyncIterable<Uint8Array>, key: MessageKey): AsyncIterable<Uint8Array> {
  return pumped(cipher, sdk().decryptUnsignedMessageStream(keyringOf(key), { maxBodySize: FRAME_BYTES }));
}

/** A short text, bound to `context`, which must be the same when it is opened. */
export async function encryptText(
  key: MessageKey,
  plain: Uint8Array,
  context: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { encrypt, suiteId } = sdk();
  const { result } = await encrypt(keyringOf(key), plain, {
    suiteId,
    encryptionContext: { ...context },
  });
  return result;
}

/** Rejects when it is not what was encrypted under this key and for this context. */
export async function decryptText(
  key: MessageKey,
  cipher: Uint8Array,
  context: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { plaintext, messageHeader } = await sdk().decrypt(keyringOf(key), cipher);
  for (const [name, value] of Object.entries(context))
    if (messageHeader.encryptionContext[name] !== value) throw new Error(`The message has another ${name}.`);
  return plaintext;
}

function keyringOf({ id, bytes }: MessageKey) {
  const { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } = sdk();
  return new RawAesKeyringNode({
    keyNamespace: 'trellis',
    keyName: id,
    // The library wants bytes that share no memory with others.
    unencryptedMasterKey: new Uint8Array(bytes),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}
