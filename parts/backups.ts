/** Backups of this installation: where they go, what is taken along, and where one is restored on trial. */

import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveStore, createArchiveStore } from '../ingestion/archive/archive-store.ts';
import type { AuditLog } from '../operations/audit/audit-log.ts';
import { type BackupDesk, createBackupDesk } from '../operations/backups/backup-desk.ts';
import { type Backups, createBackups } from '../operations/backups/backups.ts';
import { createSetStore, type SetStore } from '../operations/backups/set-store.ts';
import type { ScratchMaker } from '../operations/backups/verify-set.ts';
import type { InstallationFile } from '../operations/backups/write-set.ts';
import type { Config } from '../platform/config.ts';
import { Problem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { createKeyRing } from '../platform/sealing/key-ring.ts';
import type { KeyWrapper } from '../platform/sealing/key-wrapper.ts';
import { createLocalKeyWrapper } from '../platform/sealing/local-key-wrapper.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { readMasterKeys } from '../platform/settings/setting-kinds.ts';
import type { BackupTarget } from '../stores/backup-targets/backup-target.ts';
import { createFolderBackupTarget } from '../stores/backup-targets/folder/folder-backup-target.ts';
import { createS3BackupTarget } from '../stores/backup-targets/s3/s3-backup-target.ts';
import { createEmbeddedContentStore } from '../stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from '../stores/graph/embedded/embedded-graph-store.ts';
import { createEmbeddedVectorStore } from '../stores/vectors/embedded/embedded-vector-store.ts';
import { secretsDirectory } from './api-keys.ts';
import { type BackupClock, createBackupClock } from './backup-clock.ts';
import type { Stores } from './stores.ts';
import type { WritePath } from './write-path.ts';

/** Closing it stops what this process has begun. */
export interface BackupRooms extends Part {
  readonly backups: Backups;
  readonly desk: BackupDesk;
  /** Null where no backups are configured. */
  readonly clock: BackupClock | null;
}

export interface BackupRoomsOptions {
  readonly stores: Stores;
  readonly writePath: Pick<WritePath, 'leases' | 'exclusive'>;
  /** Keeps what is done by the clock. */
  readonly record: AuditLog['record'];
  readonly secrets: Secrets;
  readonly version: string;
  readonly log: Log;
}

export function createBackupRooms(config: Config, options: BackupRoomsOptions): BackupRooms {
  const { stores, writePath, secrets, version, record, log } = options;
  const sets = createConfiguredSets(config, secrets);
  const backups =
    sets === null
      ? unconfiguredBackups()
      : createBackups({
          ...{ sets, source: stores, version, log },
          leases: writePath.leases,
          alone: (run) => writePath.exclusive(run),
          files: filesOf(config),
          settings: settingsOf(config),
          scratch: join(config.DATA_DIR, 'backup-scratch'),
          makeScratch: scratchIn(join(config.DATA_DIR, 'trial'), log),
          now: () => new Date(),
        });
  return {
    name: 'backups',
    backups,
    clock: sets === null ? null : createBackupClock(config, { backups, secrets, record, log }),
    desk: createBackupDesk({ backups, graph: stores.graph }),
    start: async () => undefined,
    close: () => backups.close(),
  };
}

/** Null where none is configured. */
export function createConfiguredSets(config: Config, secrets: Secrets): SetStore | null {
  const sealed = createSealedTarget(config, secrets);
  return sealed === null ? null : createSetStore(sealed.target, sealed.wrapper);
}

/** Archived documents lie beside the backups, under the same master key. Null where none is configured. */
export function createConfiguredArchive(config: Config, secrets: Secrets): ArchiveStore | null {
  const sealed = createSealedTarget(config, secrets);
  return sealed === null ? null : createArchiveStore(sealed);
}

function createSealedTarget(config: Config, secrets: Secrets) {
  const target = createConfiguredTarget(config);
  const [first] = keyWrappers(config, secrets);
  if (target === null || first === undefined) return null;
  const wrapper = createKeyRing(() => {
    const [now = first, ...others] = keyWrappers(config, secrets);
    return [now, ...others];
  });
  return { target, wrapper };
}

/** The one that wraps first; the other opens what it has sealed before. None where the one that wraps is not there. */
function keyWrappers({ BACKUP_SEALED_BY }: Config, { current, keyWrapper }: Secrets): readonly KeyWrapper[] {
  const local = localKeyWrapper(current);
  if (BACKUP_SEALED_BY === 'key' && current('BACKUP_KEY') === undefined) return [];
  const inOrder = BACKUP_SEALED_BY === 'key' ? [local, keyWrapper] : [keyWrapper, local];
  return inOrder[0] === null ? [] : inOrder.filter((wrapper) => wrapper !== null);
}

/** Null where no key is given. Beside Vault a previous one is enough. */
function localKeyWrapper(secret: Secrets['current']): KeyWrapper | null {
  const texts = [secret('BACKUP_KEY'), secret('BACKUP_PREVIOUS_KEYS')];
  const [current, ...previous] = texts
    .flatMap((text) => readMasterKeys(text ?? ''))
    .filter((key) => key !== null);
  return current === undefined ? null : createLocalKeyWrapper({ current, previous });
}

/** The bucket, where both are given. */
function createConfiguredTarget(config: Config): BackupTarget | null {
  const { BACKUP_DIR: directory, BACKUP_S3_BUCKET: bucket } = config;
  if (bucket === undefined) return directory === undefined ? null : createFolderBackupTarget({ directory });
  const { BACKUP_S3_REGION: region, BACKUP_S3_ENDPOINT: endpoint } = config;
  const { BACKUP_S3_ACCESS_KEY_ID: accessKeyId, BACKUP_S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const isGiven = accessKeyId !== undefined && secretAccessKey !== undefined;
  return createS3BackupTarget({
    bucket,
    prefix: config.BACKUP_S3_PREFIX,
    pathStyle: config.BACKUP_S3_PATH_STYLE,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(isGiven ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  });
}

/** The secret behind API keys goes along; signing keys do not: one that was revoked since must not come back. */
export function filesOf(config: Config): readonly InstallationFile[] {
  if (config.API_KEY_SECRET !== undefined) return [];
  return [{ name: API_KEY_FILE, path: join(secretsDirectory(config), API_KEY_FILE) }];
}

export const API_KEY_FILE = 'api-key-secret';

/** What it ran on, without anything that is secret. */
function settingsOf(config: Config): Readonly<Record<string, string>> {
  const told = ['GRAPH', 'VECTORS', 'CONTENT', 'EMBEDDER', 'EMBEDDER_MODEL', 'OPERATOR_TENANT'] as const;
  const given = told.flatMap((name) => {
    const { [name]: value } = config;
    return value === undefined ? [] : [[`TRELLIS_${name}`, String(value)] as const];
  });
  return Object.fromEntries(given);
}

/** Embedded engines in a folder that is empty at the beginning and gone at the end, whatever the installation runs on. */
export function scratchIn(folder: string, log: Log): ScratchMaker {
  return async ({ manifest }) => {
    // One at a time: what is there was left by a process that was killed.
    await rm(folder, { recursive: true, force: true });
    const directory = join(folder, randomUUID());
    await mkdir(directory, { recursive: true });
    const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
    const content = createEmbeddedContentStore({ directory: join(directory, 'content') });
    const vectors = createEmbeddedVectorStore({ directory: join(directory, 'vectors'), log });
    await Promise.all([graph.open(), content.open(), vectors.open(manifest.embedder)]);
    return {
      ...{ graph, content, vectors },
      discard: async () => {
        await Promise.all([graph.close(), content.close(), vectors.close()]);
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}

export function noBackups(): Problem {
  return new Problem(
    'CONFLICT',
    'No backups are configured. Set TRELLIS_BACKUP_DIR to a folder, best on another disk, or TRELLIS_BACKUP_S3_BUCKET, and TRELLIS_BACKUP_KEY to what "openssl rand -base64 32" prints; keep a copy of the key elsewhere. Or seal by Vault: TRELLIS_BACKUP_SEALED_BY=transit.',
  );
}

/** Refuses all, and says what to set. */
export function unconfiguredBackups(): Backups {
  const refuse = async () => {
    throw noBackups();
  };
  return {
    begin: refuse,
    ended: refuse,
    list: refuse,
    get: refuse,
    watch: async function* () {
      yield await refuse();
    },
    cancel: refuse,
    verify: refuse,
    beginVerification: refuse,
    rewrap: refuse,
    remove: refuse,
    tidy: refuse,
    failures: () => 0,
    close: async () => undefined,
  };
}
