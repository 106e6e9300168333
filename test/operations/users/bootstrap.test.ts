/** The first administrator over a real graph: once, whoever comes at the same time, and whatever the disk allows. */

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bootstrap, createBootstrap } from '../../../operations/users/bootstrap.ts';
import { createPasswords } from '../../../platform/auth/password.ts';
import { createLog } from '../../../platform/log.ts';
import { createThrottle } from '../../../platform/rate-limits/throttle.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { usersListed } from '../../../stores/graph/statements/users.ts';
import { silent } from '../../subgraphs/harness.ts';

let directory: string;
let graph: GraphStore;
let logged: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-bootstrap-'));
  graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log: silent });
  await graph.open();
  logged = '';
});
afterEach(async () => {
  await graph.close();
  await rm(directory, { recursive: true });
});

const processWith = (folder = 'secrets'): Bootstrap =>
  createBootstrap({
    graph,
    passwords: createPasswords({ memory: 64, passes: 1, parallelism: 1 }),
    directory: join(directory, folder),
    throttle: createThrottle({ name: 't', free: 5, waitSecondsMax: 60, redis: null }),
    development: false,
    now: () => new Date(),
    log: createLog(
      { level: 'warn' },
      {
        write: (line) => {
          logged += line;
        },
      },
    ),
  });
const secretIn = (folder = 'secrets') => readFile(join(directory, folder, 'bootstrap-secret'), 'utf8');
const first = (secret: string, name = 'Ada') => ({
  ...{ secret, name, tenant: 'acme', password: 'correct horse battery' },
  address: '::1',
});
const names = async () => (await graph.read(usersListed('acme', '', 10))).map(({ name }) => name);

test('the log says where the secret is and not what it is, and a second start keeps it', async () => {
  await processWith().open();
  const secret = await secretIn();
  expect(logged).toContain(join(directory, 'secrets', 'bootstrap-secret'));
  expect(logged).not.toContain(secret);
  await processWith().open();
  expect(await secretIn()).toBe(secret);
});

test('of many at once, from processes with secrets of their own, one is made', async () => {
  const processes = ['a', 'b'].map((folder) => ({ folder, process: processWith(folder) }));
  for (const { process } of processes) await process.open();
  const attempts = await Promise.allSettled(
    [0, 1, 2, 3].flatMap((at) =>
      processes.map(async ({ folder, process }) =>
        process.makeFirst(first(await secretIn(folder), `Admin ${folder}${at}`)),
      ),
    ),
  );
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await names()).toHaveLength(1);
  await processWith('c').open();
  await expect(secretIn('c')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('wrong secrets slow down, and make nobody', async () => {
  const process = processWith();
  await process.open();
  const codes: string[] = [];
  for (let count = 0; count < 8; count++)
    codes.push(await process.makeFirst(first('guess')).catch(({ code }) => code));
  expect(codes.slice(0, 5)).toEqual(Array(5).fill('UNAUTHENTICATED'));
  expect(codes).toContain('TOO_MANY_REQUESTS');
  expect(await names()).toEqual([]);
});

test('a disk that takes no secret keeps nothing from starting', async () => {
  await writeFile(join(directory, 'secrets'), 'a file where a folder must be');
  const process = processWith();
  await process.open();
  expect(logged).toContain('cannot be kept');
});

test('a secret that others may read makes nobody', async () => {
  const process = processWith();
  await process.open();
  const secret = await secretIn();
  await chmod(join(directory, 'secrets', 'bootstrap-secret'), 0o644);
  await expect(process.makeFirst(first(secret))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await names()).toEqual([]);
});
