/** `trellis failover --reseed` where the filling ends otherwise than it was asked for, as scripts see it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trellis } from './harness.ts';

let server: Server;
/** What the standby is, at one look after the other; the last one stays. */
let modes: string[];
beforeEach(async () => {
  server = createServer(async (request, response) => {
    const { query } = (await json(request)) as { readonly query: string };
    const recovery = {
      epoch: 7,
      mode: modes.length > 1 ? modes.shift() : modes[0],
      isAutomatic: false,
      witnessAnswers: true,
      servers: [{ place: 'FIRST', role: 'PRIMARY', isReached: true, behind: null }],
      lastRecovery: null,
      seeding: null,
    };
    const data = query.includes('reseedStandby') ? { reseedStandby: { status: { epoch: 7 } } } : { recovery };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => new Promise((closed) => server.close(closed)));

const reseed = (...more: readonly string[]) => {
  const { port } = server.address() as AddressInfo;
  return trellis(['failover', '--reseed', '--yes', ...more], {
    TRELLIS_URL: `http://127.0.0.1:${port}`,
    TRELLIS_TOKEN: 'any',
  }).ended;
};

test('a filling that was broken off fails, says how the servers are and where the reason is', async () => {
  modes = ['HELD', 'UNSEEDED'];
  const { code, stdout, stderr } = await reseed('--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'UNSEEDED' });
  expect(stderr).toMatch(/CONFLICT: The standby was not filled to the end.* fill it again/);
});

test.each(['DETACHED', 'ATTACHING', 'ATTACHED'])('one that ends %s is done', async (mode) => {
  modes = ['HELD', mode];
  expect(await reseed()).toMatchObject({ code: 0, stdout: expect.stringContaining(`standby ${mode}`) });
});
