/**
 * Sets that were opened, so that a target gives each manifest once. One is looked for each time, which reads nothing of it:
 * another process may have removed it, or wrapped its keys anew. A manifest names every part, and one of a large
 * installation takes tens of megabytes, so few of those are kept; what is listed of a set is small.
 */

import { LRUCache } from 'lru-cache';
import type { Backup } from '../../model/backup.ts';
import { type OpenedSet, type SetStore, toBackup } from './set-store.ts';

/** Memory of the manifests that are kept, in bytes, and about what a part and all else of one take. */
const MANIFESTS_BYTES_MAX = 64 << 20;
const PART_BYTES = 600;
const REST_BYTES = 16 << 10;
/** Sets of which it is kept what is listed. */
const LISTED_MAX = 10_000;

export interface KnownSets {
  /** As the store's `open`. */
  open(id: string, signal?: AbortSignal): Promise<OpenedSet>;
  /** What is listed of it, without its verification, which may change. */
  listed(id: string, signal?: AbortSignal): Promise<Backup>;
  /** It was removed, or its keys were wrapped anew. */
  forget(id: string): void;
}

/** What was read, and of which manifest. */
interface Known<Value extends object> {
  readonly version: string | null;
  readonly value: Value;
}

export function createKnownSets(sets: Pick<SetStore, 'open' | 'versionOf'>): KnownSets {
  const manifests = new LRUCache<string, Known<OpenedSet>>({
    maxSize: MANIFESTS_BYTES_MAX,
    sizeCalculation: ({ value: { manifest } }) => REST_BYTES + manifest.parts.length * PART_BYTES,
  });
  const listed = new LRUCache<string, Known<Backup>>({ max: LISTED_MAX });
  /** What is read while a set is forgotten may be what it was before, so it is given and not kept. */
  let forgotten = 0;
  const kept = async <Value extends object>(
    cache: LRUCache<string, Known<Value>>,
    { id, version }: { readonly id: string; readonly version: string | null },
    read: () => Promise<Value>,
  ): Promise<Value> => {
    const known = cache.get(id);
    if (known !== undefined && version !== null && known.version === version) return known.value;
    const before = forgotten;
    const value = await read();
    // Read of another than this version at the most: then the next look finds that out.
    if (before === forgotten) cache.set(id, { version, value });
    return value;
  };
  const openAs = (id: string, version: string | null, signal?: AbortSignal): Promise<OpenedSet> =>
    kept(manifests, { id, version }, () => sets.open(id, signal));
  return {
    open: async (id, signal) => openAs(id, await sets.versionOf(id, signal), signal),
    listed: async (id, signal) => {
      const version = await sets.versionOf(id, signal);
      return kept(listed, { id, version }, async () => toBackup(await openAs(id, version, signal), null));
    },
    forget: (id) => {
      forgotten += 1;
      manifests.delete(id);
      listed.delete(id);
    },
  };
}
