/** Takes a set away: first the manifest, so that it is no backup any more, then the parts that no other set uses. */

import type { Backup } from '../../model/backup.ts';
import { objectsOf } from './manifest.ts';
import type { SetStore } from './set-store.ts';

/**
 * For whoever holds the lease of backups: a run may be about to reuse a part. Cut off, what is left is listed as a backup
 * that was cancelled, which can be removed again.
 */
export async function removeSet(sets: SetStore, backup: Backup, now: Date): Promise<void> {
  const { target } = sets;
  const { id, scope, createdBy, startedAt } = backup;
  const { manifest, verification, parts } = objectsOf(id);
  const used = await partsUsedBy(sets, (other) => other !== id);
  // Parts that it reused lie with sets that may be gone already. One that cannot be read can be removed all the same.
  const own = new Set(await sets.partsUsed(id).catch(() => []));
  await sets.tell({
    ...{ id, scope, createdBy, startedAt },
    state: 'CANCELLED',
    toldAt: now.toISOString(),
    progress: null,
    problem: 'It was being removed. Remove it again.',
  });
  await target.remove(manifest);
  await target.remove(verification);
  for await (const { name } of target.list(parts)) own.add(name);
  for (const name of own) if (!used.has(name)) await target.remove(name);
  await sets.tidy(id);
}

/** Rejects where a set cannot be read: what it needs is not known then. */
export async function partsUsedBy(
  sets: SetStore,
  isAsked: (id: string) => boolean,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const id of await sets.ids(signal))
    if (isAsked(id)) for (const name of await sets.partsUsed(id)) used.add(name);
  return used;
}
