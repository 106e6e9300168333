/**
 * Restores of one tenant or one collection among what runs, as they are asked for. A call only notes what is wanted; the
 * leading worker does it (`restorer.ts`). The note lies in the graph, so that a crash loses neither it nor how far it is.
 */

import type { BackupScope } from '../../model/backup.ts';
import { type AskedPart, NOTHING_RESTORED, newRestoreId, type Restore } from '../../model/restore.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import {
  createRestore,
  noteRestore,
  type RestoreNode,
  restoreById,
  restoresListed,
  restoresRunning,
} from '../../stores/graph/statements/restores.ts';

/** Of them all, those that are listed. */
const LISTED_MAX = 100;
/** Of all tenants, under way. */
const RUNNING_MAX = 20;

export function createPartRestores({ graph, now }: { readonly graph: GraphStore; readonly now: () => Date }) {
  const get = async (id: string): Promise<Restore | null> => {
    const [node] = await graph.read(restoreById(id));
    return node === undefined ? null : toRestore(node);
  };
  return {
    begin: async (asked: AskedPart): Promise<Restore> => {
      const running = (await graph.read(restoresRunning(RUNNING_MAX))).map(toRestore);
      const other = running.find(({ scope }) => tenantOf(scope) === asked.scope.tenant);
      if (other !== undefined || running.length === RUNNING_MAX) throw busy(other);
      const restore: Restore = {
        ...asked,
        ...{ id: newRestoreId(now()), state: 'RUNNING', startedAt: now().toISOString(), finishedAt: null },
        ...{ switchedAt: null, progress: { step: 'waiting', done: 0, total: 0 }, problem: null },
        receipt: NOTHING_RESTORED,
      };
      await graph.write([createRestore(toNode(restore, ''))]);
      return restore;
    },
    list: async (): Promise<readonly Restore[]> =>
      (await graph.read(restoresListed(LISTED_MAX))).map(toRestore),
    get,
    /** What is back stays back; it stops behind the documents that are under way. */
    cancel: async (id: string): Promise<Restore> => {
      const restore = await get(id);
      if (restore === null) throw new Problem('NOT_FOUND', `There is no restore ${id.slice(0, 64)}.`);
      const cancelled: Restore = {
        ...restore,
        ...{ state: 'CANCELLED', finishedAt: now().toISOString(), progress: null },
      };
      const [noted = []] = await graph.write([noteRestore(toNode(cancelled, ''))]);
      if (noted.length > 0) return cancelled;
      const { state } = (await get(id)) ?? restore;
      throw new Problem('CONFLICT', `The restore ${id} is ${state}. Only one that runs is cancelled.`);
    },
  };
}

/** One of an earlier version tells less of what came of it. */
export function toRestore({ report }: RestoreNode): Restore {
  const restore = JSON.parse(report) as Restore;
  return { ...restore, receipt: { ...NOTHING_RESTORED, ...restore.receipt } };
}

export function toNode(restore: Restore, after: string): RestoreNode {
  const { id, state, scope } = restore;
  return { id, state, after, tenant: tenantOf(scope), report: JSON.stringify(restore) };
}

function tenantOf(scope: BackupScope): string {
  return scope.kind === 'INSTALLATION' ? '' : scope.tenant;
}

function busy(other: Restore | undefined): Problem {
  const which =
    other === undefined ? `${RUNNING_MAX} restores are` : `The restore ${other.id} of this tenant is`;
  return new Problem('CONFLICT', `${which} under way. Wait for it, or cancel it.`);
}
