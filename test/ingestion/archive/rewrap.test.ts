/** A master key that is retired: archives are wrapped by the next one first. */

import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { createArchiveStore } from '../../../ingestion/archive/archive-store.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import { createFolderBackupTarget } from '../../../stores/backup-targets/folder/folder-backup-target.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { archiveFolder } from './harness.ts';

let rooms: Rooms;
afterEach(() => rooms.close());

test('an archive that was wrapped anew needs the key before no more; others are told, and none gets its key back', async () => {
  const directory = await archiveFolder();
  const [before, after] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
  let known = { current: before, previous: [] as readonly Uint8Array[] };
  const archive = createArchiveStore({
    target: createFolderBackupTarget({ directory }),
    wrapper: {
      masterKeyIds: () => createLocalKeyWrapper(known).masterKeyIds(),
      wrapKey: (key) => createLocalKeyWrapper(known).wrapKey(key),
      unwrapKey: (key) => createLocalKeyWrapper(known).unwrapKey(key),
    },
  });
  rooms = await openRooms({ archive });
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'mail', [
    { key: 'kept', content: 'Ada Lovelace.' },
    { key: 'left', content: 'Charles Babbage.' },
    { key: 'gone', content: 'Zanzibar.' },
  ]);
  await rooms.finished(jobId);
  const ids = accepted.map(({ documentId }) => documentId);
  const { archived } = await rooms.archives.archive(TENANT, { ids, by: 'ada', reason: 'old' });
  const idOf = (key: string) => archived.find((one) => one.key === key)?.id ?? '';
  await rooms.archives.delete(TENANT, [idOf('gone')]);

  known = { current: after, previous: [before] };
  const wanted = [idOf('kept'), idOf('gone')];
  const { rewrapped, refused } = await rooms.archives.rewrap(TENANT, wanted);
  expect(rewrapped.map(({ key }) => key)).toEqual(['kept']);
  expect(refused).toMatchObject([{ id: idOf('gone'), problem: { code: 'NOT_FOUND' } }]);
  expect(await archive.has(idOf('gone'))).toBe(false);
  expect(await rooms.archives.rewrap('another', [idOf('kept')])).toMatchObject({ rewrapped: [] });

  known = { current: after, previous: [] };
  expect(Buffer.from((await archive.get(idOf('kept'))).bytes).toString()).toBe('Ada Lovelace.');
  await expect(archive.get(idOf('left'))).rejects.toMatchObject({ code: 'BACKUP_KEY_MISMATCH' });
});
