/** Restores of the whole on servers, as they lie in the graph beside every namespace: what is told, and what is to be done. */

import { NOTHING_RESTORED, newRestoreId, type Restore, type RestoreState } from '../../../model/restore.ts';
import { Problem } from '../../../platform/errors.ts';
import type { Statement } from '../../../stores/graph/graph-store.ts';
import { changeServedRestore, type ServedRestore } from '../../../stores/graph/statements/serving.ts';
import type { OpenedSet } from '../../backups/set-store.ts';

/** A restore, and where it stands. */
export interface Kept extends Omit<ServedRestore, 'state' | 'report'> {
  readonly restore: Restore;
}

/** Where the old data is, for whoever asks. */
const KEPT = 'the same engines';

export function newKept(set: OpenedSet, requestedBy: string, now: Date): Kept {
  const { set: backup, cutAt } = set.manifest;
  const restore: Restore = {
    ...{ id: newRestoreId(now), backup, cutAt, requestedBy, startedAt: now.toISOString(), kept: KEPT },
    ...{ scope: { kind: 'INSTALLATION' }, mode: null, withAccess: true, state: 'RUNNING' },
    ...{ finishedAt: null, switchedAt: null, problem: null, receipt: NOTHING_RESTORED },
    progress: { step: 'waiting', done: 0, total: 0 },
  };
  return { id: restore.id, restore, namespace: '', old: '', drop: [], gone: [], attempts: 0, told: true };
}

export function toKept({ state, report, ...standing }: ServedRestore): Kept {
  const told = JSON.parse(report) as Restore;
  return { ...standing, restore: { ...told, state: state as RestoreState } };
}

export function toNode({ restore, ...standing }: Kept): ServedRestore {
  return { ...standing, state: restore.state, report: JSON.stringify(restore) };
}

/** Its state, or the place that it is restored to, is another by now: somebody else went on with it. */
export class StandsOtherwise extends Problem {
  constructor(id: string) {
    super('CONFLICT', `The restore ${id} has changed meanwhile. Look at it again, and decide anew.`);
  }
}

/** What is told of it, and what else changes; only where it still stands as it was read. */
export function change(
  kept: Kept,
  restore: Partial<Restore>,
  standing: Partial<Pick<Kept, 'namespace' | 'old' | 'drop' | 'gone' | 'attempts' | 'told'>> = {},
): Statement<unknown> {
  const { id, namespace } = kept;
  const next = { ...kept.restore, ...restore };
  return changeServedRestore(
    { id, namespace, state: kept.restore.state },
    { ...standing, state: next.state, report: JSON.stringify(next) },
    () => {
      throw new StandsOtherwise(id);
    },
  );
}

/** What is to be dropped once nobody needs what was restored. */
export function withPlace({ drop, namespace }: Pick<Kept, 'drop' | 'namespace'>): readonly string[] {
  return namespace === '' ? drop : [...drop, namespace];
}
