/** Parts that earlier sets have written, those that were cut off included: what is there need not be written again. */

import type { DataKey } from '../../platform/sealing/data-key.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import type { PartEntry } from './manifest.ts';

export interface KnownParts {
  /** The part of this kind with just these bytes, if it is still there. */
  find(kind: string, plainSha256: string, signal: AbortSignal): Promise<PartEntry | null>;
  /** The keys of those that were found. */
  keysUsed(): readonly DataKey[];
}

/** A set or draft whose signature was verified. */
export interface SignedParts {
  readonly parts: readonly PartEntry[];
  readonly keys: ReadonlyMap<string, DataKey>;
}

export function createKnownParts(target: BackupTarget, sets: readonly SignedParts[]): KnownParts {
  const known = new Map<string, { readonly entry: PartEntry; readonly key: DataKey }>();
  for (const { parts, keys } of sets) {
    for (const entry of parts) {
      const key = keys.get(entry.keyId);
      if (key !== undefined) known.set(`${entry.kind} ${entry.plainSha256}`, { entry, key });
    }
  }
  const used = new Map<string, DataKey>();
  return {
    find: async (kind, plainSha256, signal) => {
      const found = known.get(`${kind} ${plainSha256}`);
      if (found === undefined) return null;
      const object = await target.stat(found.entry.name, { signal });
      if (object?.bytes !== found.entry.cipherBytes) return null;
      used.set(found.key.id, found.key);
      return found.entry;
    },
    keysUsed: () => [...used.values()],
  };
}
