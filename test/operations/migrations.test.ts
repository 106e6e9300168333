import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MIGRATIONS } from '../../operations/migrations/list.ts';
import type { Migration } from '../../operations/migrations/migration.ts';
import { createMigrations, type Migrations } from '../../operations/migrations/migrations.ts';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { type GraphStore, statement } from '../../stores/graph/graph-store.ts';
import { migrationNodes } from '../../stores/graph/statements/migrations.ts';
import { readPlaces, writePlaces } from '../../stores/graph/statements/places.ts';
import { spellingOf } from '../../stores/graph/statements/unplaced.ts';
import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';

const log = createLog({ level: 'silent' });
const eventually = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 10 });

async function embeddedGraph(): Promise<GraphStore> {
  return createEmbeddedGraphStore({ directory: await mkdtemp(join(tmpdir(), 'trellis-migrations-')), log });
}

/** Looks at `pieces` things, and notes which. */
function looking(number: number, pieces: number, seen: string[] = []): Migration {
  return {
    number,
    name: `looking-${number}`,
    description: 'Looks.',
    text: `${pieces} looks`,
    label: 'Collection',
    count: async () => pieces,
    piece: async (_, after) => {
      const at = Number(after) + 1;
      if (at > pieces) return null;
      seen.push(`${number}.${at}`);
      return { after: String(at), looked: 1, statements: [] };
    },
    revert: 'FORGET',
  };
}

describe('migrations', () => {
  let graph: GraphStore;
  let stop: AbortController;
  const running: Promise<void>[] = [];
  beforeEach(async () => {
    graph = await embeddedGraph();
    await graph.open();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(running.splice(0));
    await graph.close();
  });

  const create = (migrations: readonly Migration[], auto = true): Migrations =>
    createMigrations({ graph, auto, log, now: () => new Date(0), migrations, pauseMs: 0, lookEveryMs: 5 });
  const lead = (migrations: Migrations) => void running.push(migrations.duty.run(stop.signal));
  const states = async (migrations: Migrations) => (await migrations.list()).map(({ state }) => state);

  test('are made by themselves, in order, piece by piece', async () => {
    const seen: string[] = [];
    const migrations = create([looking(1, 3, seen), looking(2, 2, seen)]);
    expect(await states(migrations)).toEqual(['PENDING', 'PENDING']);
    lead(migrations);
    await eventually(async () => expect(await states(migrations)).toEqual(['DONE', 'DONE']));
    expect(seen).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2']);
    expect(await migrations.list()).toMatchObject([
      { done: 3, total: 3, problem: null, startedAt: '1970-01-01T00:00:00.000Z' },
      { done: 2, total: 2 },
    ]);
  });

  test('wait to be asked for where that is set, and are made up to the one that was named', async () => {
    const migrations = create([looking(1, 1), looking(2, 1)], false);
    lead(migrations);
    expect((await migrations.request(1)).map(({ state }) => state)).toEqual(['REQUESTED', 'PENDING']);
    await eventually(async () => expect(await states(migrations)).toEqual(['DONE', 'PENDING']));
    await expect(migrations.request(3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('go on where another process stopped', async () => {
    const seen: string[] = [];
    const { promise: never } = Promise.withResolvers<null>();
    const stuck = looking(1, 4, seen);
    const first = create([
      {
        ...stuck,
        piece: (store, after, options) => (after === '2' ? never : stuck.piece(store, after, options)),
      },
    ]);
    const leaving = new AbortController();
    void first.duty.run(leaving.signal);
    await eventually(async () => expect(await first.list()).toMatchObject([{ state: 'RUNNING', done: 2 }]));
    leaving.abort();
    const second = create([looking(1, 4, seen)]);
    lead(second);
    await eventually(async () => expect(await states(second)).toEqual(['DONE']));
    expect(seen).toEqual(['1.1', '1.2', '1.3', '1.4']);
  });

  test('one that fails says why, holds up those behind it, and is tried again', async () => {
    let broken = true;
    const sound = looking(1, 2);
    const failing: Migration = {
      ...sound,
      piece: async (store, after, options) => {
        if (broken && after === '1') throw new Error('the disk is full');
        return sound.piece(store, after, options);
      },
    };
    const migrations = create([failing, looking(2, 1)]);
    lead(migrations);
    await eventually(async () =>
      expect(await migrations.list()).toMatchObject([
        { state: 'RUNNING', done: 1, problem: expect.any(String) },
        { state: 'PENDING' },
      ]),
    );
    broken = false;
    await eventually(async () => expect(await states(migrations)).toEqual(['DONE', 'DONE']));
    expect(await migrations.list()).toMatchObject([{ problem: null }, {}]);
  });

  test('are taken back behind a number, stay so until asked for, and not where one cannot be', async () => {
    const seen: string[] = [];
    const migrations = create([looking(1, 1, seen), looking(2, 1, seen)]);
    lead(migrations);
    await eventually(async () => expect(await states(migrations)).toEqual(['DONE', 'DONE']));
    expect((await migrations.revert(1)).map(({ state }) => state)).toEqual(['DONE', 'REVERTED']);
    // An older version, which knows the first alone, starts now.
    await create([looking(1, 1)]).check.start();
    await migrations.request();
    await eventually(async () => expect(await states(migrations)).toEqual(['DONE', 'DONE']));
    expect(seen).toEqual(['1.1', '2.1', '2.1']);
    const final = create([looking(1, 1), { ...looking(2, 1), revert: null }]);
    await expect(final.revert(0)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/backup/),
    });
    expect(await states(final)).toEqual(['DONE', 'DONE']);
  });

  test('of a newer version, or of another history, keep this one from starting', async () => {
    const newer = create([looking(1, 1), looking(2, 1)]);
    lead(newer);
    await eventually(async () => expect(await states(newer)).toEqual(['DONE', 'DONE']));
    await newer.check.start();
    await expect(create([looking(1, 1)]).check.start()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/newer Trellis.*migration 2.*knows 1/),
    });
    const other = [looking(1, 1), { ...looking(2, 1), text: 'something else' }];
    await expect(create(other).check.start()).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

test('the migrations that there are have numbers from 1 on and names of their own', () => {
  expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, at) => at + 1));
  expect(new Set(MIGRATIONS.map(({ name }) => name)).size).toBe(MIGRATIONS.length);
});

/** As it was before mentions kept what their chunk calls the entity. */
function mentionsKeepNames(open: () => Promise<GraphStore>) {
  test('mentions get the name that no place spells, and keep what they have', async () => {
    const graph = await open();
    await graph.open();
    const place = { text: 'IBM', start: 0, end: 3, reason: 'ACRONYM' as const };
    await graph.write([
      statement(
        'test.old',
        `CREATE (c:Chunk {id: 'chk_1', tenant: 't'})
         CREATE (a:Entity {id: 'ent_a', tenant: 't', name: 'Titled'})
         CREATE (b:Entity {id: 'ent_b', tenant: 't', name: 'International Business Machines'})
         CREATE (d:Entity {id: 'ent_d', tenant: 't', name: 'Kept'})
         CREATE (c)-[:MENTIONS {about: true}]->(a)
         CREATE (c)-[:MENTIONS {places: $places}]->(b)
         CREATE (c)-[:MENTIONS {unplaced: $kept}]->(d)
         CREATE (:Chunk {id: 'chk_2', tenant: 't'})`,
        { places: writePlaces([place]), kept: JSON.stringify([['Kept by itself', 'SAME_NAME']]) },
        (row) => row,
      ),
    ]);
    const migrations = createMigrations({ graph, auto: true, log, now: () => new Date(), lookEveryMs: 5 });
    const stop = new AbortController();
    const running = migrations.duty.run(stop.signal);
    await eventually(async () =>
      expect((await graph.read(migrationNodes())).map(({ state, done }) => [state, done])).toEqual([
        ['DONE', 2],
      ]),
    );
    stop.abort();
    await running;
    const mentions = await graph.read(
      statement(
        'test.mentions',
        `MATCH (c:Chunk {id: 'chk_1'})-[m:MENTIONS]->(e:Entity)
         RETURN e.name AS name, m.unplaced AS unplaced, m.places AS places ORDER BY name`,
        {},
        (row) => ({
          name: String(row.name),
          unplaced: String(row.unplaced),
          places: String(row.places ?? ''),
        }),
      ),
    );
    const spelled = (key: string, at: number) => {
      const { unplaced = '', places = '' } = mentions[at] ?? {};
      return spellingOf(key, { unplaced, places: places === '' ? null : places })?.text;
    };
    expect(spelled('international business machines', 0)).toBe('International Business Machines');
    expect(readPlaces(mentions[0]?.places)).toEqual([place]);
    expect(spelled('kept by itself', 1)).toBe('Kept by itself');
    expect(spelled('titled', 2)).toBe('Titled');
    await graph.close();
  });
}

describe('migration 1, embedded', () => mentionsKeepNames(embeddedGraph));
describeOnNeo4j('migration 1', (server) =>
  mentionsKeepNames(async () => {
    await emptyGraph(server());
    return boltStore(server(), { log });
  }),
);
