/** Backups whose keys a real OpenBao wraps: made, proven and restored, and refused clearly where it does not unwrap them. */

import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenBao, openBaoMissing, startOpenBao } from '../servers/openbao.ts';
import { dataFolder, type Settings, startServer, stop, trellis } from './harness.ts';

const SLOW_MS = 300_000;
const POLICY = `
path "transit/encrypt/backups" { capabilities = ["update"] }
path "transit/decrypt/backups" { capabilities = ["update"] }
`;
const KEY = randomBytes(32).toString('base64');

describe.skipIf(openBaoMissing() !== null)(`A backup sealed by Vault${openBaoMissing() ?? ''}`, () => {
  const folders: string[] = [];
  const folder = async (): Promise<string> => {
    const path = await dataFolder();
    folders.push(path);
    return path;
  };
  let bao: OpenBao;
  let home: string;
  /** Where backups are; with `key` or `vault` what seals them. */
  let target: Settings;
  let vault: Settings;
  beforeAll(async () => {
    bao = await startOpenBao();
    await bao.ask('POST', 'sys/mounts/transit', { type: 'transit' });
    await bao.ask('POST', 'transit/keys/backups', {});
    await bao.ask('POST', 'sys/policies/acl/trellis', { policy: POLICY });
    const { auth } = await bao.ask('POST', 'auth/token/create', { policies: ['trellis'] });
    home = await folder();
    target = { TRELLIS_SAMPLES: 'false', TRELLIS_BACKUP_DIR: await folder() };
    vault = {
      TRELLIS_VAULT_URL: bao.url,
      TRELLIS_VAULT_TOKEN: auth.client_token,
      TRELLIS_VAULT_TRANSIT_KEY: 'backups',
      TRELLIS_BACKUP_SEALED_BY: 'transit',
    };
    await writeFile(join(home, 'ada.md'), '# Ada\n\nAda Lovelace wrote the first program in London.\n');
  }, SLOW_MS);
  afterAll(async () => {
    bao?.thaw();
    await bao?.close();
    for (const path of folders) await rm(path, { recursive: true, force: true });
  });

  const search = (settings: Settings) =>
    trellis(['search', 'first program', '--collection', 'mine', '--json'], settings).ended;
  const restore = (id: string, settings: Settings) =>
    trellis(['restore', id, '--yes'], { TRELLIS_DATA_DIR: home, ...target, ...settings }).ended;
  const backUp = async (settings: Settings) => {
    const made = await trellis(['backup', '--verify', '--json'], settings).ended;
    expect(made).toMatchObject({ code: 0 });
    return JSON.parse(made.stdout);
  };

  let id: string;
  test('is made, and proven by a restore on trial', {
    timeout: SLOW_MS,
  }, async () => {
    const server = await startServer(home, { ...target, ...vault });
    expect(
      await trellis(['ingest', join(home, 'ada.md'), '--collection', 'mine'], server.settings).ended,
    ).toMatchObject({ code: 0 });
    const made = await backUp(server.settings);
    expect(made).toMatchObject({ state: 'SUCCEEDED', isProven: true, sealedBy: 'transit:transit/backups' });
    id = made.id;
    await stop(server);
  });

  test('is restored into new data, with the same answers', { timeout: SLOW_MS }, async () => {
    await rm(join(home, 'graph'), { recursive: true });
    expect(await restore(id, vault)).toMatchObject({ code: 0, stdout: expect.stringContaining('Restored') });
    const server = await startServer(home, { ...target, ...vault });
    expect((await search(server.settings)).stdout).toContain('Ada Lovelace');
    await stop(server);
    expect(await trellis(['restore', '--confirm', '--yes'], { TRELLIS_DATA_DIR: home }).ended).toMatchObject({
      code: 0,
    });
  });

  test('is refused, and says what to do, while Vault is away, without it, and with another key', {
    timeout: SLOW_MS,
  }, async () => {
    await bao.freeze();
    const away = await restore(id, vault);
    bao.thaw();
    // 3: try again.
    expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining('TRELLIS_VAULT_URL') });
    for (const settings of [
      { TRELLIS_BACKUP_KEY: KEY },
      { ...vault, TRELLIS_VAULT_TRANSIT_KEY: 'another' },
    ]) {
      const { code, stderr } = await restore(id, settings);
      expect(code).toBe(1);
      expect(stderr).toContain('BACKUP_KEY_MISMATCH');
      expect(stderr).toContain('transit:transit/backups');
      expect(stderr).toContain('TRELLIS_VAULT_TRANSIT_KEY');
    }
  });

  test('takes over what a key of the installation has sealed, so that this one can be retired', {
    timeout: SLOW_MS,
  }, async () => {
    const own = { TRELLIS_BACKUP_KEY: KEY };
    let server = await startServer(home, { ...target, ...own });
    const { id: former, sealedBy } = await backUp(server.settings);
    expect(sealedBy).toMatch(/^[0-9a-f]{16}$/);
    await stop(server);

    server = await startServer(home, { ...target, ...vault, TRELLIS_BACKUP_PREVIOUS_KEYS: KEY });
    const rewrap = (...args: readonly string[]) =>
      trellis(['backups', 'rewrap', ...args], server.settings).ended;
    expect(await rewrap('--all')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    for (const wrong of [['--yes'], [former, '--all', '--yes']])
      expect(await rewrap(...wrong)).toMatchObject({ code: 2 });
    expect(await rewrap('none', '--yes')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('NOT_FOUND'),
    });
    const done = await rewrap('--all', '--yes', '--json');
    expect(done).toMatchObject({ code: 0 });
    expect(JSON.parse(done.stdout)).toEqual(
      [former, id].map((each) => ({ id: each, sealedBy: 'transit:transit/backups', problem: null })),
    );
    expect(await rewrap(former, '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 of 1'),
    });
    await stop(server);

    expect(await restore(former, own)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BACKUP_KEY_MISMATCH'),
    });
    expect(await restore(former, vault)).toMatchObject({ code: 0 });
    server = await startServer(home, { ...target, ...vault });
    expect((await search(server.settings)).stdout).toContain('Ada Lovelace');
    expect((await trellis(['backups'], server.settings).ended).stdout).toMatch(
      new RegExp(`${former}.* proven .*sealed by transit:transit/backups`),
    );
    await stop(server);

    // One that is left behind is told of, and stops no other.
    server = await startServer(home, { ...target, ...own });
    const left = await rewrap('--all', '--yes');
    expect(left).toMatchObject({ code: 1, stdout: expect.stringContaining('BACKUP_KEY_MISMATCH') });
    expect(left.stdout).toContain('Keep the key before');
    await stop(server);
  });

  test('cannot be begun while Vault is away', { timeout: SLOW_MS }, async () => {
    const server = await startServer(home, { ...target, ...vault });
    await bao.freeze();
    const refused = await trellis(['backup'], server.settings).ended;
    bao.thaw();
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('UNAVAILABLE') });
    expect(await backUp(server.settings)).toMatchObject({ state: 'SUCCEEDED' });
    await stop(server);
  });
});
