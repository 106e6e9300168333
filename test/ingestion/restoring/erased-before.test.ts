/** An erasure that is done again takes what it took: neither what was made behind it, nor what it never reached. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eraseAgain, erasuresSince } from '../../../ingestion/retention/erase-again.ts';
import { toErasedSelection } from '../../../model/erased-selection.ts';
import { collectionId, documentId, entityId } from '../../../model/ids.ts';
import type { RestoreMode } from '../../../model/restore.ts';
import type { Erasure, LegalHold } from '../../../model/retention.ts';
import { decideAgain } from '../../../operations/restores/decide-again.ts';
import { REPLAY } from '../../../parts/restores.ts';
import { createLog } from '../../../platform/log.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { documentsByIds } from '../../../stores/graph/statements/documents.ts';
import { putErasure, putHold } from '../../../stores/graph/statements/retention.ts';
import { archiveFolder, openArchive } from '../archive/harness.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { restoreTenant } from './restore-tenant.ts';

const SLOW_MS = 240_000;
const log = createLog({ level: 'silent' });
const MAIL = collectionId(TENANT, 'mail');
const WILMA = documentId(MAIL, { key: 'a' });
const wilma = (customer: number) => ({
  ...{ key: 'a', content: 'Wilma Zorblax wrote a letter from Bergen.', metadata: { customer } },
  knowledge: { entities: [{ name: 'Wilma Zorblax', type: 'PERSON' }], triples: [] },
});
const SELECTION = toErasedSelection(TENANT, {
  collection: null,
  metadata: [{ key: 'customer', in: ['42'] }],
});
const around = (ms: number) => new Date(Date.now() + ms).toISOString();
const erasure = (changes: Partial<Erasure>): Erasure => ({
  ...{ id: 'era_1', tenant: TENANT, at: around(1_000), erasedBy: 'ada', reason: 'request 12' },
  ...{ documentIds: [], subjects: [], selection: null, ...changes },
});
/** The ways in which an erasure may reach a document. */
const REACHES = [
  ['in its list', { documentIds: [WILMA] }],
  ['by a name', { subjects: [entityId(TENANT, 'wilma zorblax')] }],
  ['by metadata', { selection: SELECTION }],
] as const;

let [backup, running]: Rooms[] = [];
const both = (): readonly [Rooms, Rooms] => {
  if (backup === undefined || running === undefined) throw new Error('both are open');
  return [backup, running];
};
beforeEach(async () => {
  [backup, running] = [await openRooms({ archive: openArchive(await archiveFolder()) }), await openRooms()];
  await ingest(backup, 42);
});
afterEach(async () => {
  await backup?.close();
  await running?.close();
});

async function ingest(rooms: Rooms, customer: number): Promise<void> {
  const { jobId } = await rooms.ingestion.submit(TENANT, 'mail', [wilma(customer)]);
  await rooms.finished(jobId);
}
const customersIn = async ({ graph }: Rooms) =>
  (await graph.read(documentsByIds(TENANT, [WILMA]))).map(({ metadata }) => metadata['customer']);

function restored(mode: RestoreMode) {
  const [staged, into] = both();
  return restoreTenant(into, { staged, cutAt: around(0), mode });
}

describe('what was made behind an erasure', { timeout: SLOW_MS }, () => {
  test.each(REACHES)(
    '%s, stays where that is done again, and what was made before goes',
    async (_, reach) => {
      const [from] = both();
      const early = erasure({ ...reach, at: around(-60_000) });
      expect(await eraseAgain(from, [early], 'RELEASED')).toEqual({ erased: [], held: [] });
      expect(await customersIn(from)).toEqual([42]);
      expect((await eraseAgain(from, [erasure(reach)], 'RELEASED')).erased).toEqual([WILMA]);
    },
  );

  test.each(REACHES)('%s, comes back with a part of a backup', async (_, reach) => {
    const [, into] = both();
    await into.graph.write([putErasure(erasure({ ...reach, at: around(-60_000) }))]);
    expect((await restored('MERGE')).receipt).toMatchObject({ restored: 1, erased: 0 });
    expect(await customersIn(into)).toEqual([42]);
  });

  test.each(REACHES)('%s, stays in the archive', async (_, reach) => {
    const [from] = both();
    await from.archives.archive(TENANT, { ids: [WILMA], by: 'ada', reason: 'old' });
    const archived = { collection: null, states: ['ARCHIVED' as const], after: '', limit: 10 };
    await eraseAgain(from, [erasure({ ...reach, at: around(-60_000) })], 'RELEASED');
    expect(await from.archives.list(TENANT, archived)).toHaveLength(1);
    await eraseAgain(from, [erasure(reach)], 'RELEASED');
    expect(await from.archives.list(TENANT, archived)).toEqual([]);
  });
});

test('what another erasure reached in the backup is not removed with what came later', async () => {
  const [, into] = both();
  await ingest(into, 43);
  await into.graph.write([putErasure(erasure({ selection: SELECTION }))]);
  expect((await restored('REPLACE')).receipt).toMatchObject({ restored: 0, removed: 0, erased: 1 });
  expect(await customersIn(into)).toEqual([43]);
});

test('an erasure that is cut off is not there, and is done the next time', { timeout: SLOW_MS }, async () => {
  const [from] = both();
  await from.archives.archive(TENANT, { ids: [WILMA], by: 'ada', reason: 'old' });
  const archived = { collection: null, states: ['ARCHIVED' as const], after: '', limit: 10 };
  const graph: GraphStore = {
    ...from.graph,
    write: async (statements, options) => {
      const all = [...statements];
      if (all.some(({ name }) => name === 'archives.beginDeleting')) throw new Error('The process dies.');
      return from.graph.write(all, options);
    },
  };
  const one = erasure({ subjects: [entityId(TENANT, 'wilma zorblax')] });
  await expect(eraseAgain({ ...from, graph }, [one], 'RELEASED')).rejects.toThrow('The process dies.');
  const known = { decided: { erasures: [one], policies: [] }, since: around(0), holds: 'RELEASED' as const };
  const open = async () => ({ ...from, close: async () => undefined });
  await decideAgain(open, known, { replay: REPLAY, log });
  expect(await from.archives.list(TENANT, archived)).toEqual([]);
  expect(await erasuresSince(from.graph, '')).toEqual([one]);
});

describe('a legal hold', { timeout: SLOW_MS }, () => {
  const hold: LegalHold = {
    ...{ id: 'hld_1', tenant: TENANT, name: 'lawsuit', reason: 'a lawsuit', createdAt: around(0) },
    ...{ selection: { collection: 'mail', metadata: [] }, createdBy: 'ada' },
  };
  test.each([false, true])(
    'of the data that is gone back to keeps what it holds (archived: %s)',
    async (archived) => {
      const [from] = both();
      if (archived) await from.archives.archive(TENANT, { ids: [WILMA], by: 'ada', reason: 'old' });
      const inArchive = { collection: null, states: ['ARCHIVED' as const], after: '', limit: 10 };
      await from.graph.write([putHold(hold)]);
      const lines: string[] = [];
      const open = async () => ({ ...from, close: async () => undefined });
      const known = {
        decided: { erasures: [erasure({ documentIds: [WILMA] })], policies: [] },
        since: around(0),
      };
      const telling = createLog({ level: 'warn' }, { write: (line) => void lines.push(line) });
      const tools = { replay: REPLAY, log: telling };
      expect((await decideAgain(open, { ...known, holds: 'IN_FORCE' }, tools)).held).toEqual([WILMA]);
      expect(lines.join()).toContain(WILMA);
      expect(await customersIn(from)).toEqual(archived ? [] : [42]);
      expect(await from.archives.list(TENANT, inArchive)).toHaveLength(archived ? 1 : 0);
      expect(await erasuresSince(from.graph, '')).toHaveLength(1);
    },
  );

  test('that was released before the erasure keeps nothing of a backup', async () => {
    const [from] = both();
    await from.graph.write([putHold(hold)]);
    const { erased, held } = await eraseAgain(from, [erasure({ documentIds: [WILMA] })], 'RELEASED');
    expect([erased, held]).toEqual([[WILMA], []]);
  });
});
