/** An archive in a folder beside the rooms, with keys of its own. */

import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { type ArchiveStore, createArchiveStore } from '../../../ingestion/archive/archive-store.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import type { BackupTarget } from '../../../stores/backup-targets/backup-target.ts';
import { createFolderBackupTarget } from '../../../stores/backup-targets/folder/folder-backup-target.ts';
import type { Rooms } from '../harness.ts';

export function openArchive(
  directory: string,
  {
    secret = 'the master key',
    wrapTarget = (target) => target,
  }: { readonly secret?: string; readonly wrapTarget?: (target: BackupTarget) => BackupTarget } = {},
): ArchiveStore {
  const current = new Uint8Array(Buffer.from(hash('sha256', secret, 'hex'), 'hex'));
  const target = wrapTarget(createFolderBackupTarget({ directory }));
  return createArchiveStore({ target, wrapper: createLocalKeyWrapper({ current }) });
}

export function archiveFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'trellis-archive-'));
}

/** Every object below the folder by its name, without drafts. */
export async function objectsIn(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files
    .toSorted()
    .map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const);
  return new Map((await Promise.all(read)).filter(([name]) => !name.startsWith('.drafts')));
}

/** Graph, indexes and contents agree. */
export async function expectAgreement({ checks }: Rooms): Promise<void> {
  await checks.begin(null, { mends: false });
  const over = async () => expect((await checks.last(null))?.state).toBe('DONE');
  await vi.waitFor(over, { timeout: 30_000 });
  expect(await checks.last(null)).toMatchObject({ findings: [] });
}
