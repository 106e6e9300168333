/** Where a restore beside the data cannot be made: no room, or a disk that fills up on the way. */

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreBeside } from '../../../operations/restores/restore-beside.ts';
import { NOTHING_DECIDED, type RestoreRun } from '../../../operations/restores/restore-into.ts';
import { createLog } from '../../../platform/log.ts';
import type { ContentStore } from '../../../stores/content/content-store.ts';
import { type Desk, ingestSamples, openDesk, openScratch } from '../backups/harness.ts';

let desk: Desk;
let folder: string;
let run: RestoreRun;
beforeAll(async () => {
  desk = await openDesk();
  folder = await mkdtemp(join(tmpdir(), 'trellis-data-'));
  await ingestSamples(desk.rooms, { count: 3 });
  const { id } = await desk.backUp();
  run = {
    ...{ sets: desk.sets, set: await desk.sets.open(id), only: null, decided: NOTHING_DECIDED },
    replay: { again: async () => ({ erased: 0, treatments: [], held: [] }) },
    ...{ by: 'ada', about: [], log: createLog({ level: 'silent' }) },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
}, 120_000);
afterAll(async () => {
  await desk?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a disk', () => {
  const opened = async () => {
    const scratch = await openScratch(run.set);
    return { ...scratch, close: scratch.discard };
  };

  test('that has no room is refused before anything is written', async () => {
    const options = { folder, beside: 'restores/one', files: [], open: opened, freeBytes: async () => 1_000 };
    await expect(restoreBeside(options, run)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/has room for 0 MB.*untouched/),
    });
    expect(await readdir(join(folder, 'restores'))).toEqual([]);
  });

  test('that fills up on the way fails the restore, and leaves nothing of it', async () => {
    let writes = 0;
    const open = async () => {
      const all = await opened();
      const content: ContentStore = {
        ...all.content,
        put: async (items) => {
          writes += 1;
          await all.content.put(items.slice(0, 1));
          throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        },
      };
      return { ...all, content };
    };
    await expect(
      restoreBeside({ folder, beside: 'restores/one', files: [], open }, run),
    ).rejects.toMatchObject({ message: expect.stringMatching(/ENOSPC.*untouched/) });
    expect(writes).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'restores/one'))).toBe(false);
  });
});
