/** Ctrl-C while a command waits for the server: what it began is taken back, or it says what goes on without it. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp, verifyBackup } from '../../cli/backups.ts';
import { createClient } from '../../cli/client.ts';
import { runCheck } from '../../cli/consistency.ts';
import { migrate } from '../../cli/migrate.ts';
import { restoreIntoRunning } from '../../cli/running-restores.ts';

const PROGRESS = { step: 'parts', done: 1, total: 2 };
const BACKUP = { id: 'b1', state: 'RUNNING', progress: PROGRESS };
const RESTORE = { id: 'r1', state: 'RUNNING', progress: PROGRESS };
/** Of a server on which nothing that was begun ever ends. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  createBackup: { backup: BACKUP },
  cancelBackup: { backup: BACKUP },
  verifyBackup: { backup: BACKUP },
  backup: BACKUP,
  restoreBackup: { restore: RESTORE },
  cancelRestore: { restore: RESTORE },
  restore: RESTORE,
  runMigrations: { migrations: [] },
  migrations: [{ number: 1, name: 'one', state: 'RUNNING', done: 1, total: 2, problem: null }],
  checkConsistency: { check: { state: 'RUNNING' } },
  consistency: { state: 'RUNNING', step: 'GRAPH', looked: 1, finishedAt: null },
};

let server: Server;
let asked: string[];
let stop: AbortController;
beforeEach(async () => {
  asked = [];
  stop = new AbortController();
  server = createServer(async (request, response) => {
    const { query } = (await json(request)) as { readonly query: string };
    const field = /\{\s*(\w+)/.exec(query)?.[1] ?? '';
    asked.push(field);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { [field]: ANSWERS[field] } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Ctrl-C comes as soon as the command shows how far it is. */
const interrupted = () => ({
  progress: { update: () => stop.abort(), stop: () => undefined },
  signal: stop.signal,
});

const client = () => {
  const { port } = server.address() as AddressInfo;
  return createClient({ url: `http://127.0.0.1:${port}`, token: null, signal: stop.signal });
};

test('a backup is cancelled', async () => {
  await expect(backUp(client(), { scope: 'installation' }, interrupted())).rejects.toMatchObject({
    code: 'CANCELLED',
    message: 'Interrupted. The backup b1 is cancelled.',
  });
  expect(asked).toEqual(['createBackup', 'backup', 'cancelBackup']);
});

test('a restore into what runs is cancelled, and never switched to', async () => {
  await expect(restoreIntoRunning(client(), 'b1', { yes: true }, interrupted())).rejects.toMatchObject({
    code: 'CANCELLED',
    message: 'Interrupted. The restore r1 is cancelled.',
  });
  expect(asked).toEqual(['restoreBackup', 'restore', 'cancelRestore']);
});

test.each([
  [
    'a trial of a backup',
    () => verifyBackup(client(), 'b1', 'restore', interrupted()),
    /^Interrupted\. .*"trellis backups" tells how that ended\.$/,
  ],
  [
    'a migration',
    () => migrate(client(), { kind: 'run' }, interrupted()),
    /^Interrupted\. .*"trellis migrate --status" tells how far it is\.$/,
  ],
  [
    'a check of the stores',
    () => runCheck(client(), { repairs: false, ...interrupted() }),
    /^Interrupted\. .*"trellis doctor" tells what it has found\.$/,
  ],
])('%s goes on, and the command says where to look', async (_, run, message) => {
  await expect(run()).rejects.toMatchObject({ code: 'CANCELLED', message: expect.stringMatching(message) });
});
