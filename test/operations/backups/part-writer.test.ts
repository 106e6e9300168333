/** What is in memory while parts are written is bounded, and a record that is larger than that comes back as well. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as settled } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KnownParts } from '../../../operations/backups/known-parts.ts';
import { createPartWriter, type PartWriterOptions } from '../../../operations/backups/part-writer.ts';
import { decodeRecords } from '../../../operations/backups/records.ts';
import { createLog } from '../../../platform/log.ts';
import { newDataKey } from '../../../platform/sealing/data-key.ts';
import { openPart } from '../../../platform/sealing/sealed-part.ts';
import type { BackupTarget } from '../../../stores/backup-targets/backup-target.ts';
import { createFolderBackupTarget } from '../../../stores/backup-targets/folder/folder-backup-target.ts';
import { threadsOf } from '../../platform/threads.ts';

const MB = 1 << 20;
const NONE: KnownParts = { find: () => null, keysUsed: () => [] };
const key = newDataKey();
const log = createLog({ level: 'silent' });
const { signal } = new AbortController();

let directory: string;
let folder: BackupTarget;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-parts-'));
  folder = createFolderBackupTarget({ directory });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

type Own = Partial<Pick<PartWriterOptions, 'partsOfASize' | 'onPart'>>;
const writerTo = (target: BackupTarget, options: Own = {}) =>
  createPartWriter({
    target,
    set: 'set',
    key,
    known: NONE,
    signal,
    log,
    onPart: () => undefined,
    ...options,
  });

test('a target that takes nothing has the writer wait, with a few parts in memory', async () => {
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  let putting = 0;
  const writer = writerTo({
    ...folder,
    put: async (...given) => {
      putting += 1;
      await mayGoOn;
      return folder.put(...given);
    },
  });
  const stream = writer.open('contents');
  const body = randomBytes(7 * MB);
  let added = 0;
  const adding = (async () => {
    for (; added < 20; added++) await stream.add([{ key: `record ${added}`, header: {}, body }]);
    await stream.end();
  })();
  for (let before = -1; before !== added + putting; await settled()) {
    before = added + putting;
    await expect.poll(() => putting).toBeGreaterThan(2);
  }
  // Three of them are sealed, and two more wait for their turn at most.
  expect(putting).toBe(3);
  expect(added).toBeLessThanOrEqual(5);
  goOn();
  await adding;
  expect((await writer.finish()).reduce((sum, { records }) => sum + records, 0)).toBe(20);
});

test('a record that is larger than all that may be under way is a part of its own, and comes back', async () => {
  const writer = writerTo(folder);
  const stream = writer.open('contents');
  const large = randomBytes(30 * MB);
  await stream.add([
    { key: 'small', header: { at: 0 } },
    { key: 'large', header: { at: 1 }, body: large },
  ]);
  await stream.end();
  const parts = await writer.finish();
  expect(parts.map(({ records }) => records)).toEqual([1, 1]);
  const back: unknown[] = [];
  for (const part of parts)
    for await (const records of decodeRecords(openPart(folder.get(part.name), key, part)))
      for (const { header, body } of records)
        back.push([header['at'], Buffer.from(body).equals(large.subarray(0, body.length)), body.length]);
  expect(back).toEqual([
    [0, true, 0],
    [1, true, large.length],
  ]);
});

test('a backup loses nothing with the thread that seals it, and goes on without', async () => {
  let there = 0;
  const writer = writerTo(folder, {
    onPart: () => {
      there += 1;
    },
  });
  const stream = writer.open('contents');
  const bodies = Array.from({ length: 130 }, () => randomBytes(100 << 10));
  const add = (from: number, to: number) =>
    stream.add(
      bodies
        .slice(from, to)
        .map((body, at) => ({ key: `record ${from + at}`, header: { at: from + at }, body })),
    );
  // The first of them are worth no thread.
  const [thread, ...others] = await threadsOf(() => add(0, 70));
  expect([thread, ...others]).toHaveLength(1);
  expect(there).toBeGreaterThan(48);
  const adding = add(70, bodies.length);
  await thread?.terminate();
  await adding;
  await stream.end();
  const parts = await writer.finish();
  await writer.close();
  const back: Buffer[] = [];
  for (const part of parts)
    for await (const records of decodeRecords(openPart(folder.get(part.name), key, part)))
      for (const { header, body } of records) back[Number(header['at'])] = Buffer.from(body);
  expect(back.map((body, at) => body.equals(bodies[at] ?? Buffer.alloc(0)))).toEqual(bodies.map(() => true));
});

test('the more parts there are, the larger they become, so that a manifest has room for any graph', async () => {
  const nowhere: BackupTarget = {
    ...folder,
    put: async (_name, body) => {
      let bytes = 0;
      for await (const piece of body) bytes += piece.length;
      return { bytes };
    },
  };
  const partsOf = async (options: { readonly partsOfASize?: number }) => {
    const writer = writerTo(nowhere, options);
    const stream = writer.open('contents');
    const body = randomBytes(16 << 10);
    for (let at = 0; at < 1_000; at++) await stream.add([{ key: `record ${at}`, header: {}, body }]);
    await stream.end();
    return writer.finish();
  };
  const ends = (parts: Awaited<ReturnType<typeof partsOf>>) => {
    let records = 0;
    return parts.map((part) => {
      records += part.records;
      return records;
    });
  };
  const [small, growing] = [ends(await partsOf({})), ends(await partsOf({ partsOfASize: 10 }))];
  expect(small.length).toBeGreaterThan(80);
  expect(growing.length).toBeLessThan(50);
  // The first are as they were, and what ends later ends where a smaller one might.
  expect(growing.slice(0, 10)).toEqual(small.slice(0, 10));
});

test('a record that may be written may be read: a body of more than one GiB is one', async () => {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(2, 0);
  lengths.writeUInt32BE(3 * 2 ** 30, 4);
  let asked = 0;
  async function* cutOff() {
    yield lengths;
    asked += 1;
    yield Buffer.from('{}');
  }
  const reading = async () => {
    for await (const _ of decodeRecords(cutOff()));
  };
  // It is waited for, and found wanting at the end alone.
  await expect(reading()).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  expect(asked).toBe(1);
});

test('a content that no record could hold is told before anything is written', async () => {
  const body = Object.defineProperty(new Uint8Array(0), 'length', { value: 2 ** 32 });
  const adding = writerTo(folder)
    .open('contents')
    .add([{ key: 'huge', header: { hash: 'of it' }, body }]);
  await expect(adding).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('of it') });
});
