/** Who asks for a WebSocket and gets none, on a bare line, and what the audit log hears of it. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Refusal } from '../../../gateway/credentials/refusals.ts';
import { createDoor } from '../../../gateway/live/door.ts';

const credentials = { authorization: undefined, apiKey: undefined, address: '192.0.2.1' };
let open = 0;
let noted: Refusal[];
let url: string;
const server = createServer();
const letIn = createDoor({
  tools: {
    authenticator: {
      authenticate: async () => null,
      identify: () => Promise.reject(new Error('Nobody is asked who they are here.')),
      credentialsOf: () => credentials,
    },
    refusals: {
      note: (refusal) => void noted.push(refusal),
      recognise: () => undefined,
      noteAnswer: () => () => undefined,
      close: async () => undefined,
    },
  },
  isAllowedOrigin: (origin) => origin === undefined,
  count: () => open,
});
server.on('upgrade', (request, socket) => {
  if (letIn(request, socket)) socket.end('HTTP/1.1 418 Let in\r\n\r\n');
});

beforeEach(async () => {
  open = 0;
  noted = [];
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((done) => server.close(done)));

/** The status of the answer. */
function ask(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const socket = new WebSocket(`${url}${path}`, { headers });
  return new Promise((resolve) =>
    socket
      .on('error', () => undefined)
      .once('unexpected-response', (_request, { statusCode }) => {
        socket.terminate();
        resolve(statusCode);
      }),
  );
}

test('whoever may come in while there is room is let in, and nothing is noted', async () => {
  open = 1_999;
  expect(await ask('/graphql')).toBe(418);
  expect(noted).toEqual([]);
});

test('whoever finds no room is turned away, and the log hears from where and why', async () => {
  open = 2_000;
  expect(await ask('/graphql')).toBe(503);
  expect(noted).toMatchObject([
    { address: '192.0.2.1', action: 'connect', problem: { code: 'UNAVAILABLE' } },
  ]);
  expect(noted[0]?.problem.message).toMatch(/2000 WebSockets/);
});

test('a page of another site is refused, and a wrong path is a mistake like any other', async () => {
  expect(await ask('/graphql', { origin: 'https://evil.example' })).toBe(403);
  expect(await ask('/elsewhere')).toBe(404);
  expect(noted.map(({ problem }) => problem.code)).toEqual(['FORBIDDEN']);
});
