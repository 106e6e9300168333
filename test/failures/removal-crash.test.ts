import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { contentHash } from '../../model/ids.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';
import { runScript } from './run-script.ts';

const WAYS = [
  { way: 'delete', left: { Document: 1, Chunk: 1, Removal: 0 } },
  { way: 'replace', left: { Document: 2, Chunk: 2, Removal: 0 } },
];

test.each(WAYS)(
  'what was removed from the graph before a kill is removed from the other stores behind it: $way',
  { timeout: 120_000 },
  async ({ way, left }) => {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-removal-crash-'));
    const script = join(import.meta.dirname, 'removal-process.ts');
    const { signal } = await runScript(script, [directory, way]);
    expect(signal).toBe('SIGKILL');

    const rooms = await openRooms({ directory });
    try {
      await vi.waitFor(async () => expect(await rooms.counts()).toMatchObject(left), { timeout: 60_000 });
      const found = async (text: string) =>
        (await rooms.vectors.searchKeyword([{ text, limit: 50 }], { tenant: TENANT }))[0]?.length;
      expect([await found('zanzibar'), await found('madagascar')]).toEqual([0, 1]);
      const hash = contentHash(new TextEncoder().encode('Zanzibar.'));
      expect(await rooms.content.has([{ tenant: TENANT, hash }])).toEqual([false]);
    } finally {
      await rooms.close();
    }
  },
);
