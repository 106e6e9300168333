/**
 * Sets as a target has them. What is signed is believed; the status beside it is for people to look at, and never says
 * that a backup succeeded: that does the manifest alone.
 */

import { z } from 'zod';
import type { Backup, BackupVerification } from '../../model/backup.ts';
import { Problem } from '../../platform/errors.ts';
import { inOnePiece } from '../../platform/in-one-piece.ts';
import { readWhole } from '../../platform/read-whole.ts';
import type { DataKey } from '../../platform/sealing/data-key.ts';
import type { KeyWrapper } from '../../platform/sealing/key-wrapper.ts';
import {
  type OpenedManifest,
  openManifest,
  rewrapManifest,
  signManifest,
} from '../../platform/sealing/signed-manifest.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import type { SignedParts } from './known-parts.ts';
import { objectsOf, parseDraft, parseManifest, SETS, type SetDraft, type SetManifest } from './manifest.ts';
import { readStatus, type SetStatus } from './set-status.ts';

export interface OpenedSet {
  readonly manifest: SetManifest;
  /** The master key that wraps its keys. */
  readonly sealedBy: string;
  readonly keys: ReadonlyMap<string, DataKey>;
}

export interface SetStore {
  readonly target: BackupTarget;
  /** The master key that new sets are sealed by. */
  sealedBy(): string;
  /** Ids of every set of which there is anything, the newest first. */
  ids(signal?: AbortSignal): Promise<readonly string[]>;
  /** NOT_FOUND where there is no manifest: then there is no backup. */
  open(id: string, signal?: AbortSignal): Promise<OpenedSet>;
  /** What tells its manifest from one that was written in its place; null where there is none. Nothing of it is read. */
  versionOf(id: string, signal?: AbortSignal): Promise<string | null>;
  /** Rejects where keys cannot be wrapped now. */
  requireSealing(key: DataKey, signal?: AbortSignal): Promise<void>;
  /** The commit: from here on there is a backup. */
  commit(manifest: SetManifest, keys: readonly [DataKey, ...DataKey[]]): Promise<void>;
  /**
   * Wraps the keys of a set, of its draft and of its verification by the master key of now. Cut off, each is as it was or
   * as it is to be.
   */
  rewrap(id: string): Promise<void>;
  status(id: string, signal?: AbortSignal): Promise<SetStatus | null>;
  tell(status: SetStatus): Promise<void>;
  saveDraft(draft: SetDraft, keys: readonly [DataKey, ...DataKey[]]): Promise<void>;
  /** What the sets and drafts of these ids have written; what cannot be read is left out. */
  signedParts(ids: readonly string[], signal?: AbortSignal): Promise<readonly SignedParts[]>;
  /** Names of the parts that a set or a draft needs. Rejects where that cannot be known. */
  partsUsed(id: string): Promise<readonly string[]>;
  verification(id: string, signal?: AbortSignal): Promise<BackupVerification | null>;
  saveVerification(set: OpenedSet, verification: BackupVerification): Promise<void>;
  /** Whether somebody asked for the backup to stop. */
  isCancelled(id: string): Promise<boolean>;
  cancel(id: string): Promise<void>;
  /** What only a backup that is under way needs. */
  tidy(id: string): Promise<void>;
}

/** Largest object that is read whole, in bytes: a manifest of some hundred thousand parts. */
const OBJECT_BYTES_MAX = 256 << 20;

const VERIFICATION = z.object({
  set: z.string(),
  level: z.enum(['HASHES', 'RESTORE']),
  verifiedAt: z.string(),
  findings: z.array(z.string()),
});

export function createSetStore(target: BackupTarget, wrapper: KeyWrapper): SetStore {
  const readSigned = async (name: string, signal?: AbortSignal): Promise<OpenedManifest | null> => {
    const bytes = await readObject(target, name, signal);
    return bytes === null ? null : openManifest(bytes, wrapper, given(signal));
  };
  const putBytes = async (name: string, bytes: Uint8Array) => {
    await target.put(name, inOnePiece(bytes));
  };
  const rewrapObject = async (name: string): Promise<void> => {
    const bytes = await readObject(target, name);
    if (bytes !== null) await putBytes(name, await rewrapManifest(bytes, wrapper));
  };
  const open = async (id: string, signal?: AbortSignal): Promise<OpenedSet> => {
    const signed = await readSigned(objectsOf(requireId(id)).manifest, signal);
    if (signed === null) throw noSuchBackup(id);
    const manifest = parseManifest(signed.manifest);
    // Signed, but as another one: somebody has put it here.
    if (manifest.set !== id) throw damaged(id);
    return { manifest, sealedBy: signed.masterKeyId, keys: signed.keys };
  };
  const draftOf = async (id: string, signal?: AbortSignal): Promise<SignedParts | null> => {
    const signed = await readSigned(objectsOf(id).draft, signal);
    return signed === null ? null : { parts: parseDraft(signed.manifest).parts, keys: signed.keys };
  };

  return {
    target,
    sealedBy: () => wrapper.masterKeyIds()[0] ?? '',
    ids: async (signal) => {
      const ids = new Set<string>();
      for await (const { name } of target.list(SETS, given(signal))) {
        const [id] = name.slice(SETS.length).split('/');
        if (id !== undefined) ids.add(id);
      }
      return [...ids].toSorted().toReversed();
    },
    open,
    versionOf: async (id, signal) => {
      const found = await target.stat(objectsOf(requireId(id)).manifest, given(signal));
      return found === null ? null : `${found.modifiedAt.toISOString()} ${found.bytes}`;
    },
    requireSealing: async (key, signal) => void (await wrapper.wrapKey(key, given(signal))),
    commit: async (manifest, keys) =>
      putBytes(objectsOf(manifest.set).manifest, await signManifest(manifest, keys, wrapper)),
    rewrap: async (id) => {
      const { manifest, draft, verification } = objectsOf(requireId(id));
      // One that lies in another's place is not made to look at home.
      await open(id).catch(nullWhereNotFound);
      await Promise.all([manifest, draft, verification].map(rewrapObject));
    },
    status: async (id, signal) => {
      const bytes = await readObject(target, objectsOf(id).status, signal);
      if (bytes === null) return null;
      const status = readStatus(bytes);
      if (status === null) throw damaged(id);
      return status;
    },
    tell: (status) => putBytes(objectsOf(status.id).status, Buffer.from(JSON.stringify(status))),
    saveDraft: async (draft, keys) =>
      putBytes(objectsOf(draft.set).draft, await signManifest({ ...draft }, keys, wrapper)),
    signedParts: async (ids, signal) => {
      const found = await Promise.all(
        ids.map(async (id) => {
          const set = await orNull(open(id, signal));
          return set === null ? orNull(draftOf(id, signal)) : { parts: set.manifest.parts, keys: set.keys };
        }),
      );
      return found.filter((each) => each !== null);
    },
    partsUsed: async (id) => {
      const set = await open(id).catch(nullWhereNotFound);
      const parts = set === null ? ((await draftOf(id))?.parts ?? []) : set.manifest.parts;
      return parts.map(({ name }) => name);
    },
    verification: async (id, signal) => {
      const signed = await readSigned(objectsOf(id).verification, signal);
      if (signed === null) return null;
      const { set, ...verification } = VERIFICATION.parse(signed.manifest);
      return set === id ? verification : null;
    },
    saveVerification: async ({ manifest, keys }, verification) => {
      const [own] = [...keys.values()];
      if (own === undefined) throw damaged(manifest.set);
      const signed = await signManifest({ set: manifest.set, ...verification }, [own], wrapper);
      await putBytes(objectsOf(manifest.set).verification, signed);
    },
    isCancelled: async (id) => (await target.stat(objectsOf(id).cancel)) !== null,
    cancel: (id) => putBytes(objectsOf(id).cancel, Buffer.from('cancel\n')),
    tidy: async (id) => {
      const { draft, status, cancel } = objectsOf(id);
      for (const name of [draft, status, cancel]) await target.remove(name);
    },
  };
}

/** What people and targets are given of a set. */
export function toBackup(
  { manifest, sealedBy }: Pick<OpenedSet, 'manifest' | 'sealedBy'>,
  verification: BackupVerification | null,
): Backup {
  const { set: id, scope, createdBy, startedAt, finishedAt, cutAt, revision, summaries, parts } = manifest;
  const sum = (of: 'plainBytes' | 'cipherBytes') => parts.reduce((total, part) => total + part[of], 0);
  return {
    ...{ id, scope, createdBy, startedAt, finishedAt, cutAt, revision, sealedBy, verification },
    state: 'SUCCEEDED',
    counts: Object.fromEntries(Object.entries(summaries).map(([name, { count }]) => [name, count])),
    parts: parts.length,
    plainBytes: sum('plainBytes'),
    storedBytes: sum('cipherBytes'),
    reusedBytes: manifest.reusedBytes,
    progress: null,
    problem: null,
  };
}

export function fromStatus(status: SetStatus): Backup {
  const { id, scope, state, createdBy, startedAt, toldAt, progress, problem } = status;
  return {
    ...{ id, scope, state, createdBy, startedAt, progress, problem },
    finishedAt: state === 'RUNNING' ? null : toldAt,
    cutAt: null,
    revision: null,
    counts: {},
    parts: 0,
    plainBytes: 0,
    storedBytes: 0,
    reusedBytes: 0,
    sealedBy: null,
    verification: null,
  };
}

/** One set that cannot be read hides no other. */
export function orUnreadable(id: string) {
  return (error: unknown): Backup | null => {
    const isBad = error instanceof Problem && error.code.startsWith('BACKUP_');
    return isBad ? unreadableBackup(id, error.message) : nullWhereNotFound(error);
  };
}

/** One whose manifest is there and cannot be believed, or not be opened with the keys that there are. */
function unreadableBackup(id: string, problem: string): Backup {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id) ?? [];
  const startedAt = y === undefined ? new Date(0).toISOString() : `${y}-${mo}-${d}T${h}:${mi}:${s}.000Z`;
  return fromStatus({
    ...{ id, startedAt, problem, progress: null, createdBy: '', toldAt: startedAt },
    scope: { kind: 'INSTALLATION' },
    state: 'FAILED',
  });
}

/** Null where there is none. */
function readObject(target: BackupTarget, name: string, signal?: AbortSignal): Promise<Uint8Array | null> {
  const pieces = target.get(name, given(signal));
  return readWhole(pieces, { bytesMax: OBJECT_BYTES_MAX, tooLarge: () => damaged(name) }).catch(
    nullWhereNotFound,
  );
}

function given(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { signal };
}

async function orNull<Value>(work: Promise<Value>): Promise<Value | null> {
  return work.catch(() => null);
}

export function nullWhereNotFound(error: unknown): null {
  if (error instanceof Problem && error.code === 'NOT_FOUND') return null;
  throw error;
}

/** What a caller gives as an id becomes part of a name. */
function requireId(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id)) return id;
  throw noSuchBackup(id);
}

export function noSuchBackup(id: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `There is no backup ${id.slice(0, 64)}. "trellis backups" lists those that there are, with --offline where no server runs.`,
  );
}

function damaged(what: string): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    `The backup ${what} is not as it was written. Restore from another one.`,
  );
}
