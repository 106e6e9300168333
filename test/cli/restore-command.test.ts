/** `trellis restore --revert` and `--confirm` of a data folder that is not as it should be. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decidedIfReadable } from '../../cli/decided-since.ts';
import { runRestore } from '../../cli/restore-command.ts';
import { switchData } from '../../operations/restores/switch-data.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { openJournal } from '../../stores/graph/embedded/journal.ts';

const SLOW_MS = 240_000;
const SWITCH = {
  from: 'restores/one',
  keep: 'restores/before-one',
  set: 'one',
  at: '2026-01-31T00:00:00.000Z',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-data-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function graph(at: string, journal: string): Promise<void> {
  await mkdir(join(folder, at, 'graph'), { recursive: true });
  await writeFile(join(folder, at, 'graph', 'journal.sqlite'), journal);
}
const settle = (action: 'confirm' | 'revert') => {
  const config = readConfig({ TRELLIS_DATA_DIR: folder, TRELLIS_LOG_LEVEL: 'silent' });
  return runRestore(config, undefined, { [action]: true, yes: true, json: false }, fixedSecrets(config));
};
const journal = () => readFile(join(folder, 'graph', 'journal.sqlite'), 'utf8');

test('where the journal of what was restored does not open, it goes back all the same, and says what to do', {
  timeout: SLOW_MS,
}, async () => {
  await graph('.', 'of before');
  await graph(SWITCH.from, 'neither a journal nor anything else');
  await switchData(folder, SWITCH);
  expect(await settle('revert')).toContain('do those again');
  expect(await journal()).toBe('of before');
});

test('where a process has what was restored open, it does not go back', { timeout: SLOW_MS }, async () => {
  await graph('.', 'of before');
  await mkdir(join(folder, SWITCH.from, 'graph'), { recursive: true });
  await switchData(folder, SWITCH);
  const held = openJournal(join(folder, 'graph', 'journal.sqlite'));
  try {
    await expect(settle('revert')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('Stop it first'),
    });
  } finally {
    held.close();
  }
  expect(existsSync(join(folder, SWITCH.keep, 'graph'))).toBe(true);
});

test('where there was nothing before, it says so, and leaves what was restored', {
  timeout: SLOW_MS,
}, async () => {
  await graph(SWITCH.from, 'of the backup');
  await switchData(folder, SWITCH);
  await expect(settle('revert')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('There was nothing in'),
  });
  expect(await journal()).toBe('of the backup');
  expect(await settle('confirm')).toContain('is confirmed');
});

test('what cannot be read is let go of: Redis beside graph servers that are gone keeps no process', {
  timeout: SLOW_MS,
}, async () => {
  const sockets = new Set<Socket>();
  let reached = 0;
  const redis = createServer((socket) => {
    reached += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(redis, 'listening');
  try {
    const config = readConfig({
      ...{ TRELLIS_DATA_DIR: folder, TRELLIS_LOG_LEVEL: 'silent', TRELLIS_GRAPH: 'bolt' },
      ...{ TRELLIS_GRAPH_URL: 'bolt://127.0.0.1:1', TRELLIS_GRAPH_USER: 'neo4j' },
      ...{ TRELLIS_GRAPH_PASSWORD: 'secret', TRELLIS_GRAPH_STANDBY_URL: 'bolt://127.0.0.1:2' },
      ...{ TRELLIS_GRAPH_STANDBY_USER: 'neo4j', TRELLIS_GRAPH_STANDBY_PASSWORD: 'secret' },
      TRELLIS_REDIS_URL: `redis://127.0.0.1:${(redis.address() as AddressInfo).port}`,
    });
    expect(await decidedIfReadable(config, SWITCH.at, createLog({ level: 'silent' }))).toBeNull();
    await vi.waitFor(() => expect(reached).toBeGreaterThan(0), { timeout: 60_000 });
    await vi.waitFor(() => expect(sockets.size).toBe(0), { timeout: 60_000 });
  } finally {
    for (const socket of sockets) socket.destroy();
    redis.close();
  }
});
