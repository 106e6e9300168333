/** Backups as a principal has them: those of its own tenant, and all of them where the tenant runs the installation. */

import type { Backup, BackupScope, VerificationLevel } from '../../model/backup.ts';
import { collectionId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { collectionsByIds } from '../../stores/graph/statements/collections.ts';
import type { Backups } from './backups.ts';
import { noSuchBackup } from './set-store.ts';

export interface BackupWish {
  readonly scope: BackupScope['kind'];
  /** Its name, for `COLLECTION`. */
  readonly collection: string | null;
}

export interface BackupDesk {
  begin(principal: Principal, wish: BackupWish): Promise<Backup>;
  /** The newest first, from behind the id `before`. */
  list(
    principal: Principal,
    page: { readonly before: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<readonly Backup[]>;
  /** Null where there is none that the principal may know of. */
  find(principal: Principal, id: string, signal?: AbortSignal): Promise<Backup | null>;
  watch(principal: Principal, id: string, signal: AbortSignal): AsyncIterable<Backup>;
  cancel(principal: Principal, id: string): Promise<Backup>;
  verify(principal: Principal, id: string, level: VerificationLevel): Promise<Backup>;
  rewrap(principal: Principal, id: string): Promise<Backup>;
  remove(principal: Principal, id: string): Promise<void>;
}

export function createBackupDesk({
  backups,
  graph,
}: {
  readonly backups: Backups;
  readonly graph: GraphStore;
}): BackupDesk {
  const find = async (principal: Principal, id: string, signal?: AbortSignal): Promise<Backup | null> => {
    const backup = await backups.get(id, signal).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    return backup !== null && reaches(principal, backup) ? backup : null;
  };
  const require = async (principal: Principal, id: string): Promise<void> => {
    if ((await find(principal, id)) === null) throw noSuchBackup(id);
  };
  return {
    begin: async (principal, wish) =>
      backups.begin({ scope: await scopeOf(principal, wish, graph), createdBy: principal.subject }),
    list: (principal, page, signal) =>
      backups.page({ ...page, isWanted: (backup) => reaches(principal, backup) }, signal),
    find,
    watch: async function* (principal, id, signal) {
      await require(principal, id);
      yield* backups.watch(id, signal);
    },
    cancel: async (principal, id) => {
      await require(principal, id);
      return backups.cancel(id);
    },
    verify: async (principal, id, level) => {
      await require(principal, id);
      return backups.beginVerification(id, level);
    },
    rewrap: async (principal, id) => {
      await require(principal, id);
      return backups.rewrap(id);
    },
    remove: async (principal, id) => {
      await require(principal, id);
      return backups.remove(id);
    },
  };
}

export function reaches({ tenant, isOperator }: Principal, { scope }: Pick<Backup, 'scope'>): boolean {
  return isOperator === true || (scope.kind !== 'INSTALLATION' && scope.tenant === tenant);
}

async function scopeOf(principal: Principal, wish: BackupWish, graph: GraphStore): Promise<BackupScope> {
  const { tenant } = principal;
  if (wish.scope === 'COLLECTION') return ofCollection(tenant, wish.collection, graph);
  if (wish.collection !== null)
    throw badInput('input.collection', 'is for backups of one collection. Leave it out.');
  if (wish.scope === 'TENANT') return { kind: 'TENANT', tenant };
  if (principal.isOperator) return { kind: 'INSTALLATION' };
  throw new Problem(
    'FORBIDDEN',
    'The whole installation concerns every tenant: only the tenant that runs it may back it up. Ask for TENANT.',
  );
}

async function ofCollection(tenant: string, name: string | null, graph: GraphStore): Promise<BackupScope> {
  if (name === null) throw badInput('input.collection', 'names the collection to back up. Give it.');
  const id = collectionId(tenant, name);
  const [found] = await graph.read(collectionsByIds(tenant, [id]));
  if (found === undefined) throw badInput('input.collection', `"${name}" is no collection.`);
  return { kind: 'COLLECTION', tenant, collectionId: id, collection: name };
}
