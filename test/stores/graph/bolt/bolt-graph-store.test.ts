import { pino } from 'pino';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type GraphStore, statement, type Value } from '../../../../stores/graph/graph-store.ts';
import { boltStore, emptyGraph, runRaw } from '../../../servers/bolt-graph.ts';
import { openBoltProxy } from '../../../servers/bolt-proxy.ts';
import { describeOnNeo4j } from '../../../servers/describe-on-neo4j.ts';

const value = (id: string) =>
  statement('test.value', 'MATCH (n:Entity {id: $id}) RETURN n.value AS value', { id }, (row) => row.value);
const put = (id: string, given: Value = null) =>
  statement(
    'test.put',
    'MERGE (n:Entity {id: $id}) SET n.value = $given RETURN n.id AS id',
    { id, given },
    (row) => row,
  );
const increment = (id: string) =>
  statement('test.increment', 'MATCH (n:Entity {id: $id}) SET n.value = n.value + 1', { id }, (row) => row);
/** Busy for longer than any test waits. */
const endless = (mark: string) =>
  statement(
    'test.endless',
    `UNWIND range(1, 10000000) AS a UNWIND range(1, 10000000) AS b WITH a WHERE a < 0 RETURN '${mark}' AS mark`,
    {},
    (row) => row,
  );

/** Transactions of the server whose text holds the mark, the question itself left out. */
const running = async (server: Parameters<typeof runRaw>[0], mark: string) => {
  const rows = await runRaw(server, 'SHOW TRANSACTIONS YIELD currentQuery');
  return rows.filter(({ currentQuery }) => String(currentQuery).includes(mark)).length;
};

describeOnNeo4j('a graph store over Bolt', (server) => {
  const withStores = async (
    count: number,
    run: (...stores: readonly GraphStore[]) => Promise<void>,
    options: Parameters<typeof boltStore>[1] = {},
  ) => {
    const stores = Array.from({ length: count }, () => boltStore(server(), options));
    try {
      await Promise.all(stores.map((store) => store.open()));
      await run(...stores);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  };

  beforeEach(() => emptyGraph(server()));

  describe('with several processes', () => {
    test('no write is lost, and each counts once', () =>
      withStores(3, async (...stores) => {
        await stores[0]?.write([put('n', 0)]);
        await Promise.all(
          stores.flatMap((store) => Array.from({ length: 15 }, () => store.write([increment('n')]))),
        );
        expect(await stores[1]?.read(value('n'))).toEqual([45]);
        expect(await stores[2]?.revision()).toBe(46);
      }));

    test('a relationship merged by all at once is one', () =>
      withStores(3, async (...stores) => {
        await stores[0]?.write([put('a'), put('b')]);
        const link = statement(
          'test.link',
          `MATCH (a:Entity {id: 'a'}) MATCH (b:Entity {id: 'b'}) MERGE (a)-[r:RELATES]->(b)`,
          {},
          (row) => row,
        );
        await Promise.all(stores.flatMap((store) => Array.from({ length: 10 }, () => store.write([link]))));
        const [row] = await runRaw(server(), 'MATCH (:Entity)-[r:RELATES]->() RETURN count(r) AS count');
        expect(row?.count).toBe(1);
      }));

    test('what is decided in a transaction is decided on what is', () =>
      withStores(2, async (...stores) => {
        await stores[0]?.write([put('last', 1)]);
        // Whoever comes second sees that the other took it.
        const take = statement(
          'test.take',
          `MATCH (n:Entity {id: 'last'}) WHERE n.value > 0 SET n.value = n.value - 1 RETURN n.id AS id`,
          {},
          (row) => row,
        );
        const taken = await Promise.all(
          stores.flatMap((store) => Array.from({ length: 5 }, () => store.write([take]))),
        );
        expect(taken.flat(2)).toHaveLength(1);
      }));
  });

  test('a decoder that throws undoes the write, and its error is the caller’s', () =>
    withStores(1, async (store) => {
      const refusal = new Error('fenced off');
      const guard = {
        ...put('guarded'),
        decode: () => {
          throw refusal;
        },
      };
      await expect(store?.write([put('other'), guard])).rejects.toBe(refusal);
      const [row] = await runRaw(server(), 'MATCH (n:Entity) RETURN count(n) AS count');
      expect(row?.count).toBe(0);
      expect(await store?.revision()).toBe(0);
      expect(await store?.write([put('a')])).toHaveLength(1);
    }));

  test.each(['read', 'write'] as const)(
    'a %s that is cancelled stops at the server and frees its connection',
    (verb) =>
      withStores(
        1,
        async (store) => {
          const caller = new AbortController();
          const call =
            verb === 'read'
              ? store?.read(endless(verb), { signal: caller.signal })
              : store?.write([endless(verb)], { signal: caller.signal });
          const failed = expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
          await vi.waitFor(async () => expect(await running(server(), verb)).toBe(1), { timeout: 60_000 });
          caller.abort();
          await failed;
          await vi.waitFor(async () => expect(await running(server(), verb)).toBe(0), { timeout: 60_000 });
          // The pool has one connection: it is there again.
          await store?.write([put('a', 1)]);
          expect(await store?.read(value('a'))).toEqual([1]);
        },
        { connectionsMax: 1 },
      ),
  );

  test('the server itself ends what exceeds the caller’s time', () =>
    withStores(1, async (store) => {
      await expect(store?.read(endless('expired'), { timeoutMs: 300 })).rejects.toMatchObject({
        code: 'TIMEOUT',
      });
      await vi.waitFor(async () => expect(await running(server(), 'expired')).toBe(0), { timeout: 60_000 });
    }));

  test('a call that finds every connection in use is told so', () =>
    withStores(
      1,
      async (store) => {
        const caller = new AbortController();
        const busy = store?.read(endless('busy'), { signal: caller.signal });
        const ended = expect(busy).rejects.toMatchObject({ code: 'CANCELLED' });
        await vi.waitFor(async () => expect(await running(server(), 'busy')).toBe(1), { timeout: 60_000 });
        await expect(store?.read(value('a'))).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          message: expect.stringMatching(/connection/),
        });
        caller.abort();
        await ended;
      },
      { connectionsMax: 1, acquisitionTimeoutMs: 200 },
    ));

  test('a read cannot write', () =>
    withStores(1, async (store) => {
      await expect(store?.read(put('a'))).rejects.toMatchObject({ code: 'INTERNAL' });
      const [row] = await runRaw(server(), 'MATCH (n:Entity) RETURN count(n) AS count');
      expect(row?.count).toBe(0);
    }));

  test('a statement that the server rejects is INTERNAL, with the server’s words as its cause only', () =>
    withStores(1, async (store) => {
      const broken = statement('test.broken', 'RETURN nonsense(1)', {}, (row) => row);
      const failure = await store?.read(broken).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'INTERNAL', message: expect.not.stringContaining('nonsense') });
      expect(failure).toHaveProperty('cause.message', expect.stringContaining('nonsense'));
    }));

  test.each<[string, Value, Value]>([
    ['whole numbers among fractions', [1, 0.5], [1, 0.5]],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
    ['a number beyond whole ones', 1e300, 1e300],
    ['a negative number', -7, -7],
  ])('%s come back as from the embedded engine', (_, given, expected) =>
    withStores(1, async (store) => {
      await store?.write([put('a', given)]);
      expect(await store?.read(value('a'))).toEqual([expected]);
    }),
  );

  test('whole numbers beyond 2^53 come as the nearest number', () =>
    withStores(1, async (store) => {
      const big = statement('test.big', 'RETURN 9223372036854775807 AS big', {}, (row) => row.big);
      expect(await store?.read(big)).toEqual([2 ** 63]);
    }));

  describe('says nothing of its credentials', () => {
    const said: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => said.push(line) });

    test('when the server refuses them', async () => {
      const store = boltStore(server(), { user: 'mallory', password: () => 'open-sesame', log });
      const failure = await store.open().catch((error: unknown) => error);
      await store.close();
      expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(/user/) });
      expect(JSON.stringify([String(failure), (failure as Error).cause, said])).not.toMatch(/open-sesame/);
    });

    test('when nobody is there', async () => {
      const proxy = await openBoltProxy(server());
      await proxy.close();
      const store = boltStore(proxy, { log });
      const failure = await store.open().catch((error: unknown) => error);
      await store.close();
      expect(failure).toMatchObject({ code: 'UNAVAILABLE' });
      expect(JSON.stringify([String(failure), (failure as Error).cause, said])).not.toContain(proxy.password);
    });

    test.each(['bolt://neo4j:open-sesame@localhost:7687', 'http://localhost:7687', 'localhost'])(
      'when its address is %s',
      (url) => {
        const build = () => boltStore(server(), { url });
        expect(build).toThrow(/address of the graph server/);
        expect(build).not.toThrow(/open-sesame/);
      },
    );
  });

  test('connects by the password of the moment', async () => {
    await runRaw(server(), "CREATE OR REPLACE USER rotating SET PASSWORD 'first-of-two' CHANGE NOT REQUIRED");
    let password = 'first-of-two';
    const store = boltStore(server(), { user: 'rotating', password: () => password });
    const state = async () => (await store.health()).state;
    await store.open();
    expect(await state()).toBe('UP');
    await runRaw(server(), "ALTER USER rotating SET PASSWORD 'second-of-two' CHANGE NOT REQUIRED");
    password = 'second-of-two';
    expect(await state()).toBe('UP');
    password = 'neither';
    expect(await state()).toBe('DOWN');
    password = 'second-of-two';
    expect(await state()).toBe('UP');
    await store.close();
    await runRaw(server(), 'DROP USER rotating');
  });

  test('refuses a server of another kind than it was told', async () => {
    const store = boltStore(server(), { dialect: 'memgraph' });
    await expect(store.open()).rejects.toMatchObject({
      message: expect.stringMatching(/Neo4j, not Memgraph/),
    });
    await store.close();
  });

  test('leaves nothing of its process behind when it closes', async () => {
    await withStores(2, async (...stores) => {
      for (const store of stores) await store.write([put('a')]);
      const [row] = await runRaw(server(), 'MATCH (w:Writer) RETURN count(w) AS count');
      expect(row?.count).toBe(2);
    });
    const [row] = await runRaw(server(), 'MATCH (w:Writer) RETURN count(w) AS count');
    expect(row?.count).toBe(0);
  });
});
