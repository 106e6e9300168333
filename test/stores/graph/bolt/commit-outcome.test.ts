import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GraphStore, statement } from '../../../../stores/graph/graph-store.ts';
import { boltStore, emptyGraph } from '../../../servers/bolt-graph.ts';
import { type BoltProxy, openBoltProxy } from '../../../servers/bolt-proxy.ts';
import { describeOnNeo4j } from '../../../servers/describe-on-neo4j.ts';

/** Adds one, so that a write done twice is seen. */
const count = () =>
  statement(
    'test.count',
    `MERGE (n:Entity {id: 'counter'}) SET n.value = coalesce(n.value, 0) + 1 RETURN n.value AS value`,
    {},
    (row) => Number(row.value),
  );
const counted = () =>
  statement('test.counted', `MATCH (n:Entity {id: 'counter'}) RETURN n.value AS value`, {}, (row) =>
    Number(row.value),
  );

describeOnNeo4j('a commit whose answer never comes', (server) => {
  let proxy: BoltProxy;
  let store: GraphStore;
  /** Another process, which the proxy does not stand in the way of. */
  let other: GraphStore;

  beforeEach(async () => {
    await emptyGraph(server());
    proxy = await openBoltProxy(server());
    store = boltStore(proxy);
    other = boltStore(server());
    await Promise.all([store.open(), other.open()]);
  }, 60_000);
  afterEach(async () => {
    await Promise.all([store.close(), other.close()]);
    await proxy.close();
  });

  test.each(['UNHEARD', 'UNANSWERED'] as const)('is done exactly once when it was %s', async (cut) => {
    await store.write([count()]);
    const severed = proxy.cutNextCommit(cut);
    expect(await store.write([count()])).toEqual([[2]]);
    await severed;
    expect(await store.read(counted())).toEqual([2]);
    expect(await store.revision()).toBe(2);
  });

  test('is not repeated when it was done and others have written since', async () => {
    proxy.refuse();
    proxy.resume();
    const severed = proxy.cutNextCommit('UNANSWERED').then(async () => {
      proxy.refuse();
      for (let at = 0; at < 5; at++) await other.write([count()]);
      proxy.resume();
    });
    await store.write([count()]);
    await severed;
    expect(await other.read(counted())).toEqual([6]);
    expect(await other.revision()).toBe(6);
  });

  test('is waited for when the server gets it late', async () => {
    const severed = proxy.cutNextCommit('LATE');
    const written = store.write([count()]);
    await severed;
    // Its transaction holds the claim until the server hears of the commit, so nobody can decide before.
    const next = other.write([count()]);
    proxy.release();
    await Promise.all([written, next]);
    expect(await other.read(counted())).toEqual([2]);
    expect(await other.revision()).toBe(2);
  });

  test('is said to be unknown when the server stays away, and nothing is repeated', async () => {
    const severed = proxy.cutNextCommit('UNANSWERED').then(() => proxy.refuse());
    const failure = await store.write([count()], { timeoutMs: 2_000 }).catch((error: unknown) => error);
    await severed;
    expect(failure).toMatchObject({ code: 'TIMEOUT', message: expect.stringMatching(/happened or not/) });
    expect(await other.read(counted())).toEqual([1]);
    proxy.resume();
    expect(await store.write([count()])).toEqual([[2]]);
  });

  test('a connection that breaks before the commit costs nothing but another try', async () => {
    await store.write([count()]);
    proxy.refuse();
    proxy.resume();
    expect(await store.write([count()])).toEqual([[2]]);
    expect(await store.read(counted())).toEqual([2]);
  });
});
