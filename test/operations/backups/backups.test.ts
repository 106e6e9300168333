import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareInstallations } from '../../../operations/move/compare.ts';
import type { Installation } from '../../../operations/move/move.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const differences = (from: Installation, to: Installation) =>
  compareInstallations(from, to, { signal: new AbortController().signal, onProgress: () => undefined });

describe('a backup of the installation', () => {
  test('restored, is the installation, and answers the same', async () => {
    await ingestSamples(desk.rooms);
    const backup = await desk.backUp();
    expect(backup).toMatchObject({ state: 'SUCCEEDED', problem: null, createdBy: 'ada', verification: null });
    expect(backup.counts).toMatchObject({ Document: 12, Collection: 1 });
    const restored = await desk.restored(backup.id);
    expect(await differences(desk.rooms, restored)).toEqual([]);
    const query = [{ text: 'the adviser of Alan Turing', limit: 20 }];
    expect(await restored.vectors.searchKeyword(query, { tenant: 'acme' })).toEqual(
      await desk.rooms.vectors.searchKeyword(query, { tenant: 'acme' }),
    );
  });

  test('of nothing is a backup, too', async () => {
    const backup = await desk.backUp();
    const restored = await desk.restored(backup.id);
    expect(await differences(desk.rooms, restored)).toEqual([]);
  });

  test('is listed by the target alone, the newest first', async () => {
    const [first, second] = [await desk.backUp(), await desk.backUp()];
    expect((await desk.backups.list()).map(({ id }) => id)).toEqual(
      [second.id, first.id].toSorted().toReversed(),
    );
  });
});

describe('while others write', () => {
  /** Each write changes two documents' metadata alike, so that a state in between would show. */
  const mark = (turn: number) =>
    desk.rooms.graph.write([
      statement('test.mark', 'MATCH (d:Document) SET d.mark = $turn', { turn: String(turn) }, (row) => row),
      statement(
        'test.note',
        'MERGE (c:Collection {id: $id}) SET c.mark = $turn',
        { id: 'marks', turn: String(turn) },
        (row) => row,
      ),
    ]);

  test('a set holds one state that there was: everything of it, and nothing of the next', async () => {
    await ingestSamples(desk.rooms);
    const stop = new AbortController();
    let turns = 0;
    const writing = (async () => {
      while (!stop.signal.aborted) await mark(++turns);
    })();
    const ingesting = (async () => {
      for (let from = 12; !stop.signal.aborted && from < 40; from += 2)
        await ingestSamples(desk.rooms, { from, count: 2 });
    })();
    const backups = [await desk.backUp(), await desk.backUp(), await desk.backUp()];
    stop.abort();
    await Promise.all([writing, ingesting]);
    expect(turns).toBeGreaterThan(3);
    for (const { id } of backups) {
      const restored = await desk.restored(id);
      const marks = await restored.graph.read(
        statement('test.marks', 'MATCH (d:Document) RETURN DISTINCT d.mark AS mark', {}, (row) => row.mark),
      );
      const [note] = await restored.graph.read(
        statement(
          'test.note',
          "MATCH (c:Collection {id: 'marks'}) RETURN c.mark AS mark",
          {},
          (row) => row.mark,
        ),
      );
      expect(marks.filter((each) => each !== null && each !== note)).toEqual([]);
      const { verification } = await desk.backups.verify(id, 'RESTORE', {
        signal: new AbortController().signal,
      });
      expect(verification).toMatchObject({ level: 'RESTORE', findings: [] });
    }
  });
});
