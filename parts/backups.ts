/** Backups of this installation: where they go, what is taken along, and where one is restored on trial. */

import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
import { createLocalKeyWrapper, parseMasterKey } from '../platform/sealing/local-key-wrapper.ts';
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
  readonly version: string;
  readonly log: Log;
}

export function createBackupRooms(config: Config, options: BackupRoomsOptions): BackupRooms {
  const { stores, writePath, version, record, log } = options;
  const sets = createConfiguredSets(config);
  const backups =
    sets === null
      ? unconfiguredBackups()
      : createBackups({
          ...{ sets, source: stores, version, log },
          leases: writePath.leases,
          alone: (run) => writePath.exclusive(run),
          files: filesOf(config),
          settings: settingsOf(config),
          makeScratch: scratchIn(join(config.DATA_DIR, 'trial'), log),
          now: () => new Date(),
        });
  return {
    name: 'backups',
    backups,
    clock: sets === null ? null : createBackupClock(config, { backups, record, log }),
    desk: createBackupDesk({ backups, graph: stores.graph }),
    start: async () => undefined,
    close: () => backups.close(),
  };
}

/** Null where none is configured. */
export function createConfiguredSets(config: Config): SetStore | null {
  const { BACKUP_KEY, BACKUP_PREVIOUS_KEYS } = config;
  const current = parseMasterKey(BACKUP_KEY ?? '');
  const target = createConfiguredTarget(config);
  if (target === null || current === null) return null;
  const previous = BACKUP_PREVIOUS_KEYS.map(parseMasterKey).filter((key) => key !== null);
  return createSetStore(target, createLocalKeyWrapper({ current, previous }));
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
    'No backups are configured. Set TRELLIS_BACKUP_DIR to a folder, best on another disk, or TRELLIS_BACKUP_S3_BUCKET, and TRELLIS_BACKUP_KEY to what "openssl rand -base64 32" prints; keep a copy of the key elsewhere.',
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
    remove: refuse,
    tidy: refuse,
    failures: () => 0,
    close: async () => undefined,
  };
}
