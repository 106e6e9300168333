/** What only a folder has: modes, links, drafts that a crash left, and a disk that fails. */

import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { BackupTarget } from '../../../stores/backup-targets/backup-target.ts';
import { createFolderBackupTarget } from '../../../stores/backup-targets/folder/folder-backup-target.ts';
import { folderProblem } from '../../../stores/backup-targets/folder/folder-problems.ts';

let base: string;
let directory: string;
let target: BackupTarget;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'trellis-backups-'));
  directory = join(base, 'target');
  target = createFolderBackupTarget({ directory });
});

async function* pieces(...parts: readonly string[]) {
  for (const part of parts) yield new TextEncoder().encode(part);
}
async function drain(pieces: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of pieces) count += 1;
  return count;
}

test('only the owner may read what is in it', async () => {
  await target.put('sets/a/manifest.json', pieces('x'));
  const mode = async (path: string) => ((await stat(join(directory, path))).mode & 0o777).toString(8);
  expect(await mode('sets/a/manifest.json')).toBe('600');
  expect([await mode(''), await mode('sets'), await mode('sets/a')]).toEqual(['700', '700', '700']);
});

test('no link leads out of it: neither reading nor writing nor removing', async () => {
  const outside = join(base, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  await mkdir(join(directory, 'sets'), { recursive: true });
  await symlink(outside, join(directory, 'sets', 'out'));
  await symlink(join(outside, 'secret'), join(directory, 'sets', 'link'));

  await expect(target.put('sets/out/new', pieces('x'))).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(drain(target.get('sets/out/secret'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(drain(target.get('sets/link'))).rejects.toThrow();
  await target.remove('sets/out/secret');
  expect(await drain(target.list(''))).toBe(0);
  expect(await readdir(outside)).toEqual(['secret']);
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
});

test('what a crash left is not an object, and is removed once it is old', async () => {
  await target.put('a', pieces('x'));
  const drafts = join(directory, '.drafts');
  await writeFile(join(drafts, 'old'), 'half');
  await writeFile(join(drafts, 'new'), 'half');
  const dayAgo = new Date(Date.now() - 86_400_000);
  await utimes(join(drafts, 'old'), dayAgo, dayAgo);
  expect(await drain(target.list(''))).toBe(1);
  expect(await target.discardUnfinished({ olderThanMs: 3_600_000 })).toBe(1);
  expect(await readdir(drafts)).toEqual(['new']);
});

test('a put that failed leaves no draft', async () => {
  async function* failing() {
    yield new Uint8Array(10);
    throw new Error('gone');
  }
  await expect(target.put('a', failing())).rejects.toThrow('gone');
  expect(await readdir(join(directory, '.drafts'))).toEqual([]);
});

test('a folder that is a file is UNAVAILABLE, with its name and what to do', async () => {
  await writeFile(directory, 'no folder');
  const refused = { code: 'UNAVAILABLE', message: expect.stringMatching(/target cannot be used .*mounted/) };
  await expect(target.put('a', pieces('x'))).rejects.toMatchObject(refused);
  expect(await target.health()).toMatchObject({ name: 'backups', state: 'DOWN' });
  await rm(directory);
  expect(await target.health()).toMatchObject({ state: 'UP' });
});

test('a full disk is told from a folder that is away', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
  expect(folderProblem(full, '/backups')).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'The backup folder /backups cannot be used (ENOSPC). Make room there, or keep fewer backups.',
  });
});
