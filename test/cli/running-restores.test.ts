/** `trellis restore --into-running`, of a server that could not do what it was asked for: the command has failed as well. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataFolder, trellis } from './harness.ts';

const SLOW_MS = 240_000;
const RECEIPT = {
  ...{ restored: 3, anew: 0, removed: 0, unchanged: 0, held: 0, erased: 0, failed: 0, failures: [] },
  ...{ access: 0, treatments: [] },
};
const SWITCHED = {
  ...{ id: 'r1', backup: 'b1', scope: 'INSTALLATION', state: 'SWITCHED', cutAt: '2026-01-01T00:00:00.000Z' },
  ...{ notice: 'It is.', problem: null, progress: null, receipt: RECEIPT },
};

let server: Server;
let after: Readonly<Record<string, unknown>>;
beforeEach(async () => {
  server = createServer(async (request, response) => {
    const { query } = (await json(request)) as { readonly query: string };
    const field = /\{\s*(\w+)/.exec(query)?.[1] ?? '';
    const answer =
      field === 'restores' ? { nodes: [SWITCHED] } : field === 'restore' ? after : { restore: SWITCHED };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { [field]: answer } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ['--revert', 'SWITCHED', 1],
  ['--revert', 'REVERTED', 0],
  ['--confirm', 'SWITCHED', 1],
  ['--confirm', 'CONFIRMED', 0],
])('%s that ends %s exits with %i', { timeout: SLOW_MS }, async (option, state, code) => {
  after = { ...SWITCHED, state, problem: code === 0 ? null : 'The disk is full.' };
  const settings = {
    TRELLIS_DATA_DIR: await dataFolder(),
    TRELLIS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    TRELLIS_TOKEN: 'one',
  };
  const ended = await trellis(['restore', '--into-running', option, '--yes'], settings).ended;
  expect(ended).toMatchObject({ code, stdout: expect.stringContaining(` · ${state} · `) });
  if (code === 1) expect(ended.stdout).toContain('The disk is full.');
});
