/** What is staged of a backup: the part that was asked for, as this version has its data, and nothing beside it. */

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOTHING_RESTORED, type Restore } from '../../../model/restore.ts';
import { stagePart } from '../../../operations/restores/stage-part.ts';
import { createLog } from '../../../platform/log.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { countNodes } from '../../../stores/graph/statements/transfer.ts';
import { TENANT } from '../../ingestion/harness.ts';
import { type Desk, ingestSamples, openDesk, openScratch } from '../backups/harness.ts';

const { signal } = new AbortController();
let desk: Desk;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-data-'));
  desk = await openDesk();
  // Spelled nowhere in the text, so that what the mention calls it is kept beside.
  const knowledge = { entities: [{ name: 'Zelda Morgenstern' }], triples: [] };
  const { jobId } = await desk.rooms.ingestion.submit(TENANT, 'notes', [
    { key: 'a', content: 'The countess danced all night.', knowledge },
  ]);
  await desk.rooms.finished(jobId);
  await ingestSamples(desk.rooms, { tenant: 'other', count: 1 });
}, 120_000);
afterAll(async () => {
  await desk?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a part of a backup that an older version made is as this version has it', async () => {
  const asBefore = 'MATCH (c:Chunk)-[m:MENTIONS]->(e:Entity) SET m.unplaced = null';
  await desk.rooms.graph.write([statement('test.asBefore', asBefore, {}, (row) => row)]);
  const { id: backup } = await desk.backUp();
  const set = await desk.sets.open(backup);
  const restore: Restore = {
    ...{ id: 'one', backup, scope: { kind: 'TENANT', tenant: TENANT }, mode: 'MERGE', withAccess: false },
    ...{ state: 'RUNNING', requestedBy: 'ada', startedAt: '', finishedAt: null, switchedAt: null },
    ...{ cutAt: set.manifest.cutAt, progress: null, problem: null, receipt: NOTHING_RESTORED },
  };
  const open = async () => {
    const scratch = await openScratch(set);
    return { ...scratch, close: scratch.discard };
  };
  const tools = { sets: desk.sets, folder, open, now: () => new Date(), log: createLog({ level: 'silent' }) };
  const staged = await stagePart(tools, restore, { signal, onProgress: () => undefined });
  const silent = statement(
    'test.silent',
    'MATCH (c:Chunk)-[m:MENTIONS]->(e:Entity) WHERE m.unplaced IS NULL AND m.places IS NULL RETURN e.name AS name',
    {},
    (row) => row.name,
  );
  expect(await staged.graph.read(silent)).toEqual([]);
  expect(await staged.graph.read(countNodes('Document'))).toEqual([1]);
  expect(existsSync(join(folder, 'restores', 'part-one'))).toBe(true);
  await staged.discard();
  expect(await readdir(join(folder, 'restores'))).toEqual([]);
});
