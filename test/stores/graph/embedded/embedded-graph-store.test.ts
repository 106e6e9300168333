import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../../stores/graph/embedded/embedded-graph-store.ts';
import { type GraphStore, statement } from '../../../../stores/graph/graph-store.ts';
import { placesAfter } from '../../../../stores/graph/statements/transfer.ts';

const create = (ids: readonly string[]) =>
  statement('test.create', 'UNWIND $ids AS id CREATE (n:Entity {id: id})', { ids }, (row) => row);
const count = () =>
  statement('test.count', 'MATCH (n:Entity) RETURN count(n) AS n', {}, (row) => Number(row.n));
const many = (prefix: string) => Array.from({ length: 30_000 }, (_, at) => `${prefix}${at}`);

describe('a write of the embedded graph', () => {
  let directory: string;
  let store: GraphStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'trellis-graph-'));
    store = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
    await store.open();
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('that has begun is told how it ended, however long that takes', async () => {
    await store.write([create(many('a'))], { timeoutMs: 1 });
    expect(await store.read(count())).toEqual([30_000]);
  });

  test('whose time is up before its turn never happens', async () => {
    const long = store.write([create(many('a'))]);
    await expect(store.write([create(['late'])], { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await expect(store.write([create(['gone'])], { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await long;
    await store.write([create(['behind'])]);
    expect(await store.read(count())).toEqual([30_001]);
  });

  test('that was accepted before the end is done when the store has closed', async () => {
    const writes = [store.write([create(many('a'))]), store.write([create(['last'])])];
    await store.close();
    await Promise.all(writes);
    store = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
    await store.open();
    expect(await store.read(count())).toEqual([30_001]);
  });
});

describe('the numbers of nodes', () => {
  const places = (graph: Pick<GraphStore, 'read'>) => graph.read(placesAfter('Entity', -1, 10));
  const remove = (id: string) =>
    statement('test.remove', 'MATCH (n:Entity {id: $id}) DELETE n', { id }, (row) => row);

  test('grow as nodes are made, stay over a restart, and are given once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-graph-'));
    const open = async () => {
      const store = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
      await store.open();
      return store;
    };
    let store = await open();
    for (const id of ['z', 'm', 'a']) await store.write([create([id])]);
    const before = await places(store);
    expect(before.map(({ id }) => id)).toEqual(['z', 'm', 'a']);
    await store.write([remove('a')]);
    await store.close();
    store = await open();
    await store.write([create(['b'])]);
    const after = await places(store);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]?.id).toBe('b');
    expect(after[2]?.place).toBeGreaterThan(before[2]?.place ?? 0);
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });
});
