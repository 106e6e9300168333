import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_NAMESPACE } from '../../model/namespace.ts';
import { createFolderContentStore } from '../../stores/content/folder/folder-content-store.ts';
import { describeContentStore } from './content-store.conformance.ts';

for (const [engine, namespace] of [
  ['a shared folder', FIRST_NAMESPACE],
  ['a shared folder, in a namespace', 'r20261126141516abcdef01'],
] as const)
  describeContentStore(engine, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-contents-'));
    return { create: () => createFolderContentStore({ directory, namespace }) };
  });
