/**
 * The one collection of all tenants, found through an alias so that another can take its place at once: how it is
 * made, what strict mode allows in it, and how it comes to hold vectors of another size.
 */

import type { Log } from '../../../platform/log.ts';
import type { IndexPlaces } from '../two-indexes.ts';
import { type QdrantConnection, QdrantRefusal, type Schemas } from './connection.ts';
import { payloadIndexes, VECTORS } from './fields.ts';
import { LIMITS } from './limits.ts';
import { settingsPoint } from './settings.ts';

/** Grows when {@link FIELDS} or what is in them changes: another layout is another alias, filled from the graph. */
const LAYOUT = 1;
/** Points copied in one request. */
const COPIED_AT_ONCE = 250;

export interface CollectionOptions {
  /** Collections and aliases of this store begin with it. */
  readonly collectionPrefix: string;
  /** Keeps a small copy of each vector in memory: a quarter of its size, or a thirty-second. */
  readonly quantization: 'none' | 'scalar' | 'binary';
  /** Leaves vectors, postings and payload indexes on disk; slower, for less memory. */
  readonly onDisk: boolean;
  readonly shards: number;
  /** Copies of each shard. A change is acknowledged by all of them, so that any can answer for it. */
  readonly replicas: number;
}

/** Aliases of the collection that answers, and of the one beside it. */
export function aliasesOf({ collectionPrefix }: Pick<CollectionOptions, 'collectionPrefix'>) {
  const live = `${collectionPrefix}-v${LAYOUT}`;
  return { live, beside: `${live}-beside` };
}

export function collectionName(options: Pick<CollectionOptions, 'collectionPrefix'>, number: number): string {
  return `${aliasesOf(options).live}-${number}`;
}

/**
 * Makes sure that there is a collection that answers. One that holds no vector yet makes room for those of another size,
 * and keeps every point.
 */
export async function startCollection(
  qdrant: QdrantConnection,
  options: CollectionOptions,
  { dimensions, log }: { readonly dimensions: number | null; readonly log: Log },
): Promise<void> {
  const places = await readAliases(qdrant, options);
  if (places === null) {
    const name = collectionName(options, 1);
    await createCollection(qdrant, name, options, dimensions);
    await writeAliases(qdrant, options, { live: name, beside: null });
    log.info({ engine: 'vectors', collection: name }, 'The collection was created.');
    return;
  }
  await createIndexes(qdrant, places.live, options);
  if (dimensions === null || places.beside !== null) return;
  const isFilled = (await settingsPoint(qdrant, places.live).read()).embedder !== null;
  if (isFilled || (await dimensionsOf(qdrant, places.live)) === dimensions) return;
  await resize(qdrant, options, { name: places.live, dimensions });
}

/** Adding a vector to a collection that is being optimised is a race in Qdrant: the points get another one. */
async function resize(
  qdrant: QdrantConnection,
  options: CollectionOptions,
  { name, dimensions }: { readonly name: string; readonly dimensions: number },
): Promise<void> {
  const next = collectionName(options, Number(name.split('-').at(-1)) + 1);
  // What a crash left of an earlier try.
  await removeCollection(qdrant, next);
  await createCollection(qdrant, next, options, dimensions);
  await copyWithoutDense(qdrant, name, next);
  await writeAliases(qdrant, options, { live: next, beside: null });
  await removeCollection(qdrant, name);
}

export async function removeCollection(qdrant: QdrantConnection, name: string): Promise<void> {
  await qdrant.ask((api, init) => api.deleteCollection({ collection_name: name }, init));
}

/** Null where none answers yet. */
export async function readAliases(
  qdrant: QdrantConnection,
  options: Pick<CollectionOptions, 'collectionPrefix'>,
): Promise<IndexPlaces | null> {
  const { aliases } = await qdrant.ask((api, init) => api.getCollectionsAliases({}, init));
  const targetOf = (alias: string) =>
    aliases.find(({ alias_name }) => alias_name === alias)?.collection_name ?? null;
  const { live, beside } = aliasesOf(options);
  const name = targetOf(live);
  return name === null ? null : { live: name, beside: targetOf(beside) };
}

/** In one request, which Qdrant carries out in one step: nobody sees an alias gone, or both on one collection. */
export async function writeAliases(
  qdrant: QdrantConnection,
  options: Pick<CollectionOptions, 'collectionPrefix'>,
  places: IndexPlaces,
): Promise<void> {
  const before = await readAliases(qdrant, options);
  const aliases = aliasesOf(options);
  const actions: Schemas['AliasOperations'][] = (['live', 'beside'] as const).flatMap((place) => [
    ...(before === null || before[place] === null ? [] : [{ delete_alias: { alias_name: aliases[place] } }]),
    ...(places[place] === null
      ? []
      : [{ create_alias: { collection_name: places[place], alias_name: aliases[place] } }]),
  ]);
  await qdrant.ask((api, init) => api.updateAliases({ actions }, init));
}

export async function createCollection(
  qdrant: QdrantConnection,
  name: string,
  options: CollectionOptions,
  dimensions: number | null,
): Promise<void> {
  try {
    const request = creationOf(options, dimensions);
    await qdrant.ask((api, init) => api.createCollection({ collection_name: name, ...request }, init));
  } catch (error) {
    // Another process that starts at the same time may have made it.
    if (!(error instanceof QdrantRefusal && /already exists/.test(error.message))) throw error;
  }
  await createIndexes(qdrant, name, options);
}

export function creationOf(
  { quantization, onDisk, shards, replicas }: Omit<CollectionOptions, 'collectionPrefix'>,
  dimensions: number | null,
): Schemas['CreateCollection'] {
  const memory = onDisk ? 'cold' : 'cached';
  const dense = { size: dimensions ?? 0, distance: 'Dot', memory } as const;
  return {
    vectors: dimensions === null ? {} : { [VECTORS.dense]: dense },
    // Weights come ready with the document and the question: see docs/decisions/qdrant.md.
    sparse_vectors: { [VECTORS.words]: { index: { memory: onDisk ? 'cold' : 'pinned' } } },
    shard_number: shards,
    replication_factor: replicas,
    write_consistency_factor: replicas,
    hnsw_config: { m: 0, payload_m: 16, ...(onDisk ? { memory } : {}) },
    ...(quantization === 'none' ? {} : { quantization_config: QUANTIZATIONS[quantization] }),
    strict_mode_config: STRICT_MODE,
  };
}

const QUANTIZATIONS: Record<'scalar' | 'binary', Schemas['QuantizationConfig']> = {
  scalar: { scalar: { type: 'int8', quantile: 0.99, memory: 'pinned' } },
  binary: { binary: { memory: 'pinned' } },
};

const STRICT_MODE: Schemas['StrictModeConfig'] = {
  enabled: true,
  unindexed_filtering_retrieve: false,
  unindexed_filtering_update: false,
  max_query_limit: LIMITS.hits,
  upsert_max_batchsize: LIMITS.pointsAtOnce,
  search_max_batchsize: LIMITS.queriesAtOnce,
  filter_max_conditions: LIMITS.conditions,
  condition_max_size: LIMITS.valuesInCondition,
  search_max_oversampling: LIMITS.oversampling,
};

/** Those that are missing; asking for one that is there would change nothing. */
async function createIndexes(
  qdrant: QdrantConnection,
  name: string,
  { onDisk }: CollectionOptions,
): Promise<void> {
  const { payload_schema: present } = await qdrant.ask((api, init) =>
    api.getCollection({ collection_name: name }, init),
  );
  for (const { field, schema } of payloadIndexes(onDisk ? 'cold' : 'pinned')) {
    if (present[field] !== undefined) continue;
    await qdrant.ask((api, init) =>
      api.createFieldIndex(
        { collection_name: name, wait: true, field_name: field, field_schema: schema },
        init,
      ),
    );
  }
}

export async function dimensionsOf(qdrant: QdrantConnection, name: string): Promise<number | null> {
  const { config } = await qdrant.ask((api, init) => api.getCollection({ collection_name: name }, init));
  const vectors: Readonly<Record<string, unknown>> = { ...config.params.vectors };
  const dense = vectors[VECTORS.dense];
  return typeof dense === 'object' && dense !== null && 'size' in dense ? Number(dense.size) : null;
}

async function copyWithoutDense(qdrant: QdrantConnection, from: string, to: string): Promise<void> {
  let offset: Schemas['ExtendedPointId'] | undefined;
  do {
    const page = await qdrant.ask((api, init) =>
      api.scrollPoints(
        {
          collection_name: from,
          limit: COPIED_AT_ONCE,
          with_payload: true,
          with_vector: [VECTORS.words],
          ...(offset === undefined ? {} : { offset }),
        },
        init,
      ),
    );
    const points = page.points.map(({ id, payload, vector }) => ({
      id,
      payload: payload ?? {},
      vector: vector as Schemas['VectorStruct'],
    }));
    if (points.length > 0)
      await qdrant.ask((api, init) => api.upsertPoints({ collection_name: to, wait: true, points }, init));
    const next = page.next_page_offset;
    offset = typeof next === 'string' || typeof next === 'number' ? next : undefined;
  } while (offset !== undefined);
}
