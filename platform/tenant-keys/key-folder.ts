/** Tenants' keys as files that only their owner may read; wrapped, where something is configured that wraps. */

import { hash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { placeSecret, readSecret, removeSecret } from '../auth/secret-file.ts';
import { Problem } from '../errors.ts';
import type { KeyWrapper } from '../sealing/key-wrapper.ts';
import type { TenantKey, TenantKeys } from './tenant-keys.ts';

const BYTES = 32;
/** Unwrapped keys that are held: each is compared with its file whenever it is used. */
const HELD_MAX = 100;

const FILE = z.object({
  id: z.string().min(1),
  tenant: z.string(),
  createdAt: z.string(),
  /** In base64, or as the wrapper wrote it. */
  key: z.string().min(1),
  wrappedBy: z.string().nullable(),
});

export interface KeyFolderOptions {
  readonly directory: string;
  /** Null to keep keys as they are, in files that only their owner may read. */
  readonly wrapper: KeyWrapper | null;
  readonly now: () => Date;
}

export function createKeyFolder({ directory, wrapper, now }: KeyFolderOptions): TenantKeys {
  const held = new LRUCache<string, TenantKey & { readonly text: string }>({ max: HELD_MAX });
  const fileOf = (tenant: string) => ({
    directory,
    name: fileName(tenant),
    what: `key of tenant "${tenant}"`,
  });

  const find = async (tenant: string): Promise<TenantKey | null> => {
    const text = await readSecret(fileOf(tenant));
    if (text === null) {
      held.delete(tenant);
      return null;
    }
    const known = held.get(tenant);
    if (known?.text === text) return known;
    const key = { ...(await opened(text, tenant, wrapper)), text };
    held.set(tenant, key);
    return key;
  };
  return {
    find,
    open: async (tenant) => {
      const found = await find(tenant);
      if (found !== null) return found;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const id = randomUUID();
      const made = await madeKey(id, tenant, wrapper);
      await placeSecret(
        fileOf(tenant),
        JSON.stringify({ id, tenant, createdAt: now().toISOString(), ...made }),
      );
      // What is there now, not what was made here: another process may have come first.
      return (await find(tenant)) ?? (await refuseGone(tenant));
    },
    destroy: async (tenant) => {
      held.delete(tenant);
      const text = await readSecret(fileOf(tenant));
      if (text === null) return null;
      await overwrite(join(directory, fileName(tenant)), text.length);
      await removeSecret(fileOf(tenant));
      return FILE.safeParse(parsed(text)).data?.id ?? null;
    },
  };
}

/** Any text can name a tenant, and not every one a file. */
function fileName(tenant: string): string {
  return `${hash('sha256', tenant, 'hex').slice(0, 40)}.key`;
}

async function madeKey(id: string, tenant: string, wrapper: KeyWrapper | null) {
  if (wrapper === null) return { key: randomBytes(BYTES).toString('base64'), wrappedBy: null };
  const bytes = randomBytes(BYTES);
  const { wrapped, masterKeyId } = await wrapper.wrapKey({ id: boundTo(id, tenant), bytes });
  return { key: wrapped, wrappedBy: masterKeyId };
}

function boundTo(id: string, tenant: string): string {
  return `trellis privacy ${id} ${tenant}`;
}

async function opened(text: string, tenant: string, wrapper: KeyWrapper | null): Promise<TenantKey> {
  const file = FILE.safeParse(parsed(text)).data;
  if (file === undefined || file.tenant !== tenant) throw damaged(tenant);
  const { id, key, wrappedBy } = file;
  if (wrappedBy !== null && wrapper === null)
    throw new Problem(
      'CONFLICT',
      `The key of tenant "${tenant}" is wrapped by ${wrappedBy}, which is not configured here. Set TRELLIS_VAULT_URL and TRELLIS_VAULT_TRANSIT_KEY as they were.`,
    );
  const bytes =
    wrappedBy === null || wrapper === null
      ? Buffer.from(key, 'base64')
      : (await wrapper.unwrapKey({ id: boundTo(id, tenant), masterKeyId: wrappedBy, wrapped: key })).bytes;
  if (bytes.length !== BYTES) throw damaged(tenant);
  return { id, bytes: new Uint8Array(bytes) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function damaged(tenant: string): Problem {
  return new Problem(
    'CONFLICT',
    `The file with the key of tenant "${tenant}" is damaged. Put a copy of it back, or destroy the key.`,
  );
}

async function refuseGone(tenant: string): Promise<never> {
  throw new Problem('CONFLICT', `The key of tenant "${tenant}" was destroyed while it was made. Try again.`);
}

/** As far as the disk writes where it wrote before. */
async function overwrite(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(randomBytes(length), 0, length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
