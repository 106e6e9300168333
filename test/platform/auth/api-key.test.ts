import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeApiKey, readApiKey, startOfApiKey } from '../../../platform/auth/api-key.ts';
import { createApiKeySecret } from '../../../platform/auth/api-key-secret.ts';

describe('an API key', () => {
  test('tells its kind and its id, and no two are alike', () => {
    for (const kind of ['LIVE', 'TEST'] as const) {
      const text = makeApiKey(kind);
      const { id } = readApiKey(text);
      expect(readApiKey(text)).toMatchObject({ kind, id });
      expect(text.startsWith(startOfApiKey({ kind, id }))).toBe(true);
      expect(readApiKey(makeApiKey(kind, id))).toMatchObject({ kind, id });
      expect(makeApiKey(kind, id)).not.toBe(text);
    }
    expect(new Set(Array.from({ length: 1_000 }, () => makeApiKey('LIVE'))).size).toBe(1_000);
  });

  test('with one character that is another is none', () => {
    const text = makeApiKey('LIVE');
    const wrong = fc.tuple(
      fc.nat(text.length - 1),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(wrong, ([at, character]) => {
        fc.pre(text[at] !== character);
        const other = text.slice(0, at) + character + text.slice(at + 1);
        expect(() => readApiKey(other)).toThrow(/checksum/);
      }),
    );
  });

  test('that is no key is refused without being repeated', () => {
    for (const text of ['', 'trk_live_', 'trk_live_hunter2', `${makeApiKey('LIVE')}\n`, 'trk_prod_x'])
      expect(() => readApiKey(text)).toThrow(/^(?!.*hunter2).*checksum/);
  });
});

describe('the secret behind stored keys', () => {
  const directory = () => mkdtemp(join(tmpdir(), 'trellis-key-secret-'));
  const open = async (options: Parameters<typeof createApiKeySecret>[0]) => {
    const secret = createApiKeySecret(options);
    await secret.open();
    return secret;
  };

  test('is made once, readable by its owner alone, and the same for whoever opens it later', async () => {
    const folder = await directory();
    const [first, second] = await Promise.all([open({ directory: folder }), open({ directory: folder })]);
    expect((await stat(join(folder, 'api-key-secret'))).mode & 0o777).toBe(0o600);
    expect(second.name()).toBe(first.name());
    expect(second.matches('digest', first.hashOf('digest'))).toBe(true);
    expect(first.matches('another', first.hashOf('digest'))).toBe(false);
    expect(first.matches('digest', 'abc')).toBe(false);
    expect(first.name()).not.toContain((await readFile(join(folder, 'api-key-secret'), 'utf8')).slice(0, 12));
  });

  test('is another one elsewhere, and the given one where it is given', async () => {
    const [here, there] = [
      await open({ directory: await directory() }),
      await open({ directory: await directory() }),
    ];
    expect(there.name()).not.toBe(here.name());
    expect(there.matches('digest', here.hashOf('digest'))).toBe(false);
    const given = 'a secret of thirty-two characters';
    const [one, same] = [
      await open({ directory: '/nowhere', given }),
      await open({ directory: '/nobody', given }),
    ];
    expect(same.matches('digest', one.hashOf('digest'))).toBe(true);
  });

  test('is refused when others can read it, or when it is cut off', async () => {
    const folder = await directory();
    await writeFile(join(folder, 'api-key-secret'), 'x'.repeat(43), { mode: 0o644 });
    await expect(open({ directory: folder })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: /chmod 600/,
    });
    const cut = await directory();
    await writeFile(join(cut, 'api-key-secret'), 'x', { mode: 0o600 });
    await expect(open({ directory: cut })).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
