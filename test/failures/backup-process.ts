/** A process that backs an installation up, slowly enough to be killed in the middle; run by the test beside it. */

import { join } from 'node:path';
import { createExclusive } from '../../ingestion/exclusive.ts';
import { createBackups } from '../../operations/backups/backups.ts';
import { createSetStore } from '../../operations/backups/set-store.ts';
import { createLog } from '../../platform/log.ts';
import { createLocalKeyWrapper } from '../../platform/sealing/local-key-wrapper.ts';
import { createFolderBackupTarget } from '../../stores/backup-targets/folder/folder-backup-target.ts';
import { createLocalLeases } from '../../stores/graph/leases/local-leases.ts';
import { openRooms } from '../ingestion/harness.ts';

const [directory = '', folder = '', key = '', stopAfter = '0'] = process.argv.slice(2);
const rooms = await openRooms({ directory, startWorker: false });
const leases = createLocalLeases(rooms);
const exclusive = createExclusive(leases);
const bare = createFolderBackupTarget({ directory: folder });
let parts = 0;
const target: typeof bare = {
  ...bare,
  put: async (name, body, options) => {
    // From here on nothing more is written: the kill finds it in the middle of a part.
    if (name.startsWith('parts/') && ++parts > Number(stopAfter)) {
      process.send?.('in the middle');
      await new Promise(() => setInterval(() => undefined, 1_000));
    }
    return bare.put(name, body, options);
  },
};
const wrapper = createLocalKeyWrapper({ current: Buffer.from(key, 'base64') });
const backups = createBackups({
  ...{ sets: createSetStore(target, wrapper), source: rooms, leases },
  alone: (run) => exclusive(run),
  files: [],
  settings: {},
  version: 'test',
  scratch: join(directory, 'backup-scratch'),
  makeScratch: async () => {
    throw new Error('nothing is verified here');
  },
  now: () => new Date(),
  log: createLog({ level: 'silent' }),
});
const { id } = await backups.begin({ scope: { kind: 'INSTALLATION' }, createdBy: 'ada' });
await backups.ended(id);
