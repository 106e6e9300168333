import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig, SECRET_NAMES, SETTING_NAMES } from '../../../platform/config.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import { type LiveSecrets, openSecrets } from '../../../platform/secrets/open-secrets.ts';

let folder = '';
let said: string[] = [];
const opened: LiveSecrets[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-secrets-'));
  said = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await rm(folder, { recursive: true });
});

const log = createLog({ level: 'debug' }, { write: (line) => void said.push(line) });
const put = async (name: string, text: string, mode = 0o400): Promise<string> => {
  const path = join(folder, name);
  await rm(path, { force: true });
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
};
const open = async (environment: Readonly<Record<string, string>>) => {
  const secrets = await openSecrets({ TRELLIS_SECRETS_POLL_MS: '0', ...environment }, { log });
  opened.push(secrets);
  return secrets;
};
const refusal = async (environment: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const error = await open(environment).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error(`it was taken, or failed otherwise: ${error}`);
  expect(error.code).toBe('BAD_INPUT');
  return error.errors.map(({ field, message }) => `${field} ${message.replaceAll(folder, '…')}`);
};

test('every setting that sounds secret is one', () => {
  const sounds = SETTING_NAMES.filter((name) => /(API_KEY|PASSWORD|SECRET|TOKEN|SECRET_ID)$/.test(name));
  expect(sounds.filter((name) => !(SECRET_NAMES as readonly string[]).includes(name))).toEqual([]);
  expect(sounds.length).toBeGreaterThan(5);
});

describe('a secret in a file', () => {
  test('is what the file has, without the end of its line', async () => {
    for (const [name, text] of [
      ['a', 'sk-1\n'],
      ['b', 'sk-1\r\n'],
      ['c', 'sk-1'],
    ] as const) {
      const secrets = await open({ TRELLIS_LLM_API_KEY_FILE: await put(name, text) });
      expect(secrets.current('LLM_API_KEY')).toBe('sk-1');
      expect(readConfig(secrets.environment).LLM_API_KEY).toBe('sk-1');
    }
    const spaced = await open({ TRELLIS_GRAPH_PASSWORD_FILE: await put('d', ' two  words \n\n') });
    expect(spaced.current('GRAPH_PASSWORD')).toBe(' two  words \n');
    expect(said).toEqual([]);
  });

  /** Of those that must have a form. */
  const VALUES: Readonly<Partial<Record<string, string>>> = {
    REDIS_URL: 'redis://:pw@127.0.0.1:1',
    BACKUP_KEY: Buffer.alloc(32, 7).toString('base64'),
    BACKUP_PREVIOUS_KEYS: [5, 6].map((fill) => Buffer.alloc(32, fill).toString('base64')).join(','),
  };
  test.each(SECRET_NAMES)('may be TRELLIS_%s', async (name) => {
    const value = VALUES[name] ?? 'x'.repeat(40);
    const beside = name === 'BACKUP_S3_SECRET_ACCESS_KEY' ? { TRELLIS_BACKUP_S3_ACCESS_KEY_ID: 'id' } : {};
    const secrets = await open({ ...beside, [`TRELLIS_${name}_FILE`]: await put('s', value) });
    expect(secrets.current(name)).toBe(value);
  });

  test('is refused where it is given twice, is not there, is empty, or is a folder', async () => {
    const canary = `canary-${randomUUID()}`;
    await mkdir(join(folder, 'folder'));
    const refused = await refusal({
      TRELLIS_LLM_API_KEY: canary,
      TRELLIS_LLM_API_KEY_FILE: await put('a', canary),
      TRELLIS_GRAPH_PASSWORD_FILE: join(folder, 'nowhere'),
      TRELLIS_VECTORS_API_KEY_FILE: await put('b', '\n'),
      TRELLIS_EMBEDDER_API_KEY_FILE: join(folder, 'folder'),
    });
    expect(refused).toEqual([
      'TRELLIS_GRAPH_PASSWORD is given as a file that cannot be read (ENOENT), …/nowhere',
      'TRELLIS_VECTORS_API_KEY is given as a file that is empty, …/b',
      'TRELLIS_EMBEDDER_API_KEY is given as a file that cannot be read (EISDIR), …/folder',
      'TRELLIS_LLM_API_KEY is given twice: as it is, and as TRELLIS_LLM_API_KEY_FILE. Keep one',
    ]);
  });

  test('is held to what the setting must be, and not shown where it is not', async () => {
    const short = `short-${randomUUID().slice(0, 8)}`;
    const refused = await refusal({
      TRELLIS_API_KEY_SECRET_FILE: await put('a', short),
      TRELLIS_REDIS_URL_FILE: await put('b', `http://me:${short}@redis`),
    });
    expect(refused.join('\n')).toContain('TRELLIS_API_KEY_SECRET must have at least 32 characters');
    expect(refused.join('\n')).toContain('TRELLIS_REDIS_URL');
    expect(refused.join('\n')).not.toContain(short);
  });

  test('that everybody may read is taken with a warning', async () => {
    const path = await put('a', 'sk-1', 0o444);
    await open({ TRELLIS_LLM_API_KEY_FILE: path });
    expect(said).toHaveLength(1);
    expect(JSON.parse(said[0] ?? '').msg).toBe(
      `Everybody on this machine may read ${path}, which TRELLIS_LLM_API_KEY_FILE names (mode 444). Run "chmod o-r" on it, or set the mode of the mounted secret to 0440.`,
    );
  });

  test('is only for settings that are secret, or long', async () => {
    expect(await refusal({ TRELLIS_PORT_FILE: '/x' })).toEqual([
      'TRELLIS_PORT_FILE is not a setting of Trellis',
    ]);
    const issuers = JSON.stringify([{ issuer: 'https://a.example', audience: 'x', tenant: 'acme' }]);
    const secrets = await open({ TRELLIS_OIDC_ISSUERS_FILE: await put('i', issuers, 0o644) });
    expect(readConfig(secrets.environment).OIDC_ISSUERS).toHaveLength(1);
    expect(said).toEqual([]);
  });
});

describe('a secret that changes in its file', () => {
  test('is another one from then on, by being told', async () => {
    const path = await put('a', 'first');
    const secrets = await open({ TRELLIS_LLM_API_KEY_FILE: path });
    await put('a', 'second');
    expect(secrets.current('LLM_API_KEY')).toBe('first');
    await secrets.reload();
    expect(secrets.current('LLM_API_KEY')).toBe('second');
    expect(said.join('')).toContain('TRELLIS_LLM_API_KEY has changed and is used from now on.');
    expect(said.join('')).not.toMatch(/first|second/);
  });

  test('is found by looking, also where a mounted folder is exchanged', async () => {
    await mkdir(join(folder, '..1'));
    await writeFile(join(folder, '..1', 'key'), 'first', { mode: 0o400 });
    await symlink('..1', join(folder, '..data'));
    await symlink('..data/key', join(folder, 'key'));
    const secrets = await open({
      TRELLIS_LLM_API_KEY_FILE: join(folder, 'key'),
      TRELLIS_SECRETS_POLL_MS: '20',
    });
    await secrets.start();
    await mkdir(join(folder, '..2'));
    await writeFile(join(folder, '..2', 'key'), 'second', { mode: 0o400 });
    await symlink('..2', join(folder, '..tmp'));
    await rename(join(folder, '..tmp'), join(folder, '..data'));
    await expect.poll(() => secrets.current('LLM_API_KEY')).toBe('second');
  });

  test('stays as it was while the file cannot be read, which is told once', async () => {
    const path = await put('a', 'first');
    const secrets = await open({ TRELLIS_LLM_API_KEY_FILE: path });
    await rm(path);
    for (let time = 0; time < 3; time++) await secrets.reload();
    expect(secrets.current('LLM_API_KEY')).toBe('first');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(
      'Secrets stay as they were: TRELLIS_LLM_API_KEY is given as a file that cannot be read',
    );
    await put('a', 'second');
    await secrets.reload();
    expect(secrets.current('LLM_API_KEY')).toBe('second');
  });

  test('stays as it was where it changes to what it cannot be', async () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const secrets = await open({ TRELLIS_BACKUP_KEY_FILE: await put('a', key) });
    await put('a', 'half a ke');
    await secrets.reload();
    expect(secrets.current('BACKUP_KEY')).toBe(key);
    expect(said.join('')).toContain('TRELLIS_BACKUP_KEY has changed to what it cannot be.');
    expect(said.join('')).not.toContain('half a ke');
  });

  test('waits for a restart where everything hangs on it, or where Redis would be another one', async () => {
    const secrets = await open({
      TRELLIS_API_KEY_SECRET_FILE: await put('a', 'x'.repeat(40)),
      TRELLIS_REDIS_URL_FILE: await put('b', 'redis://:one@127.0.0.1:1'),
    });
    await put('a', 'y'.repeat(40));
    await put('b', 'redis://:two@127.0.0.1:2');
    for (let time = 0; time < 3; time++) await secrets.reload();
    expect(secrets.current('API_KEY_SECRET')).toBe('x'.repeat(40));
    expect(secrets.current('REDIS_URL')).toBe('redis://:one@127.0.0.1:1');
    expect(said.map((line) => JSON.parse(line).msg)).toEqual([
      'Secrets stay as they were: TRELLIS_API_KEY_SECRET has changed, which takes a restart. TRELLIS_REDIS_URL has changed, which takes a restart.',
    ]);
    await put('b', 'redis://:two@127.0.0.1:1');
    await secrets.reload();
    expect(secrets.current('REDIS_URL')).toBe('redis://:two@127.0.0.1:1');
  });
});
