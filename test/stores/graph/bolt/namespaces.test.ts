import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import {
  type DropOptions,
  type DropProgress,
  dropGraphNamespace,
  listGraphNamespaces,
} from '../../../../stores/graph/bolt/drop-namespace.ts';
import { PLACED_LABELS, UNPLACED_LABELS } from '../../../../stores/graph/bolt/labels.ts';
import type { GraphStore, Row, Statement } from '../../../../stores/graph/graph-store.ts';
import { boltStore, emptyGraph, forgetSchema, runRaw } from '../../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../../servers/describe-on-neo4j.ts';
import { SPOKEN } from '../statements/catalogue.ts';

const WRITES = /\b(MERGE|CREATE|SET|DELETE)\b/;
/** What belongs to the server is in no namespace, and the same for all. */
const PLACED_SPOKEN = SPOKEN.filter(({ cypher }) =>
  [...UNPLACED_LABELS].every((label) => !cypher.includes(`:${label}`)),
);
const READS_SPOKEN = PLACED_SPOKEN.filter(({ cypher }) => !WRITES.test(cypher));
/** The samples of the log of a standby have one id: of both, one is written. */
const WRITES_SPOKEN = PLACED_SPOKEN.filter(
  ({ name, cypher }) => WRITES.test(cypher) && name !== 'standby.logNothing',
);
/** Every statement has a plan to be made, and every namespace its indexes, on a busy machine, in ms. */
const ALL_STATEMENTS_MS = 900_000;
/** Ids and values that the samples ask for. */
const SAMPLES = `UNWIND $labels AS label UNWIND ['acme:1', 'acme:2', 'self', 'graph', 'move'] AS id
  MERGE (n:$(label) {id: id})
  SET n += {tenant: 'acme', state: 'WAITING', collectionId: 'acme:1', documentId: 'acme:1', name: 'ci', text: 'one'}`;

const raw = (statement: Statement<unknown>) => ({ ...statement, decode: (row: Row) => row });

describeOnNeo4j('namespaces on one Neo4j', (server) => {
  const stores: GraphStore[] = [];
  const openStore = async (namespace: string) => {
    const store = boltStore(server(), { namespace });
    stores.push(store);
    await store.open();
    return store;
  };
  const answersOf = async (store: GraphStore) => {
    const answers: [string, unknown][] = [];
    for (const [at, statement] of READS_SPOKEN.entries())
      answers.push([`${at} ${statement.name}`, await store.read(raw(statement))]);
    return answers;
  };
  /** A few nodes of every label, such as the samples ask for. */
  const fill = (suffix: string) =>
    runRaw(server(), SAMPLES, { labels: PLACED_LABELS.map((label) => `${label}${suffix}`) });
  /** Of each namespace: what is there of every label, and every index and constraint by its name. */
  const census = async () => {
    const nodes = await runRaw(
      server(),
      'MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n ORDER BY label',
    );
    const edges = await runRaw(
      server(),
      'MATCH (n)-[e]->() UNWIND labels(n) AS label RETURN label, type(e) AS type, count(*) AS n ORDER BY label, type',
    );
    const indexes = await runRaw(
      server(),
      'SHOW INDEXES YIELD name, type, labelsOrTypes, properties WHERE type = "RANGE" RETURN name, labelsOrTypes[0] AS label, properties ORDER BY name',
    );
    const constraints = await runRaw(
      server(),
      'SHOW CONSTRAINTS YIELD name, labelsOrTypes, properties RETURN name, labelsOrTypes[0] AS label, properties ORDER BY name',
    );
    const of = (isOne: (label: string) => boolean) =>
      Object.fromEntries(
        Object.entries({ nodes, edges, indexes, constraints }).map(([kind, rows]) => [
          kind,
          rows.filter(({ label }) => isOne(String(label))),
        ]),
      );
    return {
      '': of((label) => PLACED_LABELS.includes(label)),
      r1: of((label) => label.endsWith('_r1')),
      r11: of((label) => label.endsWith('_r11')),
      others: of((label) => !label.includes('_') && !PLACED_LABELS.includes(label)),
    };
  };
  const NOTHING = { nodes: [], edges: [], indexes: [], constraints: [] };
  const drop = (options: DropOptions) =>
    dropGraphNamespace(
      { ...server(), password: () => server().password, log: createLog({ level: 'silent' }) },
      options,
    );
  const list = () =>
    listGraphNamespaces({
      ...server(),
      password: () => server().password,
      log: createLog({ level: 'silent' }),
    });

  // Indexes take longest to make: a namespace that a test has left whole is opened by the next with those it has.
  beforeAll(() => forgetSchema(server()), ALL_STATEMENTS_MS);
  beforeEach(() => emptyGraph(server()));
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  test('no statement that reads sees what is in another one', { timeout: ALL_STATEMENTS_MS }, async () => {
    const [first, other] = [await openStore(''), await openStore('r1')];
    const empty = await answersOf(first);
    await fill('_r1');
    for (const statement of WRITES_SPOKEN) await other.write([raw(statement)]);
    await fill('_r1');
    expect(await answersOf(first)).toEqual(empty);
    const seen = (await answersOf(other)).filter(([, rows], at) => !isEqual(rows, empty[at]?.[1]));
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.map(([name]) => name.split(' ')[1])).toEqual(
      expect.arrayContaining(['transfer.countNodes', 'transfer.nodesAfter', 'consistency.tenants']),
    );
  });

  test('no statement that writes changes anything in another one', {
    timeout: ALL_STATEMENTS_MS,
  }, async () => {
    const [first, other] = [await openStore(''), await openStore('r1')];
    await fill('_r1');
    const { r1: before } = await census();
    const revision = await other.revision();
    for (const statement of WRITES_SPOKEN) await first.write([raw(statement)]);
    expect((await census()).r1).toEqual(before);
    expect(await other.revision()).toBe(revision);
    expect(await first.revision()).toBeGreaterThanOrEqual(WRITES_SPOKEN.length);
  });

  test('a view of one, which has its writers wait, has those of another go on', async () => {
    const [first, other] = [await openStore(''), await openStore('r1')];
    const view = await first.openSnapshot();
    const write = {
      name: 'test.put',
      cypher: 'MERGE (n:Entity {id: 1}) RETURN n.id AS id',
      parameters: {},
      decode: (row: Row) => Number(row.id),
    };
    expect(await other.write([write], { timeoutMs: 60_000 })).toEqual([[1]]);
    await view.confirm();
    await view.close();
  });

  describe('dropping', { timeout: ALL_STATEMENTS_MS }, () => {
    const fillAll = async () => {
      for (const namespace of ['', 'r1', 'r11']) await (await openStore(namespace)).close();
      for (const suffix of ['', '_r1', '_r11']) {
        await fill(suffix);
        await runRaw(
          server(),
          `UNWIND range(1, 1200) AS i CREATE (:Entity${suffix} {id: 'e' + i}) WITH count(*) AS made
           MATCH (a:Entity${suffix}), (hub:Entity${suffix} {id: 'e1'}) UNWIND range(1, 10) AS k
           CREATE (a)-[:RELATES {id: k}]->(hub)`,
        );
      }
      await runRaw(
        server(),
        'CREATE CONSTRAINT unique_Serving_id IF NOT EXISTS FOR (n:Serving) REQUIRE n.id IS UNIQUE',
      );
      await runRaw(server(), `CREATE (:Serving {id: 'graph', namespace: 'r1'})`);
    };

    test('one leaves the others whole, also the one whose name begins alike, and no trace of itself', async () => {
      await fillAll();
      const before = await census();
      expect(await list()).toEqual(['', 'r1', 'r11']);
      const told: DropProgress[] = [];
      await drop({ namespace: 'r1', onProgress: (progress) => told.push(progress) });
      expect(await census()).toEqual({ ...before, r1: NOTHING });
      expect(await list()).toEqual(['', 'r11']);
      const total = PLACED_LABELS.length * 5 + 1_200 + 1;
      expect(told.at(-1)).toEqual({ removed: total, total });
      expect(told.length).toBeGreaterThan(PLACED_LABELS.length);
    });

    test('the first one leaves the others whole, and what belongs to the server', async () => {
      await fillAll();
      const before = await census();
      await drop({ namespace: '' });
      expect(await census()).toEqual({ ...before, '': NOTHING });
      expect(before.others.nodes).toEqual([{ label: 'Serving', n: 1 }]);
      expect(await list()).toEqual(['r1', 'r11']);
      // It can be begun anew.
      expect(await (await openStore('')).revision()).toBe(0);
    });

    test('goes on where it was cut off, wherever that was, and is listed until it is done', async () => {
      await fillAll();
      const before = await census();
      let done = false;
      for (let parts = 1; !done; parts += 15) {
        const leaving = new AbortController();
        let told = 0;
        const dropping = drop({
          namespace: 'r1',
          signal: leaving.signal,
          onProgress: () => {
            told += 1;
            if (told >= parts) leaving.abort();
          },
        });
        done = await dropping.then(
          () => true,
          (error: { code: string }) => {
            expect(error.code).toBe('CANCELLED');
            return false;
          },
        );
        expect((await list()).includes('r1')).toBe(!done);
      }
      expect(await census()).toEqual({ ...before, r1: NOTHING });
    });

    test('one that is not there is no failure', async () => {
      await fillAll();
      const before = await census();
      await drop({ namespace: 'r2' });
      expect(await census()).toEqual(before);
    });

    test('a name that is no namespace drops nothing', async () => {
      await fillAll();
      const before = await census();
      await expect(async () => drop({ namespace: 'r1) DETACH DELETE (n' })).rejects.toThrow();
      expect(await census()).toEqual(before);
    });
  });
});

function isEqual(rows: unknown, others: unknown): boolean {
  return JSON.stringify(rows, bigints) === JSON.stringify(others, bigints);
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
