/**
 * The manifest of a backup: JSON that anybody can read and nobody without the master key can make. Whatever stands in it
 * counts only once the signature was verified. The wrapped keys stand beside what is signed, so that a new master key
 * needs no new signature: they are authenticated by their wrapping.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { invariant, Problem } from '../errors.ts';
import { type DataKey, derivedKey } from './data-key.ts';
import type { KeyWrapper, WrapOptions } from './key-wrapper.ts';

const FORMAT = 'trellis-backup/1';

const ENVELOPE = z.strictObject({
  format: z.literal(FORMAT),
  /** The first is the set's own, under which the manifest is signed; the others are of sets whose parts it reuses. */
  keys: z
    .array(z.strictObject({ id: z.string(), masterKeyId: z.string(), wrapped: z.string() }))
    .min(1)
    .max(10_000),
  manifest: z.record(z.string(), z.unknown()),
  /** HMAC-SHA-256 in base64 over the canonical form (RFC 8785) of format, key ids and manifest. */
  signature: z.string(),
});

type Envelope = z.infer<typeof ENVELOPE>;

export type ManifestValue = Readonly<Record<string, unknown>>;

export interface OpenedManifest {
  /** As it was signed; its shape is for the caller to check. */
  readonly manifest: ManifestValue;
  /** What wraps the key that it is signed with. */
  readonly masterKeyId: string;
  /** By id. */
  readonly keys: ReadonlyMap<string, DataKey>;
}

/** The bytes of a manifest, signed with the first of the keys. `manifest` holds what JSON can. */
export async function signManifest(
  manifest: ManifestValue,
  keys: readonly [DataKey, ...DataKey[]],
  wrapper: KeyWrapper,
  options: WrapOptions = {},
): Promise<Uint8Array> {
  const wrapped = await Promise.all(keys.map((key) => wrapper.wrapKey(key, options)));
  const unsigned = { format: FORMAT, keys: wrapped, manifest } as const;
  return toBytes({
    ...unsigned,
    manifest: { ...manifest },
    signature: signatureOf(unsigned, keys[0]).toString('base64'),
  });
}

/**
 * BACKUP_KEY_MISMATCH where the master key is another, BACKUP_DAMAGED where it is not as it was signed; nothing of it is
 * looked at before.
 */
export async function openManifest(
  bytes: Uint8Array,
  wrapper: KeyWrapper,
  options: WrapOptions = {},
): Promise<OpenedManifest> {
  const envelope = parseEnvelope(bytes);
  const [own, ...others] = envelope.keys;
  invariant(own, 'an envelope has a key');
  const signing = await wrapper.unwrapKey(own, options);
  const [signature, asked] = [Buffer.from(envelope.signature, 'base64'), signatureOf(envelope, signing)];
  if (signature.length !== asked.length || !timingSafeEqual(signature, asked))
    throw damaged('the signature does not fit');
  const keys = [signing, ...(await Promise.all(others.map((key) => wrapper.unwrapKey(key, options))))];
  return {
    manifest: envelope.manifest,
    masterKeyId: own.masterKeyId,
    keys: new Map(keys.map((key) => [key.id, key])),
  };
}

/** The same manifest with its keys wrapped by the master key of now. Verified before and after: it takes the other's place. */
export async function rewrapManifest(
  bytes: Uint8Array,
  wrapper: KeyWrapper,
  options: WrapOptions = {},
): Promise<Uint8Array> {
  const { keys } = await openManifest(bytes, wrapper, options);
  const wrapped = await Promise.all([...keys.values()].map((key) => wrapper.wrapKey(key, options)));
  const rewrapped = toBytes({ ...parseEnvelope(bytes), keys: wrapped });
  await openManifest(rewrapped, wrapper, options);
  return rewrapped;
}

function signatureOf(
  { format, keys, manifest }: { format: string; keys: readonly { id: string }[]; manifest: ManifestValue },
  key: DataKey,
): Buffer {
  const text = canonicalize({ format, keyIds: keys.map(({ id }) => id), manifest });
  invariant(text !== undefined, 'a manifest is JSON');
  return createHmac('sha256', derivedKey(key.bytes, 'manifest')).update(text).digest();
}

function toBytes(envelope: Envelope): Uint8Array {
  const text = canonicalize(envelope);
  invariant(text !== undefined, 'a manifest is JSON');
  return Buffer.from(`${text}\n`);
}

function parseEnvelope(bytes: Uint8Array): Envelope {
  try {
    return ENVELOPE.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    'The manifest of the backup is not as it was signed. Restore from another backup.',
    { cause },
  );
}
