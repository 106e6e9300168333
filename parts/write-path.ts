/** The write path: taking documents in, and the worker that indexes them. They share a process or only the graph. */

import { createAnalysis } from '../ingestion/analysis.ts';
import { createArchiveKeeper } from '../ingestion/archive/archive-keeper.ts';
import type { ArchiveStore } from '../ingestion/archive/archive-store.ts';
import { type Archives, createArchives } from '../ingestion/archive/archives.ts';
import { createChecker } from '../ingestion/consistency/checker.ts';
import { type ConsistencyChecks, createConsistencyChecks } from '../ingestion/consistency/consistency.ts';
import { createContentSweeper } from '../ingestion/content-sweeper.ts';
import { createDeadLetters, type DeadLetters } from '../ingestion/dead-letters.ts';
import { createExclusive, type Exclusive } from '../ingestion/exclusive.ts';
import { createIngestion, type Ingestion } from '../ingestion/ingestion.ts';
import { createJobEvents } from '../ingestion/job-events.ts';
import type { IngestionLimits } from '../ingestion/limits.ts';
import { createMirrorKeeper, noteUnlike } from '../ingestion/mirror/mirror-keeper.ts';
import { createPrivacyPolicies, type PrivacyPolicies } from '../ingestion/privacy/policies.ts';
import type { PrivacyTools } from '../ingestion/privacy/policy-in-force.ts';
import { createPseudonymDesk, type PseudonymDesk } from '../ingestion/privacy/pseudonym-desk.ts';
import { createPseudonymsOfNames } from '../ingestion/privacy/pseudonyms-of-names.ts';
import { createTreater } from '../ingestion/privacy/treatments/treater.ts';
import {
  createPrivacyTreatments,
  type PrivacyTreatments,
} from '../ingestion/privacy/treatments/treatments.ts';
import { createReconciler } from '../ingestion/reconciler.ts';
import { createReembedder } from '../ingestion/reembedding/reembedder.ts';
import { createReembeddings, type Reembeddings } from '../ingestion/reembedding/reembedding.ts';
import { bringIndexesUpToDate } from '../ingestion/reindex.ts';
import { createRemover, settleLeftRemovals } from '../ingestion/removals.ts';
import { createErasures, type Erasures } from '../ingestion/retention/erasure.ts';
import { createHolds, type Holds } from '../ingestion/retention/holds.ts';
import { createPolicies, createRetention, type Policies } from '../ingestion/retention/policies.ts';
import { createIngestionWorker, type IngestionWorker } from '../ingestion/worker.ts';
import type { AuditLog } from '../operations/audit/audit-log.ts';
import { createLeader, type Duty, type Leader } from '../operations/leader.ts';
import { createMigrations, type Migrations } from '../operations/migrations/migrations.ts';
import { createStanding } from '../operations/users/standing.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { createGraphLeases } from '../stores/graph/leases/graph-leases.ts';
import type { Leases } from '../stores/graph/leases/leases.ts';
import { createLocalLeases } from '../stores/graph/leases/local-leases.ts';
import type { Embedders } from '../text/embedders.ts';
import type { LanguageModel } from '../text/language-model.ts';
import type { SharedWork } from './between-processes.ts';
import { createModelExtractor } from './models.ts';
import { detectorSettings } from './privacy.ts';
import type { Stores } from './stores.ts';

/** Threads that read documents. The graph and the indexes have threads of their own. */
const ANALYSIS_THREADS = 1;

export interface WritePath {
  readonly ingestion: Ingestion;
  readonly reembeddings: Reembeddings;
  readonly migrations: Migrations;
  /** How long documents are kept, which must be, and erasure for somebody. */
  readonly retention: {
    readonly policies: Policies;
    readonly holds: Holds;
    readonly erasures: Erasures;
    readonly archives: Archives;
  };
  readonly deadLetters: DeadLetters;
  /** What becomes of personal data, and who learns what stands behind a pseudonym. */
  readonly privacy: {
    readonly privacyPolicies: PrivacyPolicies;
    readonly pseudonyms: PseudonymDesk;
    readonly privacyTreatments: PrivacyTreatments;
  };
  readonly checks: ConsistencyChecks;
  readonly worker: IngestionWorker;
  /** What of all processes with a worker one does. */
  readonly leader: Leader;
  readonly limits: IngestionLimits;
  /** What of all processes one does, and who has index and contents alone: backups take part in both. */
  readonly leases: Leases;
  readonly exclusive: Exclusive;
}

export interface WritePathTools {
  readonly stores: Stores;
  /** The same for what runs by the clock and belongs to no call: nothing stands between it and them. */
  readonly background: Stores;
  readonly sharedWork: Pick<SharedWork, 'queue' | 'channel'>;
  readonly embedders: Embedders;
  readonly languageModel: LanguageModel | null;
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
  /** Where archived documents lie; null where nothing is configured. */
  readonly archive: ArchiveStore | null;
  readonly audit: Pick<AuditLog, 'record'>;
  /** What else only one of all processes does. */
  readonly duties: readonly Duty[];
  readonly log: Log;
}

export function createWritePath(config: Config, tools: WritePathTools): WritePath {
  const { stores, background, sharedWork, embedders, languageModel, privacy, log } = tools;
  const { queue, channel } = sharedWork;
  const events = createJobEvents({ channel });
  const leases = createLeases(config, stores.graph, log);
  const exclusive = createExclusive(leases);
  const batchTools = {
    ...stores,
    embedders,
    analysis: createAnalysis({ threads: ANALYSIS_THREADS, detector: detectorSettings(config) }),
    privacy,
    exclusive,
    modelExtractor: createModelExtractor(config, languageModel),
    now: () => new Date(),
    onStep: events.publish,
  };
  const worker = createIngestionWorker({
    tools: batchTools,
    graph: stores.graph,
    queue,
    events,
    log,
    drainMs: config.DRAIN_MS,
    beforeFirst: async (signal, tell) => {
      await settleLeftRemovals({ ...stores, exclusive });
      // A side that was set up anew is filled from the other one, and not by embedding everything.
      if (stores.mirror !== null)
        await noteUnlike({ mirror: stores.mirror, exclusive, log }).catch(() => undefined);
      await bringIndexesUpToDate({ ...stores, embedders, exclusive, leases, log, tell }, signal);
    },
  });
  const migrations = createMigrations({
    graph: background.graph,
    auto: config.MIGRATIONS === 'auto',
    record: tools.audit.record,
    now: batchTools.now,
    log,
  });
  const checks = createConsistencyChecks(batchTools);
  const limits = {
    documentsMax: config.INGEST_DOCUMENTS_MAX,
    documentBytesMax: config.DOCUMENT_BYTES_MAX,
    uploadBytesMax: config.UPLOAD_BYTES_MAX,
  };
  const { archive } = tools;
  const archiveTools = { ...batchTools, leases, limits, archive, queue, log };
  const archives = createArchives(archiveTools);
  const leader = createLeader({
    leases,
    duties: [
      createReconciler({ graph: background.graph, queue, now: batchTools.now, log }),
      createRemover({ ...background, exclusive, log }),
      createReembedder({ ...batchTools, ...background, log }),
      migrations.duty,
      createRetention({
        ...{ ...batchTools, ...background, log, record: tools.audit.record },
        archives: createArchives({ ...archiveTools, ...background }),
      }),
      createArchiveKeeper({ ...archiveTools, ...background }),
      createTreater({
        ...{ ...batchTools, ...background, limits, queue, log, record: tools.audit.record },
        cancelJob: (tenant, id) => ingestion.cancel(tenant, id),
        standingOf: createStanding({ graph: background.graph, now: batchTools.now }),
      }),
      createChecker({
        ...{ ...batchTools, ...background, log },
        checks: createConsistencyChecks({ ...batchTools, ...background }),
        everyHours: config.CONSISTENCY_EVERY_HOURS,
        record: tools.audit.record,
      }),
      createContentSweeper({ ...batchTools, ...background, log, record: tools.audit.record }),
      ...(background.mirror === null
        ? []
        : [createMirrorKeeper({ ...batchTools, ...background, mirror: background.mirror, log })]),
      ...tools.duties,
    ],
    log,
  });
  const ingestion = createIngestion({
    ...batchTools,
    limits,
    events,
    asksModel: batchTools.modelExtractor !== null,
    queue,
    log,
  });
  const privacyTools = { ...batchTools, ...privacy };
  const retention = {
    policies: createPolicies({ ...batchTools, archives }),
    holds: createHolds(batchTools),
    erasures: createErasures({
      ...batchTools,
      archives,
      pseudonymsOf: createPseudonymsOfNames(privacy.tenantKeys),
    }),
    archives,
  };
  return {
    ingestion,
    retention,
    privacy: {
      privacyPolicies: createPrivacyPolicies(privacyTools),
      pseudonyms: createPseudonymDesk(privacyTools),
      privacyTreatments: createPrivacyTreatments(batchTools),
    },
    reembeddings: createReembeddings(batchTools),
    migrations,
    deadLetters: createDeadLetters({ ...batchTools, queue, log }),
    checks,
    worker,
    leader,
    limits,
    leases,
    exclusive,
  };
}

/** One process has an embedded graph to itself; on a graph that processes share, they take turns by leases in it. */
function createLeases(config: Config, graph: GraphStore, log: Log): Leases {
  return config.GRAPH === 'embedded' ? createLocalLeases({ graph }) : createGraphLeases({ graph, log });
}
