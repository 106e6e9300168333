/** Restores as a principal has them: into its own tenant; of the whole installation where the tenant runs it. */

import { EventEmitter } from 'node:events';
import type { BackupScope } from '../../model/backup.ts';
import { collectionId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import {
  type AskedPart,
  isSettled,
  type PartScope,
  type Restore,
  type RestoreMode,
} from '../../model/restore.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import { type BackupDesk, reaches } from '../backups/backup-desk.ts';
import { noSuchBackup, type OpenedSet, type SetStore } from '../backups/set-store.ts';
import { watchChanges } from '../watch-changes.ts';
import { noSuchRestore } from './records.ts';
import { notThat } from './switching.ts';
import type { WholeRestores } from './whole-restores.ts';

export interface RestoreWish {
  readonly backup: string;
  readonly scope: BackupScope['kind'];
  /** Which one of a backup of the installation; the principal's own where it is null. */
  readonly tenant: string | null;
  /** Its name, for `COLLECTION`. */
  readonly collection: string | null;
  readonly mode: RestoreMode;
  readonly withAccess: boolean;
}

/** Of one tenant or one collection, among others that run. */
export interface PartRestores {
  begin(asked: AskedPart): Promise<Restore>;
  /** The newest first, 100 at most. */
  list(signal?: AbortSignal): Promise<readonly Restore[]>;
  /** Null where there is none. */
  get(id: string, signal?: AbortSignal): Promise<Restore | null>;
  cancel(id: string): Promise<Restore>;
}

export interface RestoreDesk {
  begin(principal: Principal, wish: RestoreWish): Promise<Restore>;
  /** The newest first, from behind the id `before`. */
  list(
    principal: Principal,
    page: { readonly before: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<readonly Restore[]>;
  /** Null where there is none that the principal may know of. */
  find(principal: Principal, id: string, signal?: AbortSignal): Promise<Restore | null>;
  watch(principal: Principal, id: string, signal: AbortSignal): AsyncIterable<Restore>;
  cancel(principal: Principal, id: string): Promise<Restore>;
  switchTo(principal: Principal, id: string): Promise<Restore>;
  confirm(principal: Principal, id: string): Promise<Restore>;
  revert(principal: Principal, id: string): Promise<Restore>;
}

export interface RestoreDeskOptions {
  readonly sets: SetStore;
  readonly backups: Pick<BackupDesk, 'find'>;
  /** Null where nothing can take the place of what runs. */
  readonly whole: WholeRestores | null;
  /** Why, and what to do about it, where that is so. */
  readonly whyNot?: string | undefined;
  readonly parts: PartRestores;
}

/** How often a restore of another process is looked at while it is watched, in ms. */
const LOOK_EVERY_MS = 1_000;

export function createRestoreDesk(options: RestoreDeskOptions): RestoreDesk {
  const { sets, backups, whole, whyNot, parts } = options;
  const emitter = new EventEmitter();
  const find = async (principal: Principal, id: string, signal?: AbortSignal): Promise<Restore | null> => {
    const restore = (await parts.get(id, signal)) ?? (await wholeOf(whole, id));
    return restore !== null && reaches(principal, restore) ? restore : null;
  };
  const require = async (principal: Principal, id: string, signal?: AbortSignal): Promise<Restore> => {
    const restore = await find(principal, id, signal);
    if (restore === null) throw noSuchRestore(id);
    return restore;
  };
  /** Steps that only a restore of the whole has. */
  const wholeFor = async (principal: Principal, id: string): Promise<WholeRestores> => {
    const restore = await require(principal, id);
    if (whole !== null && restore.scope.kind === 'INSTALLATION') return whole;
    throw notThat(restore, 'It was made among what runs: there is nothing to switch to, confirm or revert.');
  };
  return {
    begin: async (principal, wish) => {
      const backup = await backups.find(principal, wish.backup);
      if (backup === null) throw noSuchBackup(wish.backup);
      const set = await sets.open(wish.backup);
      const requestedBy = principal.subject;
      if (wish.scope === 'INSTALLATION') {
        refuseWhole(principal, wish, set);
        if (whole === null) throw notReplaceable(whyNot);
        return whole.begin(set, requestedBy);
      }
      const { cutAt } = set.manifest;
      const { mode, withAccess } = wish;
      const scope = partOf(principal, wish, set);
      return parts.begin({ backup: backup.id, cutAt, scope, mode, withAccess, requestedBy });
    },
    list: async (principal, { before, limit }, signal) => {
      const all = [...(await parts.list(signal)), ...((await whole?.list()) ?? [])];
      return all
        .filter((restore) => reaches(principal, restore) && (before === '' || restore.id < before))
        .toSorted((left, right) => (left.id > right.id ? -1 : 1))
        .slice(0, limit);
    },
    find,
    watch: async function* (principal, id, signal) {
      const { scope } = await require(principal, id, signal);
      if (whole !== null && scope.kind === 'INSTALLATION') yield* whole.watch(id, signal);
      else {
        const get = () => require(principal, id, signal);
        yield* watchChanges({ id, signal, get, emitter, lookEveryMs: LOOK_EVERY_MS, isOver: isSettled });
      }
    },
    cancel: async (principal, id) => {
      const { scope } = await require(principal, id);
      return whole !== null && scope.kind === 'INSTALLATION' ? whole.cancel(id) : parts.cancel(id);
    },
    switchTo: async (principal, id) => (await wholeFor(principal, id)).switchTo(id),
    confirm: async (principal, id) => (await wholeFor(principal, id)).confirm(id),
    revert: async (principal, id) => (await wholeFor(principal, id)).revert(id),
  };
}

async function wholeOf(whole: WholeRestores | null, id: string): Promise<Restore | null> {
  const all = (await whole?.list()) ?? [];
  return all.some((restore) => restore.id === id) ? ((await whole?.get(id)) ?? null) : null;
}

function refuseWhole(principal: Principal, { tenant, collection }: RestoreWish, set: OpenedSet): void {
  if (!principal.isOperator)
    throw new Problem(
      'FORBIDDEN',
      'The whole installation concerns every tenant: only the tenant that runs it may restore it. Ask for TENANT.',
    );
  if (tenant !== null || collection !== null)
    throw badInput('input.scope', 'INSTALLATION takes neither a tenant nor a collection. Leave them out.');
  if (set.manifest.scope.kind !== 'INSTALLATION')
    throw badInput(
      'input.backup',
      'holds one tenant at most, so the whole installation cannot be restored from it.',
    );
}

/** The part, where the backup has it and the principal may have it brought back. */
function partOf(principal: Principal, wish: RestoreWish, { manifest }: OpenedSet): PartScope {
  const held = manifest.scope;
  const tenant = wish.tenant ?? (held.kind === 'INSTALLATION' ? principal.tenant : held.tenant);
  if (tenant !== principal.tenant && !principal.isOperator)
    throw new Problem('FORBIDDEN', 'That is another tenant. Only the tenant that runs the installation may.');
  if (held.kind !== 'INSTALLATION' && held.tenant !== tenant)
    throw badInput('input.tenant', `The backup holds the tenant "${held.tenant}" alone.`);
  if (wish.scope === 'TENANT') {
    if (held.kind === 'COLLECTION')
      throw badInput('input.scope', `The backup holds the collection "${held.collection}" alone.`);
    if (wish.collection !== null) throw badInput('input.collection', 'is for COLLECTION. Leave it out.');
    return { kind: 'TENANT', tenant };
  }
  if (wish.collection === null)
    throw badInput('input.collection', 'names the collection to restore. Give it.');
  if (wish.withAccess)
    throw badInput(
      'input.withAccess',
      'is for TENANT: users, roles and keys are the tenant’s. Leave it out.',
    );
  const id = collectionId(tenant, wish.collection);
  if (held.kind === 'COLLECTION' && held.collectionId !== id)
    throw badInput('input.collection', `The backup holds the collection "${held.collection}" alone.`);
  return { kind: 'COLLECTION', tenant, collectionId: id, collection: wish.collection };
}

function notReplaceable(whyNot = 'These engines are not replaced while they run.'): Problem {
  return new Problem(
    'CONFLICT',
    `${whyNot} Or run "trellis restore ID --to FILE" with the settings of empty engines, or restore a TENANT or a COLLECTION.`,
  );
}
