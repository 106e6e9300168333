/** A backup that is killed is none, and costs neither the installation nor the next backup anything. */

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareInstallations } from '../../operations/move/compare.ts';
import { ingestSamples, openDesk } from '../operations/backups/harness.ts';

test.each([0, 3, 9])(
  'a backup killed after %i parts is no backup, and the next one is whole',
  async (stopAfter) => {
    const masterKey = randomBytes(32);
    const desk = await openDesk({ masterKey });
    await ingestSamples(desk.rooms);
    const { folder } = desk;
    const { directory } = desk.rooms;
    await desk.rooms.close();
    const child = fork(new URL('./backup-process.ts', import.meta.url), [
      ...[directory, folder, masterKey.toString('base64'), String(stopAfter)],
    ]);
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const again = await openDesk({ masterKey, folder, directory });
    try {
      const [killed] = await again.backups.list();
      expect(killed?.state).toBe('RUNNING');
      const drafted = existsSync(join(folder, 'sets', killed?.id ?? '', 'draft.json'));
      await expect(again.sets.open(killed?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const backup = await again.backUp();
      expect(backup.state).toBe('SUCCEEDED');
      // A draft that was signed by then names parts that need not be written again.
      expect(backup.reusedBytes > 0).toBe(drafted);
      const restored = await again.restored(backup.id);
      const { signal } = new AbortController();
      expect(
        await compareInstallations(again.rooms, restored, { signal, onProgress: () => undefined }),
      ).toEqual([]);
      await again.backups.remove(killed?.id ?? '');
      expect((await again.backups.list()).map(({ id }) => id)).toEqual([backup.id]);
      await again.restored(backup.id);
    } finally {
      await again.close();
    }
  },
  180_000,
);
