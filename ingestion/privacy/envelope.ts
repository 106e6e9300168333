/**
 * A raw document as it is kept under a privacy policy: its bytes and all that the caller said of it, sealed with the
 * tenant's key. Nothing else of it is stored as it came.
 */

import type { JsonObject } from '../../model/documents.ts';
import type { Knowledge } from '../../model/knowledge.ts';
import { Problem } from '../../platform/errors.ts';
import { inOnePiece } from '../../platform/in-one-piece.ts';
import { decrypted, encrypted } from '../../platform/sealing/message.ts';
import { keyFor, type TenantKey } from '../../platform/tenant-keys/tenant-keys.ts';
import type { Revealed } from '../../text/personal-data/protect.ts';

/** What the caller said of a document. */
export interface Said {
  readonly key: string | null;
  readonly title: string | null;
  readonly metadata: JsonObject;
  readonly knowledge: Knowledge | null;
}

const LENGTH_BYTES = 4;

export async function sealDocument(key: TenantKey, said: Said, bytes: Uint8Array): Promise<Uint8Array> {
  const head = Buffer.from(JSON.stringify(said));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(head.length);
  return seal(key, Buffer.concat([length, head, bytes]));
}

/** Rejects with CONFLICT what is not as it was sealed. */
export async function openDocument(
  key: TenantKey,
  sealed: Uint8Array,
): Promise<{ readonly said: Said; readonly bytes: Uint8Array }> {
  const plain = await unseal(key, sealed);
  const behind = LENGTH_BYTES + plain.readUInt32BE(0);
  return {
    said: JSON.parse(plain.toString('utf8', LENGTH_BYTES, behind)) as Said,
    bytes: new Uint8Array(plain.subarray(behind)),
  };
}

/** In base64, with the key's id before it; empty for none. */
export async function sealPseudonyms(
  key: TenantKey,
  pseudonyms: readonly (readonly [string, Revealed])[],
): Promise<string> {
  if (pseudonyms.length === 0) return '';
  const sealed = await seal(key, Buffer.from(JSON.stringify(pseudonyms)));
  return `${key.id}:${Buffer.from(sealed).toString('base64')}`;
}

export function keyOfPseudonyms(sealed: string): string {
  return sealed.slice(0, sealed.indexOf(':'));
}

export async function openPseudonyms(key: TenantKey, sealed: string): Promise<ReadonlyMap<string, Revealed>> {
  const plain = await unseal(key, Buffer.from(sealed.slice(sealed.indexOf(':') + 1), 'base64'));
  return new Map(JSON.parse(plain.toString('utf8')) as readonly (readonly [string, Revealed])[]);
}

async function seal(key: TenantKey, plain: Uint8Array): Promise<Uint8Array> {
  return joined(encrypted(inOnePiece(plain), messageKey(key)));
}

async function unseal(key: TenantKey, sealed: Uint8Array): Promise<Buffer> {
  try {
    return await joined(decrypted(inOnePiece(sealed), messageKey(key)));
  } catch (cause) {
    throw new Problem('CONFLICT', 'What was sealed is not as it was written. Send the document again.', {
      cause,
    });
  }
}

function messageKey(key: TenantKey) {
  return { id: key.id, bytes: keyFor(key, 'contents') };
}

async function joined(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
