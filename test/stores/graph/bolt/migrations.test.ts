import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { wantedBy } from '../../../../stores/graph/bolt/migrations.ts';
import { NEO4J } from '../../../../stores/graph/bolt/neo4j.ts';
import { boltStore, emptyGraph, forgetSchema, runRaw } from '../../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../../servers/describe-on-neo4j.ts';

const WANTED = wantedBy(NEO4J).map(({ key }) => key);

describeOnNeo4j('the migrations of a graph on a server', (server) => {
  const present = async () => {
    const items = await NEO4J.schemaItems(async (cypher) => (await runRaw(server(), cypher)) as never);
    return items.filter(({ ready }) => ready).map(({ key }) => key);
  };
  const openAndClose = async (options: Parameters<typeof boltStore>[1] = {}) => {
    const store = boltStore(server(), options);
    await store.open();
    await store.close();
  };

  beforeEach(async () => {
    await emptyGraph(server());
    await forgetSchema(server());
  });

  test('make every constraint and index, complete when the store is open', async () => {
    expect(await present()).toEqual([]);
    const store = boltStore(server());
    await store.open();
    expect((await present()).toSorted()).toEqual(WANTED.toSorted());
    await store.close();
  });

  test('succeed in two processes that open at once', async () => {
    await Promise.all(Array.from({ length: 3 }, () => openAndClose()));
    expect((await present()).toSorted()).toEqual(WANTED.toSorted());
    const [row] = await runRaw(server(), 'MATCH (m:Migration) RETURN count(m) AS count');
    expect(row?.count).toBe(1);
  });

  test('go on where an opening was cut off', async () => {
    for (const { cypher } of wantedBy(NEO4J).slice(0, 7)) await runRaw(server(), cypher);
    await openAndClose();
    expect((await present()).toSorted()).toEqual(WANTED.toSorted());
  });

  test('make again what someone dropped, and say so', async () => {
    await openAndClose();
    await runRaw(server(), 'DROP INDEX index_Chunk_documentId');
    const said: string[] = [];
    await openAndClose({ log: pino({ base: null }, { write: (line: string) => said.push(line) }) });
    expect(said.join('')).toMatch(/index Chunk\.documentId/);
    expect(await present()).toContain('index Chunk.documentId');
  });
});
