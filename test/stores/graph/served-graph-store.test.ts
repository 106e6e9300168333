/** On a real server: between a write and a switch there is an order, whichever comes first, and none goes where nobody looks. */

import neo4j, { type Driver, type Transaction } from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { createServedReader } from '../../../stores/graph/bolt/served-reader.ts';
import { type GraphStore, statement } from '../../../stores/graph/graph-store.ts';
import { createServedGraphStore } from '../../../stores/graph/served-graph-store.ts';
import { serve, servedNow } from '../../../stores/graph/statements/serving.ts';
import { boltStore, emptyGraph, runRaw } from '../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../servers/describe-on-neo4j.ts';
import type { BoltServer } from '../../servers/neo4j.ts';

/** As every write of the first namespace begins. */
const CLAIM = `MERGE (n:Revision {id: 'graph'}) SET n.claim = 'raw'`;
const POINTER = { namespace: 'r1', previous: '', restore: 'a', at: '2026-01-02T03:04:05.000Z' };
const REFUSED = { code: 'UNAVAILABLE', retryAfterMs: expect.any(Number) };

const put = (id: string) => statement('test.put', 'MERGE (m:Move {id: $id})', { id }, (row) => row);

describeOnNeo4j('what is written while another namespace comes to be served', (server) => {
  let driver: Driver;
  let plain: GraphStore;
  let stale: GraphStore;
  const onOther = vi.fn();
  beforeAll(async () => {
    const { url, user, password } = server();
    driver = neo4j.driver(url, neo4j.auth.basic(user, password));
    plain = boltStore(server());
    stale = createServedGraphStore(boltStore(server()), { namespace: '', onOther });
    await Promise.all([plain.open(), stale.open()]);
  });
  beforeEach(async () => {
    await emptyGraph(server());
    onOther.mockClear();
  });
  afterAll(async () => {
    await Promise.all([plain?.close(), stale?.close(), driver?.close()]);
  });

  const ids = async () =>
    (await runRaw(server(), 'MATCH (m:Move) RETURN m.id AS id ORDER BY id')).map((row) => row.id);
  const open = async (...cyphers: readonly string[]): Promise<Transaction> => {
    const transaction = driver.session().beginTransaction();
    for (const cypher of cyphers) await (await transaction).run(cypher, POINTER);
    return transaction;
  };

  test('is written as long as this one is served, also where nobody ever switched', async () => {
    await stale.write([put('first')]);
    await plain.write([serve({ ...POINTER, namespace: '', previous: null })]);
    expect(await stale.write([put('second'), servedNow()])).toEqual([
      [],
      [{ namespace: '', previous: null }],
    ]);
    expect(await ids()).toEqual(['first', 'second']);
    expect(onOther).not.toHaveBeenCalled();
  });

  test('is refused by a process that has not heard of it, and tells that process; what it reads it reads', async () => {
    await stale.write([put('before')]);
    await plain.write([serve(POINTER)]);
    await expect(stale.write([put('after')])).rejects.toMatchObject(REFUSED);
    await expect(stale.write([put('after')], { beside: true })).rejects.toMatchObject(REFUSED);
    expect(onOther).toHaveBeenCalledTimes(2);
    expect(await ids()).toEqual(['before']);
    expect(await stale.read(servedNow())).toEqual([{ namespace: 'r1', previous: '' }]);
  });

  describe('at the same moment', () => {
    test('has the switch wait where it came first, and stands', async () => {
      const writing = await open(CLAIM, `CREATE (:Move {id: 'in flight'})`);
      const switching = plain.write([serve(POINTER)]);
      await isBlocked(server());
      expect(await plain.read(servedNow())).toEqual([{ namespace: '', previous: null }]);
      await writing.commit();
      await switching;
      expect(await ids()).toEqual(['in flight']);
      expect(await plain.read(servedNow())).toEqual([{ namespace: 'r1', previous: '' }]);
    });

    test('waits for the switch where that came first, and is refused', async () => {
      const { cypher } = serve(POINTER);
      const switching = await open(CLAIM, cypher.replace('$id', `'installation'`));
      const writing = stale.write([put('too late')]);
      const refused = expect(writing).rejects.toMatchObject(REFUSED);
      await isBlocked(server());
      await switching.commit();
      await refused;
      expect(onOther).toHaveBeenCalled();
      expect(await ids()).toEqual([]);
    });

    test('is written where the switch is not made after all', async () => {
      const { cypher } = serve(POINTER);
      const switching = await open(CLAIM, cypher.replace('$id', `'installation'`));
      const writing = stale.write([put('stays')]);
      await isBlocked(server());
      await switching.rollback();
      await writing;
      expect(await ids()).toEqual(['stays']);
    });
  });

  test('what is served is known before any store is opened, and nothing is made for the question', async () => {
    const { url, user, password } = server();
    const log = createLog({ level: 'silent' });
    const reader = createServedReader({ url, user, password: () => password, log });
    expect(await reader.read()).toEqual({ namespace: '', previous: null });
    await plain.write([serve(POINTER)]);
    expect(await reader.read()).toEqual({ namespace: 'r1', previous: '' });
    await reader.close();
    const gone = createServedReader({ url: 'bolt://127.0.0.1:1', user, password: () => password, log });
    await expect(gone.read()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await gone.close();
  });
});

/** Resolves once a transaction waits for a lock of another. */
async function isBlocked(server: BoltServer): Promise<void> {
  const waiting = `SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*) AS count`;
  while (Number((await runRaw(server, waiting))[0]?.count) === 0);
}
