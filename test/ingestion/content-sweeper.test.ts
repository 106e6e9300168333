/** What a crash left in the content store goes after a day, and nothing that anybody refers to, whoever comes meanwhile. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sweepContents } from '../../ingestion/content-sweeper.ts';
import type { AuditEvent } from '../../model/audit.ts';
import { contentHash } from '../../model/ids.ts';
import { createLog } from '../../platform/log.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

const HOUR_MS = 3_600_000;
const never = new AbortController().signal;
const item = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { tenant: TENANT, hash: contentHash(bytes), bytes };
};

let rooms: Rooms;
let recorded: AuditEvent[];
/** Done by the store before it removes anything. */
let beforeDelete: () => Promise<void>;
beforeEach(async () => {
  recorded = [];
  beforeDelete = async () => undefined;
  rooms = await openRooms({
    startWorker: false,
    wrapContent: (content): ContentStore => ({
      ...content,
      delete: async (keys) => {
        await beforeDelete();
        return content.delete(keys);
      },
    }),
  });
  await rooms.ingestion.createCollection(TENANT, 'notes', null);
});
afterEach(() => rooms.close());

const sweep = (hoursAhead: number) =>
  sweepContents(
    {
      ...rooms,
      now: () => new Date(Date.now() + hoursAhead * HOUR_MS),
      log: createLog({ level: 'silent' }),
      record: async (events) => void recorded.push(...events),
    },
    never,
  );
const submit = (...contents: readonly string[]) =>
  rooms.ingestion.submit(
    TENANT,
    'notes',
    contents.map((content) => ({ content, mediaType: 'text/plain' })),
  );
const isThere = (...texts: readonly string[]) => rooms.content.has(texts.map(item));
const held = async () => (await rooms.content.list(TENANT, { after: null, limit: 100 })).contents.length;

test('what nothing refers to goes a day after it was written, is told, and everything else stays', async () => {
  await submit('Ada waits to be indexed.');
  // As a call leaves it that was cut off before its transaction.
  await rooms.content.put([item('Bob was cut off.'), item('Carl too.')]);
  expect(await sweep(23)).toBe(0);
  expect(recorded).toEqual([]);
  expect(await sweep(25)).toBe(2);
  expect(recorded).toMatchObject(
    [
      { tenant: TENANT, actor: 'trellis', action: 'content sweep', outcome: 'DONE', detail: /^2 contents/ },
    ].map(({ detail, ...rest }) => ({ ...rest, detail: expect.stringMatching(detail) })),
  );
  expect(await isThere('Ada waits to be indexed.', 'Bob was cut off.', 'Carl too.')).toEqual([
    true,
    false,
    false,
  ]);
  expect(await rooms.counts()).toMatchObject({ Removal: 0 });
});

test('of a document that was indexed both its bytes and its text stay, and so do those of one that failed', async () => {
  await rooms.worker.start();
  const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [
    { key: 'sound', content: '# Ada\n\nAda met Bob.', mediaType: 'text/markdown' },
    { key: 'broken', content: '{"a": ', mediaType: 'application/json' },
  ]);
  expect(await rooms.finished(jobId)).toMatchObject({ state: 'PARTIAL' });
  expect(await held()).toBe(3);
  expect(await sweep(1_000)).toBe(0);
  expect(await held()).toBe(3);
});

test('whoever refers to it just as it is removed has it afterwards', async () => {
  await rooms.content.put([item('Dora comes back.')]);
  let submitted: Promise<unknown> = Promise.resolve();
  beforeDelete = async () => {
    submitted = submit('Dora comes back.');
    // The sweep has decided; the call has its transaction before the bytes go.
    await expect.poll(async () => (await rooms.counts())['Submission'], { timeout: 60_000 }).toBe(1);
  };
  await sweep(25);
  await submitted;
  expect(await isThere('Dora comes back.')).toEqual([true]);
});

test('what was put anew counts from then on', async () => {
  await rooms.content.put([item('Eve is put twice.')]);
  const list = rooms.content.list;
  const [before] = (await list(TENANT, { after: null, limit: 1 })).contents;
  await expect
    .poll(async () => {
      await rooms.content.put([item('Eve is put twice.')]);
      const [after] = (await list(TENANT, { after: null, limit: 1 })).contents;
      return (after?.writtenAt ?? 0) > (before?.writtenAt ?? 0);
    })
    .toBe(true);
  const almost = ((before?.writtenAt ?? 0) + 24 * HOUR_MS - Date.now()) / HOUR_MS;
  expect(await sweep(almost)).toBe(0);
});
