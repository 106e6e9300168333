/** The rooms below the subgraphs, for the parts of this process, and the engines that these parts need. */

import { deadLettersMeasure } from '../ingestion/dead-letters-measure.ts';
import { mirrorMeasures } from '../ingestion/mirror/mirror-measures.ts';
import { createConsistencyHealth } from '../operations/consistency-health.ts';
import { createEmbedderHealth } from '../operations/embedder-health.ts';
import type { Renew } from '../operations/restores/whole-restores.ts';
import { createSystemHealth, type SystemHealth } from '../operations/system-health.ts';
import type { SigningKeys } from '../platform/auth/signing-keys/signing-keys.ts';
import type { Config } from '../platform/config.ts';
import type { Measure } from '../platform/gauges.ts';
import type { HealthProbe } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import type { Part, PartName } from '../platform/part.ts';
import { ENGINES_OF, type Engine } from '../platform/placement.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createIndexWatch, type IndexWatch } from '../retrieval/index-watch.ts';
import { createRealNames } from '../retrieval/real-names.ts';
import { createRetrieval, type Retrieval } from '../retrieval/retrieval.ts';
import { createStandIns, type StandIns } from '../retrieval/stand-ins.ts';
import type { Embedders } from '../text/embedders.ts';
import { type ApiKeyRooms, createApiKeyRooms } from './api-keys.ts';
import { type AuditRooms, createAuditRooms } from './audit.ts';
import { type BackupRooms, createBackupRooms, createConfiguredArchive } from './backups.ts';
import { createSharedWork } from './between-processes.ts';
import { createConfiguredEmbedders, createLanguageModel } from './models.ts';
import type { Outlasting } from './outlasting.ts';
import { createPrivacy } from './privacy.ts';
import { createRecoveryRooms, type RecoveryRooms } from './recovery.ts';
import { createRestoreRooms, type RestoreRooms } from './restores.ts';
import type { Serving } from './serving.ts';
import { createStores, type Stores } from './stores.ts';
import { createUserRooms, type UserRooms } from './users.ts';
import { createWritePath, type WritePath } from './write-path.ts';

export interface Rooms {
  readonly stores: Stores;
  readonly retrieval: Retrieval;
  readonly standIns: StandIns;
  readonly writePath: WritePath;
  readonly keys: ApiKeyRooms;
  readonly signingKeys: SigningKeys;
  readonly users: UserRooms;
  readonly auditing: AuditRooms;
  readonly backups: BackupRooms;
  readonly restores: RestoreRooms;
  readonly recovery: RecoveryRooms;
  /** The engines that these parts use, and the worker where it is here. */
  readonly health: SystemHealth;
  readonly probes: readonly HealthProbe[];
  /** What metrics tell of them. */
  readonly measures: readonly Measure[];
  /** Opens and closes what carries work between processes. */
  readonly sharedWork: Part;
  /** Opens and closes the engines that these parts use. */
  readonly engines: Part;
  /** Looks whether the data is of this version, or of one before it. */
  readonly dataVersion: Part;
  /** The worker, where it is here, and what only one of all workers' processes does. */
  readonly worker: Part;
  readonly leader: Part;
}

export interface RoomsOptions {
  readonly version: string;
  readonly parts: ReadonlySet<PartName>;
  readonly secrets: Secrets;
  /** What is there before these rooms, and after them. */
  readonly outlasting: Outlasting;
  /** What of the graph server is served. */
  readonly serving: Pick<Serving, 'namespace' | 'look'>;
  /** Closes these rooms, and builds others in their place. */
  readonly renew: Renew;
  readonly log: Log;
  readonly wrapStores?: ((stores: Stores) => Stores) | undefined;
}

export function createRooms(config: Config, options: RoomsOptions): Rooms {
  const { version, parts, secrets, outlasting, serving, renew, log, wrapStores } = options;
  const { shared, signingKeys, keyChanges, sessionChanges, refusals } = outlasting;
  const namespace = serving.namespace();
  const created = createStores(config, { secrets, namespace, onOther: serving.look, log });
  const sharedWork = createSharedWork(config, { redis: outlasting.shared.redis, namespace, log });
  const stores = wrapStores?.(created) ?? created;
  const embedders = createConfiguredEmbedders(config, { redis: shared.redis, secrets });
  const languageModel = createLanguageModel(config, secrets);
  const indexWatch = createIndexWatch({ ...created, log });
  const works = parts.has('worker');
  const auditing = createAuditRooms(config, { graph: stores.graph, refusals, log });
  const privacy = createPrivacy(config, secrets);
  const servers = created.graphServers ?? null;
  const standIns = createStandIns({
    graph: servers?.standbyReads ?? null,
    index: created.mirror?.standbyReads ?? null,
  });
  const recovery = createRecoveryRooms(config, { servers, audit: auditing.audit, secrets, log });
  const writePath = createWritePath(config, {
    privacy,
    ...{ stores, background: created, sharedWork, embedders, languageModel, log },
    audit: auditing.audit,
    archive: createConfiguredArchive(config, secrets),
    duties: [
      auditing.retention,
      ...recovery.duties,
      // Backups need what the write path makes, so they come after it.
      {
        name: 'backups by the clock',
        run: async (signal) => {
          await Promise.all(backups.clock?.duties.map((duty) => duty.run(signal)) ?? []);
        },
      },
      {
        name: 'restores',
        run: async (signal) => {
          await Promise.all(restores.duties.map((duty) => duty.run(signal)));
        },
      },
    ],
  });
  const keys = createApiKeyRooms(config, { graph: stores.graph, changes: keyChanges });
  const users = createUserRooms(config, {
    graph: stores.graph,
    secret: keys.secret,
    shared,
    changes: sessionChanges,
    signingKeys,
    log,
  });
  const backups = createBackupRooms(config, {
    ...{ stores: created, writePath, secrets, version, log },
    record: auditing.audit.record,
  });
  const clock = works || parts.has('admin') ? backups.clock : null;
  const restores = createRestoreRooms(config, {
    ...{ stores: created, namespace, backups, auditing, writePath, embedders, privacy, secrets, renew, log },
    onSwitched: serving.look,
  });
  const used = new Set([...parts].flatMap((part) => ENGINES_OF[part]));
  const probes = [
    ...[...used].map((engine) => stores[engine]),
    ...(used.has('vectors') ? [createEmbedderHealth({ ...stores, embedders })] : []),
    ...(works || parts.has('admin') ? [createConsistencyHealth(writePath.checks)] : []),
    ...(shared.redis === null ? [] : [shared.redis]),
    ...secrets.probes,
    ...(works ? [writePath.worker] : []),
    ...(clock === null ? [] : [clock.health]),
  ];
  return {
    stores,
    standIns,
    writePath,
    signingKeys,
    users: parts.has('admin') ? users : { ...users, start: async () => undefined },
    auditing,
    backups,
    restores: parts.has('admin') ? restores : { ...restores, start: async () => undefined },
    recovery: used.has('graph') ? recovery : { ...recovery, coordinator: null },
    keys: parts.has('admin') ? keys : { ...keys, openSecret: async () => undefined },
    retrieval: createRetrieval({
      ...{ ...stores, embedders, languageModel, log, standIns, isBehind: indexWatch.isBehind },
      realNames: createRealNames({ ...stores, ...privacy }),
    }),
    health: createSystemHealth({ version, probes }),
    probes,
    measures: [
      ...(clock?.measures ?? []),
      ...(used.has('graph') ? recovery.measures : []),
      ...(used.has('vectors') && created.mirror !== null ? mirrorMeasures(created.mirror) : []),
      ...(works || parts.has('admin') ? [deadLettersMeasure(writePath.deadLetters)] : []),
    ],
    sharedWork,
    engines: withIndexWatch(
      openAndClose(stores, used, embedders),
      parts.has('retrieval') ? indexWatch : null,
    ),
    dataVersion: used.has('graph')
      ? writePath.migrations.check
      : { ...writePath.migrations.check, start: async () => undefined },
    worker: works ? writePath.worker : { ...writePath.worker, start: async () => undefined },
    leader: works ? writePath.leader : { ...writePath.leader, start: async () => undefined },
  };
}

/** Of whichever rooms there are when metrics are read: a restore makes others. */
export function measuresOf(rooms: () => Rooms): readonly Measure[] {
  return rooms().measures.map((measure, at) => ({
    ...measure,
    read: () => rooms().measures[at]?.read() ?? null,
  }));
}

/** Looks as long as the engines are open. */
function withIndexWatch(engines: Part, watch: IndexWatch | null): Part {
  return {
    name: engines.name,
    start: async () => {
      await engines.start();
      await watch?.start();
    },
    close: async () => {
      await watch?.close();
      await engines.close();
    },
  };
}

function openAndClose(stores: Stores, used: ReadonlySet<Engine>, embedders: Embedders): Part {
  const open = async (engine: Engine) =>
    engine === 'vectors' ? stores.vectors.open(await embedders.open()) : stores[engine].open();
  return {
    name: 'engines',
    start: async () => {
      await Promise.all([...used].map(open));
    },
    close: async () => {
      await Promise.all([embedders.close(), ...[...used].map((engine) => stores[engine].close())]);
    },
  };
}
