import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderContentStore } from '../../stores/content/folder/folder-content-store.ts';
import { describeContentStore } from './content-store.conformance.ts';

describeContentStore('a shared folder', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-contents-'));
  return { create: () => createFolderContentStore({ directory }) };
});
