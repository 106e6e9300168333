import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type GraphSnapshot, type GraphStore, statement } from '../../../../stores/graph/graph-store.ts';
import { renewLease, takeLease } from '../../../../stores/graph/statements/leases.ts';
import { boltStore, emptyGraph, runRaw } from '../../../servers/bolt-graph.ts';
import { type BoltProxy, openBoltProxy } from '../../../servers/bolt-proxy.ts';
import { describeOnNeo4j } from '../../../servers/describe-on-neo4j.ts';

const put = (value: number) =>
  statement('test.put', `MERGE (n:Entity {id: 'a'}) SET n.value = $value`, { value }, (row) => row);
const value = () =>
  statement('test.value', `MATCH (n:Entity {id: 'a'}) RETURN n.value AS value`, {}, (row) => row.value);

describeOnNeo4j('a view of one revision on a server that shows what others commit', (server) => {
  let proxy: BoltProxy;
  /** Whose views are opened, behind a proxy. */
  let store: GraphStore;
  /** Of another process. */
  let other: GraphStore;
  let view: GraphSnapshot | null;

  beforeEach(async () => {
    await emptyGraph(server());
    proxy = await openBoltProxy(server());
    store = boltStore(proxy);
    other = boltStore(server());
    view = null;
    await Promise.all([store.open(), other.open()]);
    await other.write([put(1)]);
  }, 60_000);
  afterEach(async () => {
    await view?.close();
    await Promise.all([store.close(), other.close()]);
    await proxy.close();
  });
  /** Transactions that have begun to write and have not ended. */
  const claiming = async () => {
    const rows = await runRaw(server(), 'SHOW TRANSACTIONS YIELD currentQuery, status');
    return rows.filter(({ currentQuery }) => String(currentQuery).includes('SET n.claim')).length;
  };

  test('has writers of every process wait, and loses none of what they write', async () => {
    view = await store.openSnapshot();
    const writing = Promise.all([store.write([put(2)]), other.write([put(3)])]);
    await vi.waitFor(async () => expect(await claiming()).toBe(2), { timeout: 60_000 });
    expect(await view.read(value())).toEqual([1]);
    // Readers do not wait.
    expect(await other.read(value())).toEqual([1]);
    await view.confirm();
    await view.close();
    await writing;
    expect(await other.revision()).toBe(view.revision + 2);
  });

  test('has a write that cannot wait told that nothing was changed, and when to come again', async () => {
    const hasty = boltStore(server(), { turnMs: 200 });
    await hasty.open();
    view = await store.openSnapshot();
    const told = { code: 'UNAVAILABLE', retryAfterMs: 5_000, message: expect.stringMatching(/backup/) };
    await expect(hasty.write([put(2)])).rejects.toMatchObject(told);
    await expect(other.write([put(2)], { timeoutMs: 200 })).rejects.toMatchObject(told);
    await view.close();
    await hasty.write([put(4)]);
    await hasty.close();
    expect(await other.read(value())).toEqual([4]);
    expect(await other.revision()).toBe(view.revision + 1);
  });

  test('costs nobody a lease: signs of life do not wait', async () => {
    await other.write([takeLease('index', 'me', null)]);
    view = await store.openSnapshot();
    expect(await other.write([renewLease('index', 1)], { beside: true })).toEqual([[true]]);
    expect(await store.write([renewLease('index', 2)], { beside: true })).toEqual([[false]]);
    await view.confirm();
  });

  test('that loses its connection fails, and never gives what is of another revision', async () => {
    view = await store.openSnapshot();
    expect(await view.read(value())).toEqual([1]);
    proxy.refuse();
    // The server lets go of the claim, so others write.
    await other.write([put(2)]);
    proxy.resume();
    const lost = { code: 'UNAVAILABLE', message: expect.stringMatching(/lost while it was read/) };
    await expect(view.read(value())).rejects.toMatchObject(lost);
    await expect(view.confirm()).rejects.toMatchObject(lost);
    await view.close();
    view = await store.openSnapshot();
    expect(await view.read(value())).toEqual([2]);
  });

  test('that the server ends fails, also where nothing more is read', async () => {
    view = await store.openSnapshot();
    const own = await runRaw(
      server(),
      'SHOW TRANSACTIONS YIELD transactionId, metaData, elapsedTime WHERE metaData.trellis IS NOT NULL RETURN transactionId',
    );
    for (const { transactionId } of own) await runRaw(server(), `TERMINATE TRANSACTION '${transactionId}'`);
    await other.write([put(2)]);
    await expect(view.confirm()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('is open as long as it may be and no longer, and says so', async () => {
    const brief = boltStore(server(), { viewMs: 300 });
    await brief.open();
    const short = await brief.openSnapshot();
    await other.write([put(2)]);
    await expect(short.read(value())).rejects.toMatchObject({
      code: expect.stringMatching(/TIMEOUT|UNAVAILABLE/),
    });
    await expect(short.confirm()).rejects.toThrow();
    await short.close();
    await brief.close();
  });

  test('is not opened while another writes for long, and leaves nothing behind then', async () => {
    const impatient = boltStore(server(), { callTimeoutMs: 300 });
    await impatient.open();
    view = await store.openSnapshot();
    await expect(impatient.openSnapshot()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryAfterMs: 5_000,
    });
    await view.close();
    const next = await impatient.openSnapshot();
    expect(next.revision).toBe(view.revision);
    await impatient.close();
    await other.write([put(2)]);
  });
});
