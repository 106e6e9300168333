/** Restores into this installation while it runs: what can be replaced, how its engines are opened, and who may ask. */

import { createExclusive } from '../ingestion/exclusive.ts';
import { policiesSince, setAgain } from '../ingestion/privacy/policies-since.ts';
import type { PrivacyTools } from '../ingestion/privacy/policy-in-force.ts';
import { createPartRestores } from '../ingestion/restoring/part-restores.ts';
import { createRestorer } from '../ingestion/restoring/restorer.ts';
import { eraseAgain, erasuresSince } from '../ingestion/retention/erase-again.ts';
import type { Namespace } from '../model/namespace.ts';
import { decidedFrom } from '../model/restore.ts';
import type { Duty } from '../operations/leader.ts';
import type { OpenInstallation } from '../operations/restores/restore-beside.ts';
import { createRestoreDesk, type RestoreDesk } from '../operations/restores/restore-desk.ts';
import type { Replay } from '../operations/restores/restore-into.ts';
import { stagePart } from '../operations/restores/stage-part.ts';
import {
  createWholeRestores,
  type Renew,
  type WholeRestores,
} from '../operations/restores/whole-restores.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { fixedSecrets, type Secrets } from '../platform/secrets/secrets.ts';
import { createLocalLeases } from '../stores/graph/leases/local-leases.ts';
import type { Embedders } from '../text/embedders.ts';
import type { AuditRooms } from './audit.ts';
import { type BackupRooms, createConfiguredSets, filesOf, noBackups } from './backups.ts';
import { createConfiguredServedRestores } from './served-restores.ts';
import { createStores, openAll, type Stores } from './stores.ts';
import type { WritePath } from './write-path.ts';

/** Starting it tells how those ended that the process before has left. */
export interface RestoreRooms extends Part {
  readonly desk: RestoreDesk;
  /** What of all processes one does: brings back what was asked for, where that is not done by the process asked. */
  readonly duties: readonly Duty[];
}

export interface RestoreRoomsOptions {
  readonly stores: Stores;
  /** Of several on the same engines, which they are. */
  readonly namespace: Namespace;
  readonly backups: Pick<BackupRooms, 'desk'>;
  readonly auditing: Pick<AuditRooms, 'audit'>;
  readonly writePath: Pick<WritePath, 'exclusive'>;
  readonly embedders: Embedders;
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
  readonly secrets: Secrets;
  /** Closes the rooms of this process and builds them anew. */
  readonly renew: Renew;
  /** Other data is served from here on. */
  readonly onSwitched: () => void;
  readonly log: Log;
}

export function createRestoreRooms(config: Config, options: RestoreRoomsOptions): RestoreRooms {
  const sets = createConfiguredSets(config, options.secrets);
  const { whole, duties, whyNot } = wholeOf(config, sets, options);
  const now = () => new Date();
  const { stores, writePath, embedders, privacy, auditing, log } = options;
  const parts = createPartRestores({ graph: stores.graph, now });
  return {
    name: 'restores',
    duties: [
      ...duties,
      createRestorer({
        ...{ ...stores, embedders, privacy, now, log },
        ...{ exclusive: writePath.exclusive, record: auditing.audit.record },
        stage: async (restore, watching) => {
          if (sets === null) throw noBackups();
          const open = openIn(
            { ...config, GRAPH: 'embedded', VECTORS: 'embedded', CONTENT: 'embedded' },
            log,
          );
          return stagePart({ sets, folder: config.DATA_DIR, open, now, log }, restore, watching);
        },
      }),
    ],
    desk:
      sets === null
        ? unconfiguredRestores()
        : createRestoreDesk({ sets, whole, whyNot, backups: options.backups.desk, parts }),
    start: async () => whole?.start(),
    close: async () => whole?.close(),
  };
}

/** Restores of the whole, as the engines allow them; or why they do not. */
function wholeOf(
  config: Config,
  sets: ReturnType<typeof createConfiguredSets>,
  options: RestoreRoomsOptions,
): {
  readonly whole: WholeRestores | null;
  readonly duties: readonly Duty[];
  readonly whyNot?: string;
} {
  if (sets === null) return { whole: null, duties: [] };
  if (isReplaceable(config)) return { whole: inFolders(config, sets, options), duties: [] };
  const whyNot = whyNotBeside(config);
  if (whyNot !== null) return { whole: null, duties: [], whyNot };
  const { whole, duty } = createConfiguredServedRestores(config, { ...options, sets, replay: REPLAY });
  return { whole, duties: [duty] };
}

function inFolders(
  config: Config,
  sets: NonNullable<ReturnType<typeof createConfiguredSets>>,
  { stores, auditing, renew, log }: RestoreRoomsOptions,
): WholeRestores {
  return createWholeRestores({
    ...{ sets, renew, log, graph: stores.graph, folder: config.DATA_DIR, files: filesOf(config) },
    open: openIn(config, log),
    replay: REPLAY,
    record: auditing.audit.record,
    now: () => new Date(),
  });
}

/** Whether the engines lie in the data folder, where others can take their place. */
export function isReplaceable({ GRAPH, VECTORS, CONTENT_DIR }: Config): boolean {
  return GRAPH === 'embedded' && VECTORS === 'embedded' && CONTENT_DIR === undefined;
}

/** Why a namespace beside the one that is served cannot take its place, and what to do; null where it can. */
export function whyNotBeside({ GRAPH, GRAPH_STANDBY_URL, VECTORS_STANDBY_URL }: Config): string | null {
  if (GRAPH === 'embedded')
    return 'An embedded graph beside engines that are elsewhere has no second place: move all of them onto servers, or all into the data folder ("trellis move").';
  if (GRAPH_STANDBY_URL !== undefined)
    return 'The graph has a standby, which does not follow a restore of the whole. Start every process without TRELLIS_GRAPH_STANDBY_URL first, TRELLIS_GRAPH_URL being the server that takes writes ("trellis failover" names it); a standby needs new graph servers afterwards.';
  if (VECTORS_STANDBY_URL !== undefined)
    return 'The index is mirrored, and its other side does not follow a restore of the whole. Start every process without TRELLIS_VECTORS_STANDBY_URL first, and with it again once the restore is confirmed: it is then filled anew.';
  return null;
}

/** The engines that are configured, in another folder. */
export function openIn(config: Config, log: Log): OpenInstallation {
  return (folder, embedder) =>
    openAll(createStores({ ...config, DATA_DIR: folder }, { secrets: fixedSecrets(config), log }), embedder);
}

export const REPLAY: Replay = {
  since: async (graph, since) => {
    const from = decidedFrom(since);
    return { erasures: await erasuresSince(graph, from), policies: await policiesSince(graph, from) };
  },
  // Nobody else uses what is restored.
  again: async (to, { erasures, policies }, holds) => {
    const exclusive = createExclusive(createLocalLeases({ graph: to.graph }));
    const { erased, held } = await eraseAgain({ ...to, exclusive }, erasures, holds);
    const treatments = await setAgain({ graph: to.graph, now: () => new Date() }, policies);
    return { erased: erased.length, held, treatments };
  },
};

/** Refuses all, and says what to set. */
export function unconfiguredRestores(): RestoreDesk {
  const refuse = async () => {
    throw noBackups();
  };
  return {
    begin: refuse,
    list: refuse,
    find: refuse,
    watch: async function* () {
      yield await refuse();
    },
    cancel: refuse,
    switchTo: refuse,
    confirm: refuse,
    revert: refuse,
  };
}
