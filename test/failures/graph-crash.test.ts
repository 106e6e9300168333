import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { statement } from '../../stores/graph/graph-store.ts';
import { runScript } from './run-script.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 6);

const newDirectory = () => mkdtemp(join(tmpdir(), 'trellis-crash-'));

function openStore(directory: string, options: { readonly journalBytesMax?: number } = {}) {
  const said: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => said.push(JSON.parse(line).msg) });
  const store = createEmbeddedGraphStore({ directory, log, ...options });
  return { store, said };
}

const upsert = (id: string) => statement('test.upsert', 'MERGE (n:Entity {id: $id})', { id }, (row) => row);
const numbers = (half: string) =>
  statement(
    'test.numbers',
    'MATCH (n:Entity) WHERE n.id STARTS WITH $half RETURN n.number AS number ORDER BY number',
    { half },
    (row) => Number(row.number),
  );
const ids = () =>
  statement('test.ids', 'MATCH (n:Entity) RETURN n.id AS id ORDER BY id', {}, (row) => String(row.id));

/** Lets a process write from `from` on and kills it; gives the last number it was told is safe. */
async function writeUntilKilled(directory: string, from: number, killAfter: number): Promise<number> {
  let acknowledged = from - 1;
  const writer = join(import.meta.dirname, 'graph-writer.ts');
  await runScript(writer, [directory, String(from)], (line, kill) => {
    acknowledged = Math.max(acknowledged, Number(line));
    if (acknowledged >= from + killAfter) kill();
  });
  return acknowledged;
}

describe('the embedded graph', () => {
  test(`loses nothing acknowledged and halves nothing in ${ROUNDS} kills`, { timeout: 300_000 }, async () => {
    const directory = await newDirectory();
    let next = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await writeUntilKilled(directory, next, 20 + ((round * 37) % 90));
      const { store } = openStore(directory);
      await store.open();
      const [left, right] = [await store.read(numbers('left')), await store.read(numbers('right'))];
      await store.close();
      expect(left).toEqual(right);
      expect(left).toEqual(Array.from({ length: left.length }, (_, at) => at));
      expect(left.length).toBeGreaterThan(acknowledged);
      next = left.length;
    }
  });

  test('whose file is lost is rebuilt from the journal, said aloud', async () => {
    const directory = await newDirectory();
    const first = openStore(directory);
    await first.store.open();
    await first.store.write([upsert('a')]);
    await first.store.write([upsert('b')]);
    await first.store.close();
    for (const name of await readdir(directory)) {
      if (name.startsWith('graph.grafeo')) await truncate(join(directory, name), 0).catch(() => undefined);
    }
    await writeFile(join(directory, 'graph.grafeo'), 'not a graph');

    const second = openStore(directory);
    await second.store.open();
    expect(await second.store.read(ids())).toEqual(['a', 'b']);
    expect(second.said.join(' ')).toMatch(/rebuilt from the journal/);
    await second.store.close();
  });

  test('whose journal was cut is rebuilt from the snapshot and the journal', async () => {
    const directory = await newDirectory();
    const first = openStore(directory, { journalBytesMax: 1_000 });
    await first.store.open();
    for (let at = 10; at < 60; at++) await first.store.write([upsert(`n${at}`)]);
    await first.store.close();
    expect(existsSync(join(directory, 'snapshot.grafeo'))).toBe(true);
    await writeFile(join(directory, 'graph.grafeo'), 'not a graph');

    const second = openStore(directory);
    await second.store.open();
    expect(await second.store.read(ids())).toHaveLength(50);
    expect(await second.store.revision()).toBe(50);
    expect(second.said.join(' ')).toMatch(/rebuilt from the last snapshot and the journal/);
    await second.store.close();
  });

  describe('whose journal is lost', () => {
    /** Three writes, and a snapshot behind the first of them where it is wanted. */
    const written = async ({ snapshot = false } = {}): Promise<string> => {
      const directory = await newDirectory();
      for (const [id, journalBytesMax] of [
        ['a', snapshot ? 1 : 1_000_000],
        ['b', 1_000_000],
        ['c', 1_000_000],
      ] as const) {
        const { store } = openStore(directory, { journalBytesMax });
        await store.open();
        await store.write([upsert(id)]);
        await store.close();
      }
      expect(existsSync(join(directory, 'snapshot.grafeo'))).toBe(snapshot);
      return directory;
    };
    const damage = (directory: string) => writeFile(join(directory, 'graph.grafeo'), 'not a graph');
    const isRefused = async (directory: string, why: RegExp): Promise<void> => {
      for (const _ of ['once', 'and again'])
        await expect(openStore(directory).store.open()).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          message: expect.stringMatching(why),
        });
    };

    test.each([
      ['gone', (path: string) => rm(path)],
      ['of no bytes', (path: string) => truncate(path, 0)],
    ])('and its file damaged does not open as one that is empty, the journal being %s', async (_, lose) => {
      const directory = await written();
      await lose(join(directory, 'journal.sqlite'));
      await damage(directory);
      await isRefused(directory, /journal.* is gone or empty. Restore .*nothing was ever written/);
      expect(await readFile(join(directory, 'graph.grafeo'), 'utf8')).toBe('not a graph');
    });

    test('and its file as well is not what the snapshot has, nor empty', async () => {
      const directory = await written({ snapshot: true });
      await rm(join(directory, 'journal.sqlite'));
      await rm(join(directory, 'graph.grafeo'));
      await isRefused(directory, /it is gone.* To go on with the last snapshot/);
    });

    test('in part, and its file damaged, is not what is left of it', async () => {
      const directory = await written({ snapshot: true });
      await rm(join(directory, 'snapshot.grafeo'));
      await damage(directory);
      await isRefused(directory, /begins behind what there is/);
    });

    test('and its file whole goes on, and can be rebuilt from then on', async () => {
      const directory = await written({ snapshot: true });
      await rm(join(directory, 'journal.sqlite'));
      const second = openStore(directory);
      await second.store.open();
      expect(second.said.join(' ')).toMatch(/the journal was replaced/);
      await second.store.write([upsert('d')]);
      await second.store.close();
      await damage(directory);
      const third = openStore(directory);
      await third.store.open();
      expect(await third.store.read(ids())).toEqual(['a', 'b', 'c', 'd']);
      expect(third.said.join(' ')).toMatch(/rebuilt from the last snapshot and the journal.* 1 writes/);
      await third.store.close();
    });
  });

  test('whose journal is damaged where it is needed does not open, and changes nothing', async () => {
    const directory = await newDirectory();
    const first = openStore(directory);
    await first.store.open();
    await first.store.write([upsert('a')]);
    await first.store.close();
    const journal = new DatabaseSync(join(directory, 'journal.sqlite'));
    journal.exec("UPDATE entry SET body = replace(body, 'MERGE', 'MATCH')");
    journal.close();
    await writeFile(join(directory, 'graph.grafeo'), 'not a graph');

    await expect(openStore(directory).store.open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/journal .* is damaged .*Restore/),
    });
  });

  test('is refused to a second process while the first has it open', async () => {
    const directory = await newDirectory();
    const first = openStore(directory);
    await first.store.open();
    await expect(openStore(directory).store.open()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/Another process/),
    });
    await first.store.close();
  });
});
