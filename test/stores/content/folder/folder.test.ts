import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../../model/ids.ts';
import type { ContentStore } from '../../../../stores/content/content-store.ts';
import { createFolderContentStore } from '../../../../stores/content/folder/folder-content-store.ts';
import { runScript } from '../../../failures/run-script.ts';
import { contentOf } from './contents.ts';

const WRITER = join(import.meta.dirname, 'folder-writer.ts');

let directory: string;
const open = async (): Promise<ContentStore> => {
  const store = createFolderContentStore({ directory });
  await store.open();
  return store;
};
const keyOf = (bytes: Uint8Array) => ({ tenant: 't', hash: contentHash(bytes) });
const files = async () => {
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-folder-'));
});

/** Lets a process write from `from` on, and kills it once it has acknowledged `count`. */
async function writeUntilKilled(from: number, count: number): Promise<readonly number[]> {
  const acknowledged: number[] = [];
  await runScript(WRITER, [directory, String(from)], (line, kill) => {
    acknowledged.push(Number(line));
    if (acknowledged.length >= count) kill();
  });
  return acknowledged;
}

describe('a folder of contents', () => {
  test('loses nothing acknowledged by processes that write the same at once and are killed, and shows nothing half', {
    timeout: 120_000,
  }, async () => {
    const written = await Promise.all([
      writeUntilKilled(0, 20),
      writeUntilKilled(0, 25),
      writeUntilKilled(10, 15),
    ]);
    const numbers = [...new Set(written.flat())];
    const store = await open();
    const found = await store.get(numbers.map((at) => keyOf(contentOf(at))));
    for (const [at, bytes] of found.entries()) {
      expect(bytes?.length).toBe(contentOf(numbers[at] ?? 0).length);
    }
    for (const path of await files()) {
      if (path.startsWith(join(directory, 'drafts'))) continue;
      expect(contentHash(await readFile(path))).toBe(`sha256:${path.split('/').at(-1)}`);
    }
  });

  test('is one for all stores that are open on it', async () => {
    const [mine, theirs] = await Promise.all([open(), open()]);
    const bytes = contentOf(3);
    await Promise.all([mine, theirs].map((store) => store.put([{ ...keyOf(bytes), bytes }])));
    expect((await theirs.get([keyOf(bytes)]))[0]).toEqual(bytes);
    expect(await theirs.delete([keyOf(bytes)])).toBe(1);
    expect(await mine.get([keyOf(bytes)])).toEqual([null]);
    expect(await mine.delete([keyOf(bytes)])).toBe(0);
  });

  test('removes what crashes left, and leaves alone what is being written', async () => {
    const drafts = join(directory, 'drafts');
    await mkdir(drafts);
    await writeFile(join(drafts, 'old'), 'half');
    await writeFile(join(drafts, 'new'), 'half');
    const long = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(drafts, 'old'), long, long);
    await open();
    expect(await readdir(drafts)).toEqual(['new']);
  });

  test('keeps nothing of a stream that breaks off', async () => {
    const store = await open();
    const broken = async function* () {
      yield contentOf(1);
      throw new Error('the client left');
    };
    await expect(store.putStream('t', broken(), { maxBytes: 1e6 })).rejects.toThrow('the client left');
    expect(await files()).toEqual([]);
  });

  test('never leaves its folder, whatever a tenant or a hash is called', async () => {
    const store = await open();
    const bytes = contentOf(2);
    const tenant = '../../../etc';
    await store.put([{ ...keyOf(bytes), tenant, bytes }]);
    expect((await store.get([{ ...keyOf(bytes), tenant }]))[0]).toEqual(bytes);
    expect(await files()).toHaveLength(1);
    for (const hash of ['../../secret', 'sha256:../../secret', `sha256:${'A'.repeat(64)}`, ''])
      expect(await store.get([{ tenant, hash }])).toEqual([null]);
  });

  test('that cannot be written to is UNAVAILABLE, saying so', async () => {
    const store = createFolderContentStore({ directory: join(directory, 'file', 'contents') });
    await writeFile(join(directory, 'file'), '');
    await expect(store.open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/cannot be used \(ENOTDIR\)\. See that it is mounted/),
    });
    expect(await store.health()).toMatchObject({ state: 'DOWN' });
  });
});
