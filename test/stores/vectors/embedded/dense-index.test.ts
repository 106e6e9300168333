import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type DenseIndex, openDenseIndex } from '../../../../stores/vectors/embedded/dense-index.ts';
import type { DenseRow, DenseSearch } from '../../../../stores/vectors/embedded/dense-row.ts';

const DIMENSIONS = 32;
const TENANT = 'acme';
const FLOATS = { inMemory: 4_000_000, onDisk: 0 };

/** Pseudo-random numbers from a seed (mulberry32), so that every run sees the same vectors. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function unitVector(random: () => number): Float32Array {
  const vector = Float32Array.from({ length: DIMENSIONS }, () => random() + random() - random() - random());
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function makeRows(count: number, from = 0): readonly DenseRow[] {
  const random = randomFrom(count + from);
  return Array.from({ length: count }, (_, at) => ({
    chunkId: `chunk-${from + at}`,
    documentId: `document-${Math.floor((from + at) / 2)}`,
    collectionId: `collection-${at % 3}`,
    vector: unitVector(random),
  }));
}

function search(vector: Float32Array, more: Partial<DenseSearch> = {}): DenseSearch {
  return { vector, limit: 10, collectionIds: null, documentIds: null, exact: false, ...more };
}

/** What a scan of all rows finds. */
function scan(rows: readonly DenseRow[], { vector, limit, collectionIds, documentIds }: DenseSearch) {
  return rows
    .filter(({ collectionId }) => collectionIds?.includes(collectionId) ?? true)
    .filter(({ documentId }) => documentIds?.includes(documentId) ?? true)
    .map((row) => ({
      id: row.chunkId,
      score: row.vector.reduce((sum, v, at) => sum + v * (vector[at] ?? 0), 0),
    }))
    .sort((left, right) => right.score - left.score || (left.id < right.id ? -1 : 1))
    .slice(0, limit)
    .map(({ id }) => id);
}

describe.each(Object.entries(FLOATS))('the dense index %s', (place, residentFloatsMax) => {
  const opened: DenseIndex[] = [];
  const open = async (directory?: string, exactRowsMax = 1_000_000) => {
    const folder = directory ?? (await mkdtemp(join(tmpdir(), 'trellis-dense-')));
    const index = await openDenseIndex(folder, DIMENSIONS, { residentFloatsMax, exactRowsMax });
    opened.push(index);
    return { index, folder };
  };
  const find = async (index: DenseIndex, query: DenseSearch) => {
    await index.prepare(TENANT);
    expect(index.isSmall(TENANT)).toBe(place === 'inMemory');
    return (await index.search(TENANT, query)).map(({ chunkId }) => chunkId);
  };
  afterEach(() => {
    for (const index of opened.splice(0)) index.close();
  });

  test('finds what a scan finds, whole and under each filter, over additions, removals and a restart', async () => {
    const { index, folder } = await open();
    const first = makeRows(300);
    const queries = [
      {},
      { limit: 1 },
      { limit: 1_000 },
      { collectionIds: ['collection-1'] },
      { collectionIds: [] },
      { documentIds: ['document-3', 'document-90', "it's none"] },
      { collectionIds: ['collection-0', 'collection-2'], documentIds: ['document-3'], exact: true },
    ].map((more, at) => search(unitVector(randomFrom(at)), more));

    await index.add(TENANT, first);
    for (const query of queries) expect(await find(index, query)).toEqual(scan(first, query));
    const gone = first.filter((_, at) => at % 7 === 0 || at > 290).map(({ chunkId }) => chunkId);
    expect(await index.remove(TENANT, [...gone, 'chunk-unknown'])).toBe(gone.length);
    await index.add(TENANT, makeRows(50, 300));
    const left = [...first.filter(({ chunkId }) => !gone.includes(chunkId)), ...makeRows(50, 300)];
    for (const query of queries) expect(await find(index, query)).toEqual(scan(left, query));

    await index.fold();
    index.close();
    const { index: again } = await open(folder);
    for (const query of queries) expect(await find(again, query)).toEqual(scan(left, query));
  });

  test('orders equal scores by chunk id, also where the limit cuts them', async () => {
    const { index } = await open();
    const vector = unitVector(randomFrom(1));
    const equal = Array.from({ length: 200 }, (_, at) => ({
      chunkId: `chunk-${(at * 37) % 200}`,
      documentId: 'document',
      collectionId: 'collection',
      vector,
    }));
    await index.add(TENANT, equal);
    const ids = equal.map(({ chunkId }) => chunkId).toSorted();
    expect(await find(index, search(vector, { limit: 20 }))).toEqual(ids.slice(0, 20));
  });

  test('gives the vectors back as they were added', async () => {
    const { index } = await open();
    const rows = makeRows(20);
    await index.add(TENANT, rows);
    await index.prepare(TENANT);
    const found = await index.vectors(TENANT, ['chunk-3', 'chunk-none', 'chunk-19']);
    expect([...found.keys()].toSorted()).toEqual(['chunk-19', 'chunk-3']);
    expect(found.get('chunk-3')).toEqual(rows[3]?.vector);
  });

  test('answers for a tenant of whom nothing is known', async () => {
    const { index } = await open();
    await index.prepare('nobody');
    expect(await index.search('nobody', search(unitVector(randomFrom(1))))).toEqual([]);
    expect(await index.remove('nobody', ['chunk-1'])).toBe(0);
    expect((await index.vectors('nobody', ['chunk-1'])).size).toBe(0);
  });
});

describe('the approximate dense index', () => {
  test('finds nearly all that a scan finds, new rows included, and everything where that is asked', {
    timeout: 60_000,
  }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-dense-'));
    const index = await openDenseIndex(directory, DIMENSIONS, { residentFloatsMax: 0, exactRowsMax: 5_000 });
    const rows = makeRows(40_000);
    await index.add(TENANT, rows.slice(0, 6_000));
    await index.fold();
    await index.add(TENANT, rows.slice(6_000, 39_000));
    // Seven times as many rows as at first: the partitions are made anew.
    await index.fold();
    await index.add(TENANT, rows.slice(39_000));
    await index.prepare(TENANT);

    const queries = Array.from({ length: 20 }, (_, at) => search(unitVector(randomFrom(at)), { limit: 20 }));
    const recalls = await Promise.all(
      queries.map(async (query) => {
        const found = await index.search(TENANT, query);
        const wanted = new Set(scan(rows, query));
        return found.filter(({ chunkId }) => wanted.has(chunkId)).length / wanted.size;
      }),
    );
    // Random vectors have no neighbourhoods, which is the hardest case for partitions.
    expect(recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length).toBeGreaterThan(0.8);

    const documentIds = rows.filter((_, at) => at % 400 === 0).map(({ documentId }) => documentId);
    for (const query of queries.slice(0, 5)) {
      const narrow = { ...query, documentIds, exact: true };
      const found = await index.search(TENANT, narrow);
      expect(found.map(({ chunkId }) => chunkId)).toEqual(scan(rows, narrow));
    }
    const few = { ...(queries[0] ?? search(unitVector(randomFrom(0)))), documentIds, limit: 150 };
    expect(await index.search(TENANT, few)).toHaveLength(150);
    index.close();
  });
});
