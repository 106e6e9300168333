/** Parts that earlier sets have written, those that were cut off included: what is there need not be written again. */

import type { DataKey } from '../../platform/sealing/data-key.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import { objectsOf, type PartEntry, setOfPart } from './manifest.ts';

export interface KnownParts {
  /** The part of this kind with just these bytes, if it is still there. */
  find(kind: string, plainSha256: string): PartEntry | null;
  /** The keys of those that were found. */
  keysUsed(): readonly DataKey[];
}

/** A set or draft whose signature was verified. */
export interface SignedParts {
  readonly parts: readonly PartEntry[];
  readonly keys: ReadonlyMap<string, DataKey>;
}

/** What is still there is asked of whole folders: once now, and once before it is relied on. */
export async function findKnownParts(
  target: BackupTarget,
  sets: readonly SignedParts[],
  signal: AbortSignal,
): Promise<KnownParts> {
  const there = await sizesOf(
    target,
    sets.flatMap(({ parts }) => parts),
    signal,
  );
  const known = new Map<string, { readonly entry: PartEntry; readonly key: DataKey }>();
  for (const { parts, keys } of sets) {
    for (const entry of parts) {
      const key = keys.get(entry.keyId);
      const isThere = there.get(entry.name) === entry.cipherBytes;
      if (key !== undefined && isThere) known.set(`${entry.kind} ${entry.plainSha256}`, { entry, key });
    }
  }
  const used = new Map<string, DataKey>();
  return {
    find: (kind, plainSha256) => {
      const found = known.get(`${kind} ${plainSha256}`);
      if (found === undefined) return null;
      used.set(found.key.id, found.key);
      return found.entry;
    },
    keysUsed: () => [...used.values()],
  };
}

/** Whether all of them are there, and as long as they are said to be. */
export async function areThere(
  target: BackupTarget,
  parts: readonly PartEntry[],
  signal: AbortSignal,
): Promise<boolean> {
  const sizes = await sizesOf(target, parts, signal);
  return parts.every(({ name, cipherBytes }) => sizes.get(name) === cipherBytes);
}

/** Bytes of the parts that are there, by their names. */
async function sizesOf(
  target: BackupTarget,
  parts: readonly PartEntry[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const folders = new Set(parts.map(({ name }) => objectsOf(setOfPart(name)).parts));
  const sizes = new Map<string, number>();
  for (const folder of folders)
    for await (const { name, bytes } of target.list(folder, { signal })) sizes.set(name, bytes);
  return sizes;
}
