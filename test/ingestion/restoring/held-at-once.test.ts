/** Documents of a backup are brought back with no more of them in memory at once than ingestion takes up. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { BATCH_BYTES_MAX } from '../../../ingestion/limits.ts';
import { createPartRestores } from '../../../ingestion/restoring/part-restores.ts';
import { createRestorer } from '../../../ingestion/restoring/restorer.ts';
import { createLog } from '../../../platform/log.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const SLOW_MS = 240_000;
const COUNT = 12;
/** Much on disk and little to read: it has one passage. */
const LARGE = 900_000;

let [backup, into]: Rooms[] = [];
/** Of each write to the contents, how many bytes came together. */
let together: number[];
beforeEach(async () => {
  together = [];
  backup = await openRooms();
  into = await openRooms({
    wrapContent: (content) => ({
      ...content,
      put: (items) => {
        together.push(items.reduce((sum, { bytes }) => sum + bytes.length, 0));
        return content.put(items);
      },
    }),
  });
});
afterEach(async () => {
  await backup?.close();
  await into?.close();
});

test('large files of few passages come a few at a time', { timeout: SLOW_MS }, async () => {
  if (backup === undefined || into === undefined) throw new Error('both are open');
  const documents = Array.from({ length: COUNT }, (_, at) => ({
    key: `page-${at}`,
    mediaType: 'text/html',
    content: `<html><body><p>Page ${at} speaks of Bergen.</p><!-- ${`${at} `.repeat(LARGE).slice(0, LARGE)} --></body></html>`,
  }));
  const { jobId } = await backup.ingestion.submit(TENANT, 'pages', documents);
  expect(await backup.finished(jobId)).toMatchObject({ state: 'SUCCEEDED', failures: [] });

  const staged = { ...backup, discard: async () => undefined };
  const parts = createPartRestores({ graph: into.graph, now: () => new Date() });
  const { id } = await parts.begin({
    ...{ backup: 'one', cutAt: new Date().toISOString(), mode: 'MERGE', withAccess: false },
    ...{ requestedBy: 'ada', scope: { kind: 'TENANT', tenant: TENANT } },
  });
  const duty = createRestorer({
    ...into,
    ...{ log: createLog({ level: 'silent' }), now: () => new Date(), everyMs: 10 },
    stage: async () => staged,
    record: async () => undefined,
  });
  const stop = new AbortController();
  const running = duty.run(stop.signal);
  for (;;) {
    const restore = await parts.get(id);
    if (restore !== null && restore.state !== 'RUNNING') {
      expect(restore).toMatchObject({ state: 'DONE', receipt: { restored: COUNT, failed: 0 } });
      break;
    }
    await new Promise(setImmediate);
  }
  stop.abort();
  await running;
  expect(together.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(COUNT * LARGE);
  expect(Math.max(...together)).toBeLessThanOrEqual(BATCH_BYTES_MAX);
});
