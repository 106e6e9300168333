/** What comes in an upload was handed over when it came, not when the upload began. */

import { afterEach, expect, test, vi } from 'vitest';
import { statement } from '../../stores/graph/graph-store.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

let rooms: Rooms | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await rooms?.close();
});

test('each document of an upload has the moment at which it came', async () => {
  rooms = await openRooms({ startWorker: false });
  vi.useFakeTimers({ toFake: ['Date'] });
  const moments = ['2026-03-01T10:00:00.000Z', '2026-03-01T12:00:00.000Z'];
  vi.setSystemTime('2026-03-01T09:00:00.000Z');
  const stream = rooms.ingestion.openStream(TENANT, 'notes');
  for (const [at, moment] of moments.entries()) {
    vi.setSystemTime(moment);
    await stream.add([{ key: `n-${at}`, content: `Note ${at}.` }]);
  }
  const found = await rooms.graph.read(
    statement(
      'test.moments',
      `MATCH (s:Submission) MATCH (d:Document {id: s.documentId})
       RETURN s.submittedAt AS submitted, d.createdAt AS created, d.updatedAt AS updated ORDER BY submitted`,
      {},
      ({ submitted, created, updated }) => [submitted, created, updated],
    ),
  );
  expect(found).toEqual(moments.map((moment) => [moment, moment, moment]));
});
