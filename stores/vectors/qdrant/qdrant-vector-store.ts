/** The search indexes behind the port, in Qdrant: a collection for all tenants, the tenant in every request. */

import { FIRST_NAMESPACE, type Namespace } from '../../../model/namespace.ts';
import { Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import { startWorker, type WorkerClient } from '../../../platform/worker-call.ts';
import type { TermReader } from '../terms.ts';
import { createTwoIndexes, type IndexEngine } from '../two-indexes.ts';
import type { VectorStore } from '../vector-store.ts';
import {
  type CollectionOptions,
  collectionName,
  createCollection,
  readAliases,
  removeCollection,
  startCollection,
  writeAliases,
} from './collection.ts';
import { connectQdrant, type QdrantAddress, type QdrantConnection } from './connection.ts';
import { COLLECTION_PREFIX, prefixIn } from './namespaces.ts';
import { openIndex } from './open-index.ts';

export interface QdrantOptions extends QdrantAddress, Partial<CollectionOptions> {
  /** Which of several installations on the server this is; the first by default. */
  readonly namespace?: Namespace;
  readonly log: Log;
}

type TermApi = { [Method in keyof TermReader]: TermReader[Method] };

const DEFAULTS: CollectionOptions = {
  collectionPrefix: COLLECTION_PREFIX,
  quantization: 'none',
  onDisk: false,
  shards: 1,
  replicas: 1,
};

const OLDEST = { major: 1, minor: 19 };
/** How long a process goes on with the index that another has switched from, in ms. */
const PLACES_KEPT_MS = 1_000;

export function createQdrantVectorStore(given: QdrantOptions): VectorStore {
  const qdrant = connectQdrant(given);
  let engine = 'Qdrant';
  const { collectionPrefix, ...options } = { ...DEFAULTS, ...given };
  const prefix = prefixIn(given.namespace ?? FIRST_NAMESPACE, collectionPrefix);
  const indexes = createTwoIndexes(collectionsOf(qdrant, given, { ...options, collectionPrefix: prefix }));
  return {
    ...indexes,
    open: async (embedder) => {
      const version = await qdrant.version();
      engine = `Qdrant ${version}`;
      checkVersion(version);
      await indexes.open(embedder);
    },
    health: () => probeHealth('vectors', engine, () => indexes.revision()),
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

function collectionsOf(
  qdrant: QdrantConnection,
  { log }: { readonly log: Log },
  options: CollectionOptions,
): IndexEngine {
  let worker: WorkerClient<TermApi> | null = null;
  const startTerms = () => {
    worker ??= startWorker<TermApi>(new URL('./terms.worker.ts', import.meta.url));
    return worker;
  };
  return {
    start: (embedder) => startCollection(qdrant, options, { dimensions: embedder?.dimensions ?? null, log }),
    placesKeptMs: PLACES_KEPT_MS,
    places: async () => {
      const places = await readAliases(qdrant, options);
      if (places !== null) return places;
      throw new Problem(
        'UNAVAILABLE',
        'The collection is gone from Qdrant. Restart Trellis; it is rebuilt from the graph.',
      );
    },
    setPlaces: (places) => writeAliases(qdrant, options, places),
    makeIndex: (name, { dimensions }) => createCollection(qdrant, name, options, dimensions),
    openIndex: (name, embedder) =>
      openIndex(
        {
          qdrant,
          isQuantized: options.quantization !== 'none',
          termsOf: (texts) => startTerms().call.termsOf(texts),
        },
        name,
        embedder,
      ),
    removeIndex: (name) => removeCollection(qdrant, name),
    nameOf: (number) => collectionName(options, number),
    close: async () => {
      await worker?.terminate();
      worker = null;
    },
  };
}
