import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderBackupTarget } from '../../stores/backup-targets/folder/folder-backup-target.ts';
import { describeBackupTarget } from './backup-target.conformance.ts';

describeBackupTarget('a folder', async () => {
  const directory = join(await mkdtemp(join(tmpdir(), 'trellis-backups-')), 'not', 'yet', 'there');
  return { create: () => createFolderBackupTarget({ directory }), manyPiecesBytes: 3_000_000 };
});
