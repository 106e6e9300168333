import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collectionId } from '../../../model/ids.ts';
import type { RestoredScope } from '../../../operations/backups/restore-part.ts';
import { restoreSet } from '../../../operations/backups/restore-set.ts';
import { compareInstallations, KINDS } from '../../../operations/move/compare.ts';
import type { Installation } from '../../../operations/move/installation.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { type Desk, INSTALLATION, ingestSamples, openDesk, openScratch } from './harness.ts';

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

describe('what an earlier set has', () => {
  test('is not written again, and stays as long as a later one needs it', async () => {
    await ingestSamples(desk.rooms);
    const first = await desk.backUp();
    expect(first.reusedBytes).toBe(0);
    const second = await desk.backUp();
    expect(second.reusedBytes).toBe(second.storedBytes);
    await ingestSamples(desk.rooms, { from: 12, count: 1 });
    const third = await desk.backUp();
    expect(third.reusedBytes).toBeGreaterThan(0);
    await desk.backups.remove(first.id);
    await desk.backups.remove(second.id);
    const restored = await desk.restored(third.id);
    expect(await differences(desk.rooms, restored)).toEqual([]);
    await desk.backups.remove(third.id);
    const left: string[] = [];
    for await (const { name } of desk.target.list('')) left.push(name);
    // Also not of the parts that were written for the first two and needed by the third.
    expect(left).toEqual([]);
  });
});

describe('a smaller scope', () => {
  test('of one tenant holds that tenant and nothing of another', async () => {
    await ingestSamples(desk.rooms, { count: 4 });
    await ingestSamples(desk.rooms, { tenant: 'other', from: 4, count: 3 });
    const { id, counts } = await desk.backUp({ kind: 'TENANT', tenant: 'other' });
    expect(counts).toMatchObject({ Document: 3, Collection: 1 });
    const restored = await desk.restored(id);
    const tenants = statement(
      'test.tenants',
      'MATCH (c:Chunk) RETURN DISTINCT c.tenant AS t',
      {},
      (row) => row.t,
    );
    expect(await restored.graph.read(tenants)).toEqual(['other']);
    const { signal } = new AbortController();
    expect((await desk.backups.verify(id, 'RESTORE', { signal })).verification?.findings).toEqual([]);
  });

  test('of one collection holds what its chunks speak of', async () => {
    await ingestSamples(desk.rooms, { count: 3 });
    await ingestSamples(desk.rooms, { collection: 'mine', from: 3, count: 3 });
    const scope = {
      kind: 'COLLECTION',
      tenant: 'acme',
      collectionId: collectionId('acme', 'mine'),
      collection: 'mine',
    } as const;
    const { id, counts } = await desk.backUp(scope);
    expect(counts).toMatchObject({ Document: 3, Collection: 1 });
    const { signal } = new AbortController();
    expect((await desk.backups.verify(id, 'RESTORE', { signal })).verification?.findings).toEqual([]);
  });
});

describe('one tenant or collection out of a whole set', () => {
  const only = async (id: string, wanted: RestoredScope) => {
    const set = await desk.sets.open(id);
    const to = await openScratch(set);
    const { signal } = new AbortController();
    await restoreSet({ target: desk.target, set, to, signal, only: wanted, onProgress: () => undefined });
    return to;
  };

  test('comes back by itself, as if the rest had been deleted', async () => {
    await ingestSamples(desk.rooms, { count: 3 });
    await ingestSamples(desk.rooms, { tenant: 'other', from: 3, count: 3 });
    await ingestSamples(desk.rooms, { tenant: 'other', collection: 'mine', from: 6, count: 3 });
    const { id } = await desk.backUp();
    const tenant = await only(id, { tenant: 'other' });
    const mine = { tenant: 'other', collectionId: collectionId('other', 'mine') };
    const collection = await only(id, mine);
    const { ingestion, graph } = desk.rooms;
    const doomed = async (filter: string) =>
      graph.read(
        statement('test.doomed', `MATCH (d:Document) WHERE ${filter} RETURN d.id AS id`, {}, (row) =>
          String(row.id),
        ),
      );
    await ingestion.delete('acme', { ids: await doomed("d.tenant = 'acme'"), keys: [], collectionId: null });
    expect(await knowledge(tenant)).toEqual(await knowledge(desk.rooms));
    const others = await doomed(`d.tenant = 'other' AND d.collectionId <> '${mine.collectionId}'`);
    await ingestion.delete('other', { ids: others, keys: [], collectionId: null });
    expect(await knowledge(collection)).toEqual(await knowledge(desk.rooms));
    await Promise.all([tenant.discard(), collection.discard()]);
  });

  /** Documents with all that is known of them. */
  async function knowledge(installation: Installation): Promise<unknown> {
    const { signal } = new AbortController();
    const found: Record<string, unknown> = {};
    for (const [what, summarise] of KINDS)
      if (
        [
          'Document',
          'Chunk',
          'Entity',
          'Name',
          'Relationship',
          'MENTIONS',
          'STATES',
          'RELATES',
          'NAMES',
        ].includes(what)
      )
        found[what] = await summarise(installation, signal);
    return found;
  }
});

describe('a backup that is cancelled', () => {
  test('is no backup, and says so', async () => {
    await ingestSamples(desk.rooms);
    const { id } = await desk.backups.begin({ scope: INSTALLATION, createdBy: 'ada' });
    const [over] = await Promise.all([desk.backups.ended(id), desk.backups.cancel(id)]);
    expect(over.state).toBe('CANCELLED');
    expect(await desk.backups.get(id)).toMatchObject({ state: 'CANCELLED', verification: null });
    await expect(desk.backups.cancel(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('can be watched to its end', async () => {
    const { id } = await desk.backups.begin({ scope: INSTALLATION, createdBy: 'ada' });
    const states: string[] = [];
    for await (const { state } of desk.backups.watch(id, AbortSignal.timeout(60_000))) states.push(state);
    expect(states.at(-1)).toBe('SUCCEEDED');
  });

  test('keeps others out while it runs', async () => {
    const [first, second] = await Promise.allSettled([desk.backUp(), desk.backUp()]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
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
