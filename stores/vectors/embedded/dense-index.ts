/** The dense index: vectors lie in LanceDB, and those of a small tenant in memory as well. */

import { LRUCache } from 'lru-cache';
import { invariant } from '../../../platform/errors.ts';
import { best } from '../top-hits.ts';
import type { ScoredChunk } from '../vector-store.ts';
import type { DenseRow, DenseSearch } from './dense-row.ts';
import { type LanceTables, openLanceTables } from './lance-tables.ts';
import { ResidentVectors } from './resident-vectors.ts';

/** A tenant with more numbers than this is asked of LanceDB: about here both take the same time. */
const RESIDENT_FLOATS_MAX = 4_000_000;
/** Numbers held in memory for all tenants together, 4 bytes each. */
const RESIDENT_FLOATS_TOTAL = 32_000_000;

/** Changes, {@link DenseIndex.prepare} and {@link DenseIndex.fold} run one after another; searches at any time. */
export interface DenseIndex {
  add(tenant: string, rows: readonly DenseRow[]): Promise<void>;
  /** Gives how many rows were there. */
  remove(tenant: string, chunkIds: readonly string[]): Promise<number>;
  /** Best first, ties by chunk id. */
  search(tenant: string, query: DenseSearch): Promise<readonly ScoredChunk[]>;
  vectors(tenant: string, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /** Rows as they lie on the disk, whatever is in memory. */
  readonly onDisk: Pick<LanceTables, 'rowsOf' | 'placesFrom'>;
  /** Rows of all tenants, as they lie on the disk. */
  count(): Promise<number>;
  /** Whether {@link prepare} has nothing to do. */
  isPrepared(tenant: string): boolean;
  /** Whether the tenant's vectors are in memory, where every search looks at all of them. */
  isSmall(tenant: string): boolean;
  /** Reads a small tenant's vectors into memory. */
  prepare(tenant: string): Promise<void>;
  /** Lets go of what is in memory: the next search reads it again. */
  forget(tenant: string): void;
  /** Tidies the files of every tenant that changed since the last time. */
  fold(): Promise<void>;
  close(): void;
}

/** Up to this many rows, looking at every one is as fast as an approximate index. */
export const EXACT_ROWS_MAX = 20_000;

export async function openDenseIndex(
  directory: string,
  dimensions: number,
  limits = { residentFloatsMax: RESIDENT_FLOATS_MAX, exactRowsMax: EXACT_ROWS_MAX },
): Promise<DenseIndex> {
  const tables = await openLanceTables(directory, dimensions, limits.exactRowsMax);
  const residents = new LRUCache<string, ResidentVectors>({
    maxSize: RESIDENT_FLOATS_TOTAL,
    sizeCalculation: ({ floats }) => Math.max(1, floats),
  });
  const large = new Set<string>();
  const changed = new Set<string>();

  /** Keeps the count of what is in memory right, and lets go of a tenant that has grown. */
  const keep = (tenant: string, resident: ResidentVectors) => {
    residents.delete(tenant);
    if (resident.floats <= limits.residentFloatsMax) residents.set(tenant, resident);
    else large.add(tenant);
  };

  return {
    add: async (tenant, rows) => {
      if (rows.length === 0) return;
      invariant(
        rows.every(({ vector }) => vector.length === dimensions),
        `every vector of this index has ${dimensions} dimensions`,
      );
      await tables.add(tenant, rows);
      changed.add(tenant);
      const resident = residents.get(tenant);
      if (resident === undefined) return;
      resident.add(rows);
      keep(tenant, resident);
    },
    remove: async (tenant, chunkIds) => {
      if (chunkIds.length === 0) return 0;
      const removed = await tables.remove(tenant, chunkIds);
      changed.add(tenant);
      const resident = residents.get(tenant);
      resident?.remove(chunkIds);
      if (resident !== undefined) keep(tenant, resident);
      return removed;
    },
    search: async (tenant, query) => {
      invariant(
        query.vector.length === dimensions,
        `this index is asked for vectors of ${dimensions} dimensions`,
      );
      const resident = residents.get(tenant);
      if (resident !== undefined) return resident.search(query);
      return best(query.limit, (limit) => tables.search(tenant, { ...query, limit }));
    },
    vectors: async (tenant, chunkIds) => {
      const resident = residents.get(tenant);
      if (resident === undefined) {
        const rows = await tables.read(tenant, chunkIds);
        return new Map(rows.map(({ chunkId, vector }) => [chunkId, vector]));
      }
      const found = chunkIds.map((id) => [id, resident.vector(id)] as const);
      return new Map(found.filter((entry): entry is [string, Float32Array] => entry[1] !== null));
    },
    onDisk: tables,
    count: () => tables.count(),
    isPrepared: (tenant) => residents.has(tenant) || large.has(tenant),
    isSmall: (tenant) => residents.has(tenant),
    prepare: async (tenant) => {
      if (residents.has(tenant)) return;
      if ((await tables.rows(tenant)) * dimensions > limits.residentFloatsMax) large.add(tenant);
      else keep(tenant, new ResidentVectors(dimensions, await tables.read(tenant, null)));
    },
    forget: (tenant) => {
      residents.delete(tenant);
    },
    fold: async () => {
      for (const tenant of [...changed]) {
        changed.delete(tenant);
        await tables.fold(tenant);
      }
    },
    close: () => tables.close(),
  };
}
