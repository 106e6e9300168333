import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../../model/ids.ts';
import { createFolderContentStore } from '../../../../stores/content/folder/folder-content-store.ts';
import { dropContentNamespace, listContentNamespaces } from '../../../../stores/content/folder/namespaces.ts';
import { contentOf } from './contents.ts';

let directory: string;
const open = async (namespace: string) => {
  const store = createFolderContentStore({ directory, namespace });
  await store.open();
  return store;
};
const itemOf = (at: number) => ({ tenant: 't', hash: contentHash(contentOf(at)), bytes: contentOf(at) });
const files = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
const filled = async (namespace: string, numbers: readonly number[]) => {
  const before = await files();
  const store = await open(namespace);
  await store.put(numbers.map(itemOf));
  await store.close();
  return (await files()).filter((file) => !before.includes(file));
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-folder-'));
});

describe('namespaces in one folder of contents', () => {
  test('do not see each other', async () => {
    await filled('', [1, 2]);
    await filled('r1', [2, 3]);
    const has = async (namespace: string) => (await open(namespace)).has([1, 2, 3].map(itemOf));
    expect(await has('')).toEqual([true, true, false]);
    expect(await has('r1')).toEqual([false, true, true]);
    expect(await has('r11')).toEqual([false, false, false]);
    const listed = await (await open('')).list('t', { after: null, limit: 10 });
    expect(listed.contents).toHaveLength(2);
  });

  test('are dropped one by one', async () => {
    const first = await filled('', [1, 2]);
    await filled('r1', [1, 2, 3]);
    const other = await filled('r11', [1]);
    expect(await listContentNamespaces(directory)).toEqual(['r1', 'r11']);
    await dropContentNamespace(directory, { namespace: 'r1' });
    expect(await files()).toEqual([...first, ...other].toSorted());
    expect(await listContentNamespaces(directory)).toEqual(['r11']);
    await dropContentNamespace(directory, { namespace: 'r1' });
    expect(await files()).toEqual([...first, ...other].toSorted());
  });

  test('dropping the first one leaves the others, and what is not ours', async () => {
    await filled('', [1, 2, 3]);
    const other = await filled('r1', [1, 2]);
    await mkdir(join(directory, 'lost+found'));
    await writeFile(join(directory, 'lost+found', 'somebody’s'), 'x');
    await dropContentNamespace(directory, { namespace: '' });
    expect(await files()).toEqual([...other, join(directory, 'lost+found', 'somebody’s')].toSorted());
    expect(await (await open('')).has([itemOf(1)])).toEqual([false]);
  });

  test('one whose removal was cut off is still listed, and gone after another', async () => {
    await filled('r1', [1, 2, 3]);
    const leaving = AbortSignal.abort(new Error('gone'));
    await expect(dropContentNamespace(directory, { namespace: 'r1', signal: leaving })).rejects.toThrow(
      'gone',
    );
    expect(await listContentNamespaces(directory)).toEqual(['r1']);
    await dropContentNamespace(directory, { namespace: 'r1' });
    expect(await files()).toEqual([]);
  });

  test('a name that leads out of the folder is refused', async () => {
    for (const namespace of ['..', '../r1', 'drafts']) {
      expect(() => createFolderContentStore({ directory, namespace })).toThrow();
      await expect(dropContentNamespace(directory, { namespace })).rejects.toThrow();
    }
  });
});
