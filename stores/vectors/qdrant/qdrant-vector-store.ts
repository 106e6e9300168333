/** The search indexes behind the port, in Qdrant: one collection for all tenants, the tenant in every request. */

import { Problem, toProblem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { startWorker, type WorkerClient } from '../../../platform/worker-call.ts';
import { searchedWords, wordsOf } from '../keyword-words.ts';
import type { IndexRemoval, VectorStore } from '../vector-store.ts';
import { boundaryConditions } from './boundary-filter.ts';
import { applyChange, type ChangeTarget } from './changes.ts';
import { type CollectionOptions, type OpenCollection, openCollection } from './collection.ts';
import { connectQdrant, type QdrantAddress, type QdrantConnection } from './connection.ts';
import { type CorpusStatistics, corpusStatistics } from './corpus-statistics.ts';
import { searchVectors } from './dense-search.ts';
import { inTurnByKey } from './in-turn.ts';
import { searchKeywords } from './keyword-search.ts';
import { countPhrase, matchingDocuments, readVectors } from './lookups.ts';
import { type EmbedderNotes, embedderNotes, type SettingsPoint, settingsPoint } from './settings.ts';
import type { Columns, ColumnTerms, TermReader } from './terms.ts';

export interface QdrantOptions extends QdrantAddress, Partial<CollectionOptions> {
  readonly log: Log;
}

type TermApi = { [Method in keyof TermReader]: TermReader[Method] };

/** What there is once the collection is open. */
interface Opened extends ChangeTarget {
  readonly settings: SettingsPoint;
  readonly notes: EmbedderNotes;
  readonly statistics: CorpusStatistics;
  readonly dimensions: number | null;
  readonly worker: WorkerClient<TermApi>;
}

const DEFAULTS: CollectionOptions = {
  collectionPrefix: 'trellis',
  quantization: 'none',
  onDisk: false,
  shards: 1,
  replicas: 1,
};

const OLDEST = { major: 1, minor: 19 };

export function createQdrantVectorStore(given: QdrantOptions): VectorStore {
  const { log } = given;
  const options: CollectionOptions = { ...DEFAULTS, ...given };
  const qdrant = connectQdrant(given);
  const inTurn = inTurnByKey();
  let engine = 'Qdrant';
  let open: Opened | null = null;
  const opened = () => {
    if (open === null)
      throw new Problem(
        'UNAVAILABLE',
        'The search indexes are not open. Try again once Trellis has started.',
      );
    return open;
  };

  return {
    open: async (embedder) => {
      const version = await qdrant.version();
      engine = `Qdrant ${version}`;
      checkVersion(version);
      const dimensions = embedder?.dimensions ?? null;
      const collection = await openCollection(qdrant, options, { dimensions, log });
      const settings = settingsPoint(qdrant, collection.alias);
      const notes = await embedderNotes(settings, embedder, collection.alias);
      open = await gather(qdrant, { collection, settings, notes });
    },
    apply: async (changes) => {
      let total: IndexRemoval = { vectors: 0, postings: 0 };
      for (const change of changes) {
        const target = opened();
        const { vectors, postings } = await inTurn(change.tenant, async () => {
          await target.notes.noteChunks(change.chunks ?? []);
          return applyChange(target, change).finally(() => target.statistics.forget(change.tenant));
        });
        total = { vectors: total.vectors + vectors, postings: total.postings + postings };
      }
      return total;
    },
    searchDense: async (queries, boundary, signal) => {
      const { collection, dimensions } = opened();
      const conditions = boundaryConditions(boundary);
      if (conditions === null || dimensions === null) return queries.map(() => []);
      const isQuantized = options.quantization !== 'none';
      return searchVectors({ qdrant, collection, dimensions, isQuantized }, queries, conditions, signal);
    },
    searchKeyword: async (queries, boundary, signal) => {
      const { termsOf, ...rest } = opened();
      const conditions = boundaryConditions(boundary);
      if (conditions === null) return queries.map(() => []);
      const terms = await termsOfWords(
        queries.map(({ text }) => searchedWords(text)),
        termsOf,
      );
      const within = { tenant: boundary.tenant, conditions };
      const searches = queries.map(({ limit }, at) =>
        searchKeywords({ ...rest }, { terms: terms[at] ?? [], limit }, within, signal),
      );
      return answerOrCancel(Promise.all(searches), signal);
    },
    countPhrases: async (phrases, tenant, limit, signal) => {
      const { collection, termsOf } = opened();
      const terms = await termsOfWords(phrases.map(wordsOf), termsOf);
      const counts = terms.map((phrase) => countPhrase({ qdrant, collection }, phrase, tenant, signal));
      return (await Promise.all(counts)).map((count) => Math.min(count, limit));
    },
    vectors: async (chunkIds, tenant) => {
      const { collection, hasVectors } = opened();
      return hasVectors ? readVectors({ qdrant, collection }, chunkIds, tenant) : chunkIds.map(() => null);
    },
    matching: async (documentIds, boundary) =>
      matchingDocuments({ qdrant, collection: opened().collection }, documentIds, boundary),
    revision: async () => (await opened().settings.read()).revision,
    recordRevision: async (revision) => opened().settings.write({ revision }),
    health: () => probeHealth('vectors', engine, async () => opened().settings.read()),
    close: async () => {
      const closing = open;
      open = null;
      await inTurn.settled();
      await closing?.worker.terminate();
    },
  };
}

/** An older server would not refuse what it does not know, such as `insert_only`, but do something else. */
function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new Problem(
    'UNAVAILABLE',
    `Qdrant ${version} is too old. Upgrade it to ${OLDEST.major}.${OLDEST.minor} or newer, one minor version at a time.`,
  );
}

async function gather(
  qdrant: QdrantConnection,
  found: {
    readonly collection: OpenCollection;
    readonly settings: SettingsPoint;
    readonly notes: EmbedderNotes;
  },
): Promise<Opened> {
  const { collection, settings, notes } = found;
  const wanted = notes.identity?.dimensions ?? null;
  if (wanted !== null && wanted !== collection.dimensions()) await collection.resize(wanted);
  const worker = startWorker<TermApi>(new URL('./terms.worker.ts', import.meta.url));
  return {
    qdrant,
    collection: collection.alias,
    settings,
    notes,
    statistics: corpusStatistics(qdrant, collection.alias),
    dimensions: wanted,
    hasVectors: wanted !== null,
    worker,
    termsOf: (texts) => worker.call.termsOf(texts),
  };
}

async function termsOfWords(
  lists: readonly (readonly string[])[],
  termsOf: (texts: readonly Columns[]) => Promise<readonly ColumnTerms[]>,
): Promise<readonly (readonly string[])[]> {
  const read = await termsOf(lists.map((words) => ({ title: '', headings: '', text: words.join(' ') })));
  return read.map(({ text }) => text);
}

/** Lets the caller go when it gives up, whatever others still wait for. */
function answerOrCancel<Value>(call: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return untilAborted(call, signal).catch((error: unknown) => {
    throw signal?.aborted ? toProblem(error) : error;
  });
}
