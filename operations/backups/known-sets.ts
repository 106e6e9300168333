/**
 * Sets that were opened, so that a target is asked for a manifest once: it does not change. A manifest names every part,
 * and one of a large installation takes tens of megabytes, so few of those are kept; what is listed of a set is small.
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

export function createKnownSets(sets: Pick<SetStore, 'open'>): KnownSets {
  const manifests = new LRUCache<string, OpenedSet>({
    maxSize: MANIFESTS_BYTES_MAX,
    sizeCalculation: ({ manifest }) => REST_BYTES + manifest.parts.length * PART_BYTES,
  });
  const listed = new LRUCache<string, Backup>({ max: LISTED_MAX });
  /** What is read while a set is forgotten may be what it was before, so it is given and not kept. */
  let forgotten = 0;
  const open = async (id: string, signal?: AbortSignal): Promise<OpenedSet> => {
    const known = manifests.get(id);
    if (known !== undefined) return known;
    const before = forgotten;
    const opened = await sets.open(id, signal);
    if (before === forgotten) manifests.set(id, opened);
    return opened;
  };
  return {
    open,
    listed: async (id, signal) => {
      const known = listed.get(id);
      if (known !== undefined) return known;
      const before = forgotten;
      const backup = toBackup(await open(id, signal), null);
      if (before === forgotten) listed.set(id, backup);
      return backup;
    },
    forget: (id) => {
      forgotten += 1;
      manifests.delete(id);
      listed.delete(id);
    },
  };
}
