/** What is wrong with a backup, or with the place for it, is refused over GraphQL, and the running data stays as it is. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APART } from './engines.ts';
import { type Data, operation, type Scenario, sampleDocuments, startScenario } from './harness.ts';

const SLOW_MS = 240_000;
const KEY = randomBytes(32).toString('base64');

describe.skipIf(APART !== null)('a restore into what runs, of which', () => {
  let trellis: Scenario;
  let folder: string;
  let backup: string;
  let before: string;
  let part: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trellis-backups-'));
    trellis = await startScenario({ settings: { TRELLIS_BACKUP_DIR: folder, TRELLIS_BACKUP_KEY: KEY } });
    await trellis.ingest('samples', (await sampleDocuments()).slice(0, 3));
    const { data } = await trellis.run(
      'mutation { createBackup(input: { scope: INSTALLATION }) { backup { id } } }',
    );
    backup = data.createBackup.backup.id;
    await settled('backup', backup, ['SUCCEEDED']);
    before = await answers();
    const parts = (await readdir(join(folder, 'parts', backup))).toSorted();
    part = join(folder, 'parts', backup, parts.at(-1) ?? '');
  }, SLOW_MS);
  afterAll(async () => {
    await trellis?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const settled = async (
    what: 'backup' | 'restore',
    id: string,
    states: readonly string[],
  ): Promise<Data> => {
    for (;;) {
      const { data } = await trellis.run(`query ($id: ID!) { ${what}(id: $id) { state problem } }`, { id });
      if (states.includes(data[what].state)) return data[what];
      await delay(20);
    }
  };
  const answers = async (): Promise<string> => {
    const found: Data[] = [];
    for (const query of ['Who designed Colossus?', 'PageRank'])
      found.push((await trellis.run(await operation('search'), { query, first: 20 })).data);
    return JSON.stringify(found, (name, value) => (name === 'tookMs' ? 0 : value));
  };
  const restore = (scope = 'INSTALLATION') =>
    trellis.run(
      'mutation ($input: RestoreBackupInput!) { restoreBackup(input: $input) { restore { id } } }',
      { input: { backup, scope } },
    );

  const DAMAGES: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'a bit is flipped',
      async () => {
        const file = await open(part, 'r+');
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 60);
        await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, 60);
        await file.close();
      },
    ],
    ['a part lacks its end', async () => truncate(part, 100)],
    ['a part is missing', async () => rename(part, `${part}.gone`)],
  ];
  test.each(DAMAGES)(
    '%s fails, says so, and changes nothing',
    async (_, damage) => {
      const whole = await readFile(part);
      try {
        await damage();
        const { data, errors } = await restore();
        expect(errors).toEqual([]);
        const { id } = data.restoreBackup.restore;
        const { state, problem } = await settled('restore', id, ['FAILED', 'READY']);
        expect(state).toBe('FAILED');
        expect(problem).toMatch(/^The part parts\/.* The data that was there is untouched\.$/);
        expect(existsSync(join(trellis.directory, 'restores', id))).toBe(false);
        expect(await answers()).toBe(before);
      } finally {
        await rm(`${part}.gone`, { force: true });
        await writeFile(part, whole);
      }
    },
    SLOW_MS,
  );

  test(
    'the key is another one is refused at once, and names the setting',
    async () => {
      await trellis.restart({ TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64') });
      const { errors } = await restore();
      expect(errors[0].extensions.code).toBe('BACKUP_KEY_MISMATCH');
      expect(errors[0].message).toContain('TRELLIS_BACKUP_KEY');
      expect(await answers()).toBe(before);
      await trellis.restart({ TRELLIS_BACKUP_KEY: KEY });
    },
    SLOW_MS,
  );

  test('the whole is asked for by another tenant is refused', async () => {
    const token = await trellis.token({ tenant: 'umbrella' });
    const query =
      'mutation ($input: RestoreBackupInput!) { restoreBackup(input: $input) { restore { id } } }';
    const { errors } = await trellis.run(query, { input: { backup, scope: 'INSTALLATION' } }, token);
    // Not even that there is such a backup.
    expect(errors[0].extensions.code).toBe('NOT_FOUND');
  });
});
