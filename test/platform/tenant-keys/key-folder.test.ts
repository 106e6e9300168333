import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KeyWrapper } from '../../../platform/sealing/key-wrapper.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import { createKeyFolder } from '../../../platform/tenant-keys/key-folder.ts';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'trellis-keys-')), 'tenant-keys');
});

const folder = (wrapper: KeyWrapper | null = null) =>
  createKeyFolder({ directory, wrapper, now: () => new Date() });

async function theFile(): Promise<string> {
  const [name = ''] = await readdir(directory);
  return join(directory, name);
}

describe('the folder of tenants’ keys', () => {
  test('makes one key for a tenant, that only the owner may read, and another for another', async () => {
    const keys = folder();
    expect(await keys.find('acme')).toBeNull();
    const made = await keys.open('acme');
    expect(await keys.open('acme')).toEqual(made);
    expect((await folder().find('acme'))?.bytes).toEqual(made.bytes);
    expect((await keys.open('rival')).bytes).not.toEqual(made.bytes);
    for (const name of await readdir(directory))
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  test('gives processes that make it at once the same key', { timeout: 120_000 }, async () => {
    const children = ['a', 'b'].map(() =>
      fork(join(import.meta.dirname, 'key-process.ts'), [directory, 'acme'], { execArgv: [] }),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = await Promise.all(
      children.map(async (child) => {
        const answer = once(child, 'message');
        child.send('go');
        return String((await answer)[0]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(await readdir(directory)).toHaveLength(1);
  });

  test('has nothing left of a key that was destroyed, also for who held it', async () => {
    const [keys, other] = [folder(), folder()];
    const { id } = await keys.open('acme');
    expect((await other.find('acme'))?.id).toBe(id);
    expect(await keys.destroy('acme')).toBe(id);
    expect(await readdir(directory)).toEqual([]);
    expect(await other.find('acme')).toBeNull();
    expect(await keys.destroy('acme')).toBeNull();
    expect((await keys.open('acme')).id).not.toBe(id);
  });

  test('keeps keys wrapped where there is what wraps, and opens none without it', async () => {
    const wrapper = createLocalKeyWrapper({ current: randomBytes(32) });
    const { bytes } = await folder(wrapper).open('acme');
    expect((await folder(wrapper).find('acme'))?.bytes).toEqual(bytes);
    expect(await readFile(await theFile(), 'utf8')).not.toContain(Buffer.from(bytes).toString('base64'));
    await expect(folder().find('acme')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('refuses a file that is damaged, is another tenant’s, or others may read', async () => {
    await folder().open('acme');
    const path = await theFile();
    const text = await readFile(path, 'utf8');
    for (const other of ['{', text.replace('acme', 'evil'), text.replace(/"key":"[^"]*"/, '"key":"AAAA"')]) {
      await writeFile(path, other);
      await expect(folder().find('acme')).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    await writeFile(path, text);
    await chmod(path, 0o644);
    await expect(folder().find('acme')).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
