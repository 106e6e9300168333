import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { statement } from '../../stores/graph/graph-store.ts';
import { expectAgreement } from '../ingestion/archive/harness.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';

const MOMENTS = [
  'acknowledged',
  'behind the contents',
  'ahead of the graph',
  'behind a removal of chunks',
  'behind a removal of documents',
];

test.each(MOMENTS)(
  'a treatment that is killed %s goes on, loses no document and doubles none',
  { timeout: 180_000 },
  async (moment) => {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-treatment-crash-'));
    const script = join(import.meta.dirname, 'privacy-treatment-process.ts');
    const child = spawn(process.execPath, [script, directory, moment], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    const rooms = await openRooms({ directory, abandonedAfterMs: 500 });
    try {
      await vi.waitFor(
        async () =>
          expect(await rooms.privacyTreatments.list(TENANT)).toMatchObject([
            { state: 'SUCCEEDED', documents: 130, treated: 130, unchanged: 0, failed: 0 },
          ]),
        { timeout: 90_000, interval: 100 },
      );
      expect(await rooms.counts()).toMatchObject({ Document: 130, Chunk: 130, Submission: 0, Removal: 0 });
      const texts = await rooms.graph.read(
        statement('test.texts', 'MATCH (c:Chunk) RETURN c.text AS text', {}, (row) => String(row['text'])),
      );
      expect(texts.filter((text) => text.includes('Quastenberg'))).toEqual([]);
      const [hits] = await rooms.vectors.searchKeyword([{ text: 'Quastenberg', limit: 9 }], {
        tenant: TENANT,
      });
      expect(hits).toEqual([]);
      await expectAgreement(rooms);
    } finally {
      await rooms.close();
    }
  },
);
