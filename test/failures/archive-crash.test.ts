import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { archiveFolder, expectAgreement, objectsIn, openArchive } from '../ingestion/archive/harness.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';
import { runScript } from './run-script.ts';

const MOMENTS = [
  { way: 'archive', moment: 'behind the document' },
  { way: 'archive', moment: 'before the manifest' },
  { way: 'archive', moment: 'behind the manifest' },
  { way: 'archive', moment: 'behind a removal of documents' },
  { way: 'bring back', moment: 'behind the contents' },
  { way: 'bring back', moment: 'acknowledged' },
  { way: 'bring back', moment: 'ahead of the graph' },
];
const ALL = { collection: null, states: [], after: '', limit: 100 } as const;

test.each(MOMENTS)(
  'a kill loses no document and doubles none: $way, $moment',
  { timeout: 180_000 },
  async ({ way, moment }) => {
    const [directory, folder] = [
      await mkdtemp(join(tmpdir(), 'trellis-archive-crash-')),
      await archiveFolder(),
    ];
    const script = join(import.meta.dirname, 'archive-process.ts');
    const { signal } = await runScript(script, [directory, folder, way, moment]);
    expect(signal).toBe('SIGKILL');

    const rooms = await openRooms({ directory, archive: openArchive(folder), abandonedAfterMs: 500 });
    try {
      // What was acknowledged goes on by itself: what was not wholly archived is no archive.
      await vi.waitFor(
        async () => {
          expect(await rooms.counts()).toMatchObject({ Submission: 0, Removal: 0 });
          const listed = await rooms.archives.list(TENANT, ALL);
          expect(listed.filter(({ state }) => state === 'BRINGING_BACK')).toEqual([]);
          expect((await objectsIn(folder)).size).toBe(2 * listed.length);
        },
        { timeout: 60_000 },
      );
      const listed = await rooms.archives.list(TENANT, ALL);
      const waiting = listed.filter(({ state }) => state === 'ARCHIVED');
      const { Document: there = 0 } = await rooms.counts();
      expect(there + waiting.length).toBe(3);
      if (way === 'archive') expect(waiting).toHaveLength(moment === 'behind a removal of documents' ? 3 : 0);

      const { jobIds, refused } = await rooms.archives.bringBack(
        TENANT,
        waiting.map(({ id }) => id).concat(waiting.length === 0 ? 'arc_none' : []),
      );
      expect(refused).toHaveLength(waiting.length === 0 ? 1 : 0);
      for (const jobId of jobIds) await rooms.finished(jobId);
      expect(await rooms.counts()).toMatchObject({ Document: 3, Chunk: 3, Submission: 0 });
      for (const name of ['Madagascar', 'Mauritius', 'Zanzibar'])
        expect(
          (await rooms.vectors.searchKeyword([{ text: name, limit: 9 }], { tenant: TENANT }))[0],
        ).toHaveLength(1);
      await expectAgreement(rooms);
    } finally {
      await rooms.close();
    }
  },
);
