/** The write path on real stores, embedded in a folder of its own unless the graph is on a server. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Analysis, createAnalysis } from '../../ingestion/analysis.ts';
import { createArchiveKeeper } from '../../ingestion/archive/archive-keeper.ts';
import type { ArchiveStore } from '../../ingestion/archive/archive-store.ts';
import { type Archives, createArchives } from '../../ingestion/archive/archives.ts';
import { createChecker } from '../../ingestion/consistency/checker.ts';
import { type ConsistencyChecks, createConsistencyChecks } from '../../ingestion/consistency/consistency.ts';
import { createDeadLetters, type DeadLetters } from '../../ingestion/dead-letters.ts';
import { createExclusive, type Exclusive } from '../../ingestion/exclusive.ts';
import { createIngestion, type Ingestion } from '../../ingestion/ingestion.ts';
import { createJobEvents, type JobEvents } from '../../ingestion/job-events.ts';
import { createPrivacyPolicies, type PrivacyPolicies } from '../../ingestion/privacy/policies.ts';
import type { PrivacyTools } from '../../ingestion/privacy/policy-in-force.ts';
import { createPseudonymDesk, type PseudonymDesk } from '../../ingestion/privacy/pseudonym-desk.ts';
import { termsForAll } from '../../ingestion/privacy/terms.ts';
import { createTreater } from '../../ingestion/privacy/treatments/treater.ts';
import {
  createPrivacyTreatments,
  type PrivacyTreatments,
} from '../../ingestion/privacy/treatments/treatments.ts';
import { createReconciler } from '../../ingestion/reconciler.ts';
import { createReembedder } from '../../ingestion/reembedding/reembedder.ts';
import { createReembeddings, type Reembeddings } from '../../ingestion/reembedding/reembedding.ts';
import { bringIndexesUpToDate } from '../../ingestion/reindex.ts';
import { settleLeftRemovals } from '../../ingestion/removals.ts';
import { createIngestionWorker, type IngestionWorker } from '../../ingestion/worker.ts';
import type { AuditEvent } from '../../model/audit.ts';
import type { IngestionJob } from '../../model/jobs.ts';
import { CONFIDENCE_MIN } from '../../model/personal-data.ts';
import { createLeader } from '../../operations/leader.ts';
import { createStanding } from '../../operations/users/standing.ts';
import { createLog } from '../../platform/log.ts';
import { createInProcessQueue } from '../../platform/queue/in-process.ts';
import type { Queue } from '../../platform/queue/queue.ts';
import { createKeyFolder } from '../../platform/tenant-keys/key-folder.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import { createEmbeddedContentStore } from '../../stores/content/embedded/embedded-content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { statement } from '../../stores/graph/graph-store.ts';
import type { Leases } from '../../stores/graph/leases/leases.ts';
import { createLocalLeases } from '../../stores/graph/leases/local-leases.ts';
import { createEmbeddedVectorStore } from '../../stores/vectors/embedded/embedded-vector-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { createEmbedders, type Embedders } from '../../text/embedders.ts';
import type { Extractor } from '../../text/extractor.ts';
import { createTestGraph } from '../servers/test-graph.ts';

export const TENANT = 'acme';

export interface Rooms {
  readonly directory: string;
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  readonly embedders: Embedders;
  readonly reembeddings: Reembeddings;
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
  readonly privacyPolicies: PrivacyPolicies;
  readonly pseudonyms: PseudonymDesk;
  readonly privacyTreatments: PrivacyTreatments;
  readonly checks: ConsistencyChecks;
  /** What the audit log was told of checks and treatments. */
  readonly recorded: readonly AuditEvent[];
  readonly archives: Archives;
  readonly deadLetters: DeadLetters;
  readonly leases: Leases;
  readonly exclusive: Exclusive;
  readonly ingestion: Ingestion;
  readonly worker: IngestionWorker;
  /** Another worker on the same stores, as another process has it: with a queue, leases and events of its own. */
  joinWorker(own: Pick<RoomsOptions, 'queue' | 'leases' | 'events' | 'embedder'>): Promise<IngestionWorker>;
  /** Waits until the job is finished, a minute unless another time is given, and gives it. */
  finished(jobId: string | null, withinMs?: number): Promise<IngestionJob>;
  /** How many nodes each label has. */
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface RoomsOptions {
  readonly directory?: string;
  readonly embedder?: Embedder;
  /** Those that the index may have been filled by before. */
  readonly otherEmbedders?: readonly Embedder[];
  /** Asked beside the rules, as a model is. */
  readonly extractor?: Extractor;
  readonly startWorker?: boolean;
  /** Where archived documents lie; nowhere where it is left out. */
  readonly archive?: ArchiveStore;
  readonly queue?: Queue;
  /** Given the graph, once it is made. */
  readonly leases?: (graph: GraphStore) => Leases;
  readonly events?: JobEvents;
  readonly reconcileEveryMs?: number;
  readonly abandonedAfterMs?: number;
  /** What time it is for checks of the stores. */
  readonly checkAt?: () => Date;
  /** Another graph than a test's usual one; not yet open. */
  readonly createGraph?: (directory: string) => GraphStore;
  /** Another store of contents than the embedded one, for an installation in this folder. */
  readonly createContent?: (directory: string) => ContentStore;
  /** Puts something between the write path and the store. */
  readonly wrapContent?: (content: ContentStore) => ContentStore;
  /** Another engine than the embedded one. */
  readonly createVectors?: () => VectorStore;
  readonly wrapVectors?: (vectors: VectorStore) => VectorStore;
  readonly wrapAnalysis?: (analysis: Analysis) => Analysis;
  readonly parseBytesMax?: number;
}

export async function openRooms(options: RoomsOptions = {}): Promise<Rooms> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'trellis-rooms-')));
  const log = createLog({ level: 'silent' });
  const graph = options.createGraph?.(directory) ?? (await createTestGraph(directory, log));
  const { extractor } = options;
  const { wrapContent = same, wrapVectors = same, wrapAnalysis = same } = options;
  const { createContent = (path) => createEmbeddedContentStore({ directory: join(path, 'content') }) } =
    options;
  const content = wrapContent(createContent(directory));
  const { createVectors = () => createEmbeddedVectorStore({ directory: join(directory, 'vectors'), log }) } =
    options;
  const vectors = wrapVectors(createVectors());
  const embedders = createEmbedders(options.embedder ?? createLexicalEmbedder(), options.otherEmbedders);
  await Promise.all([
    graph.open(),
    content.open(),
    embedders.open().then((identity) => vectors.open(identity)),
  ]);

  const analysis = wrapAnalysis(createAnalysis({ threads: 1 }));
  const events = options.events ?? createJobEvents();
  const queue = options.queue ?? createInProcessQueue();
  const leases = options.leases?.(graph) ?? createLocalLeases({ graph });
  const exclusive = createExclusive(leases);
  const now = () => new Date();
  const privacy = {
    tenantKeys: createKeyFolder({ directory: join(directory, 'tenant-keys'), wrapper: null, now }),
    defaults: termsForAll('KEEP', CONFIDENCE_MIN),
  };
  const tools = {
    graph,
    content,
    vectors,
    analysis,
    embedders,
    modelExtractor: extractor === undefined ? null : () => extractor,
    exclusive,
    privacy,
    now,
    onStep: events.publish,
  };
  const worker = createIngestionWorker({
    tools,
    graph,
    queue,
    events,
    log,
    ...(options.parseBytesMax === undefined ? {} : { parseBytesMax: options.parseBytesMax }),
    beforeFirst: async (signal, tell) => {
      await settleLeftRemovals({ graph, content, vectors, exclusive });
      await bringIndexesUpToDate({ graph, vectors, embedders, exclusive, leases, log, tell }, signal);
    },
  });
  const checks = createConsistencyChecks(tools);
  const recorded: AuditEvent[] = [];
  const limits = { documentsMax: 1_000, documentBytesMax: 1_000_000, uploadBytesMax: 10_000_000 };
  const archiveTools = { ...tools, leases, limits, queue, log, archive: options.archive ?? null };
  const archives = createArchives(archiveTools);
  const leader = createLeader({
    leases,
    log,
    duties: [
      createReconciler({
        graph,
        queue,
        now,
        log,
        everyMs: options.reconcileEveryMs ?? 200,
        abandonedAfterMs: options.abandonedAfterMs ?? 60_000,
      }),
      createReembedder({ ...tools, log, everyMs: 50 }),
      createArchiveKeeper({ ...archiveTools, everyMs: 50 }),
      createTreater({
        ...{ ...tools, limits, queue, log, everyMs: 20 },
        cancelJob: (tenant, id) => ingestion.cancel(tenant, id),
        standingOf: createStanding({ graph, now }),
        record: async (events) => void recorded.push(...events),
      }),
      createChecker({
        ...{ ...tools, checks, everyHours: 0, log, everyMs: 50 },
        now: options.checkAt ?? now,
        record: async (events) => void recorded.push(...events),
      }),
    ],
  });
  const ingestion = createIngestion({
    ...tools,
    events,
    asksModel: extractor !== undefined,
    limits,
    queue,
    log,
  });
  if (options.startWorker !== false) {
    await worker.start();
    await leader.start();
  }

  return {
    directory,
    graph,
    content,
    vectors,
    embedders,
    reembeddings: createReembeddings(tools),
    privacy,
    privacyPolicies: createPrivacyPolicies({ ...tools, ...privacy }),
    pseudonyms: createPseudonymDesk({ ...tools, ...privacy }),
    privacyTreatments: createPrivacyTreatments(tools),
    checks,
    recorded,
    archives,
    deadLetters: createDeadLetters({ ...tools, queue, log }),
    leases,
    exclusive,
    ingestion,
    worker,
    joinWorker: async (own) => {
      const ownQueue = own.queue ?? queue;
      const ownEvents = own.events ?? createJobEvents();
      const joined = createIngestionWorker({
        tools: {
          ...tools,
          analysis: createAnalysis({ threads: 1 }),
          embedders: own.embedder === undefined ? embedders : await opened(own.embedder),
          exclusive: createExclusive(own.leases?.(graph) ?? leases),
          onStep: ownEvents.publish,
        },
        graph,
        queue: ownQueue,
        events: ownEvents,
        log,
        beforeFirst: async () => undefined,
      });
      await joined.start();
      return joined;
    },
    finished: async (jobId, withinMs = 60_000) => {
      let last: IngestionJob | undefined;
      for await (const job of ingestion.watch(TENANT, jobId ?? '', AbortSignal.timeout(withinMs))) last = job;
      if (last === undefined) throw new Error('the job was never seen');
      return last;
    },
    counts: async () => {
      const labels = [
        'Collection',
        'Document',
        'Chunk',
        'Entity',
        'Name',
        'Relationship',
        'Submission',
        'Removal',
      ];
      const counted = labels.map(async (label) => {
        const [count = 0] = await graph.read(
          statement('test.count', `MATCH (n:${label}) RETURN count(n) AS n`, {}, (row) => Number(row.n)),
        );
        return [label, count] as const;
      });
      return Object.fromEntries(await Promise.all(counted));
    },
    close: async () => {
      await leader.close();
      await worker.close();
      await queue.close();
      await Promise.all([graph.close(), content.close(), vectors.close()]);
    },
  };
}

async function opened(embedder: Embedder): Promise<Embedders> {
  const embedders = createEmbedders(embedder);
  await embedders.open();
  return embedders;
}

function same<Value>(value: Value): Value {
  return value;
}
