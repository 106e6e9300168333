/** Sets of an older and of a newer Trellis, and destinations that were started before. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compareRestored } from '../../../operations/backups/compare-restored.ts';
import { restoreSet } from '../../../operations/backups/restore-set.ts';
import { createMigrations } from '../../../operations/migrations/migrations.ts';
import { createLog } from '../../../platform/log.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { migrationNodes, setMigration } from '../../../stores/graph/statements/migrations.ts';
import { countNodes, moveState } from '../../../stores/graph/statements/transfer.ts';
import { TENANT } from '../../ingestion/harness.ts';
import { type Desk, openDesk, openScratch, type Scratch } from './harness.ts';

const log = createLog({ level: 'silent' });
const { signal } = new AbortController();

let desk: Desk;
let to: Scratch;
beforeEach(async () => {
  desk = await openDesk();
  // Spelled nowhere in the text, so that what the mention calls it is kept beside.
  const knowledge = { entities: [{ name: 'Zelda Morgenstern' }], triples: [] };
  const { jobId } = await desk.rooms.ingestion.submit(TENANT, 'notes', [
    { key: 'a', content: 'The countess danced all night.', knowledge },
  ]);
  await desk.rooms.finished(jobId);
});
afterEach(async () => {
  await to?.discard();
  await desk.close();
});

/** All that are pending, as the process that leads makes them. */
async function migrate(installation: Pick<Scratch, 'graph'>): Promise<void> {
  const { graph } = installation;
  const migrations = createMigrations({ graph, auto: true, log, now: () => new Date(), lookEveryMs: 5 });
  await migrations.check.start();
  const stop = new AbortController();
  const running = migrations.duty.run(stop.signal);
  await vi.waitFor(
    async () => expect((await migrations.list()).map(({ state }) => state)).not.toContain('PENDING'),
    { timeout: 20_000, interval: 10 },
  );
  await vi.waitFor(
    async () => expect((await migrations.list()).every(({ state }) => state === 'DONE')).toBe(true),
    { timeout: 20_000, interval: 10 },
  );
  stop.abort();
  await running;
}
const silent = async ({ graph }: Pick<Scratch, 'graph'>) =>
  graph.read(
    statement(
      'test.silent',
      'MATCH (c:Chunk)-[m:MENTIONS]->(e:Entity) WHERE m.unplaced IS NULL AND m.places IS NULL RETURN e.name AS name',
      {},
      (row) => row.name,
    ),
  );
const restoredFrom = async (id: string) => {
  const set = await desk.sets.open(id);
  const restoring = { target: desk.target, set, to, signal, onProgress: () => undefined };
  await restoreSet(restoring);
  return compareRestored(set.manifest, to, { signal, onProgress: () => undefined });
};

describe('a destination that was started once', () => {
  test('is as good as empty: what its first start made gives way', async () => {
    await migrate(desk.rooms);
    const { id } = await desk.backUp();
    to = await openScratch(await desk.sets.open(id));
    await migrate(to);
    expect(await to.graph.read(countNodes('DataMigration'))).not.toEqual([0]);
    expect(await restoredFrom(id)).toEqual([]);
  });

  test('and holds anything is refused', async () => {
    const { id } = await desk.backUp();
    to = await openScratch(await desk.sets.open(id));
    await to.graph.write([statement('test.mine', "MERGE (c:Collection {id: 'mine'})", {}, (row) => row)]);
    await expect(restoredFrom(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('holds 1 Collection nodes already. Restore into an empty one'),
    });
  });
});

describe('a set of an older version', () => {
  test('comes back as it was, and the migrations that it lacks are made at the next start', async () => {
    const asBefore = 'MATCH (c:Chunk)-[m:MENTIONS]->(e:Entity) SET m.unplaced = null';
    await desk.rooms.graph.write([statement('test.asBefore', asBefore, {}, (row) => row)]);
    const before = await silent(desk.rooms);
    expect(before).toContain('Zelda Morgenstern');
    const { id } = await desk.backUp();
    to = await openScratch(await desk.sets.open(id));
    // The destination has made them already, of nothing.
    await migrate(to);
    expect(await restoredFrom(id)).toEqual([]);
    expect(await silent(to)).toEqual(before);
    await migrate(to);
    expect(await silent(to)).toEqual([]);
  });
});

describe('a set of a newer version', () => {
  test('is refused before anything is written, and says which version to take', async () => {
    const coming = { name: 'of-the-future', checksum: 'f'.repeat(64), state: 'DONE' as const };
    await desk.rooms.graph.write([setMigration(99, { ...coming, after: '', done: 0, total: 0 })]);
    const { id } = await desk.backUp();
    to = await openScratch(await desk.sets.open(id));
    await migrate(to);
    const made = await to.graph.read(migrationNodes());
    await expect(restoredFrom(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/migration 99 \(of-the-future\).*version that made it \(test\)/),
    });
    expect(await to.graph.read(moveState())).toEqual([]);
    expect(await to.graph.read(migrationNodes())).toEqual(made);
  });
});
