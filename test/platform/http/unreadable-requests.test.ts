/** What cannot be read as HTTP is answered where an answer to it belongs, and never within another's. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeHttpServer, createHttpServer } from '../../../platform/http/server.ts';

const GARBAGE = 'this is no HTTP\r\n\r\n';
const NO_HTTP = /^HTTP\/1\.1 400 [\s\S]*BAD_INPUT/;

let server: ReturnType<typeof createHttpServer>;
let socket: Socket;
let heard: string;
let release: () => void;
beforeEach(async () => {
  const { promise: released, resolve } = Promise.withResolvers<void>();
  release = resolve;
  server = createHttpServer({ log: pino({ level: 'silent' }), bodyBytesMax: 1_000 });
  server.get('/stream', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/plain' });
    reply.raw.write('first');
  });
  server.get('/slow', async () => {
    await released;
    return 'done';
  });
  server.post('/taken', async () => 'taken');
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  socket = connect(Number(port), '127.0.0.1');
  heard = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    heard += piece;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
});
afterEach(async () => {
  release();
  socket.destroy();
  await closeHttpServer(server);
});

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: trellis\r\n\r\n`;
const post = (head: string) =>
  `POST /taken HTTP/1.1\r\nhost: trellis\r\ncontent-type: application/json\r\n${head}\r\n\r\n`;
const until = async (wanted: RegExp) => {
  while (!wanted.test(heard)) await once(socket, 'data');
};

test('on a line with nothing under way it is answered, and the line ends', async () => {
  socket.write(GARBAGE);
  await once(socket, 'close');
  expect(heard).toMatch(NO_HTTP);
});

test('behind an answer that is over as well', async () => {
  socket.write(get('/nowhere'));
  await until(/NOT_FOUND/);
  heard = '';
  socket.write(GARBAGE);
  await once(socket, 'close');
  expect(heard).toMatch(NO_HTTP);
});

test('a body that cannot be read is answered in the place of its request', async () => {
  socket.write(`${post('transfer-encoding: chunked')}this is no chunk\r\n`);
  await once(socket, 'close');
  expect(heard).toMatch(NO_HTTP);
});

test('within an answer that streams nothing is written: the line is cut', async () => {
  socket.write(get('/stream'));
  await until(/first/);
  socket.write(GARBAGE);
  await once(socket, 'close');
  expect(heard).toMatch(/^HTTP\/1\.1 200 /);
  expect(heard).not.toContain('400');
});

test('an answer that has not begun yet is awaited, and is the last of its line', async () => {
  socket.write(get('/slow') + GARBAGE);
  // Whatever the garbage would be answered comes before what was sent behind it is answered on another line.
  const { port } = server.server.address() as { readonly port: number };
  await fetch(`http://127.0.0.1:${port}/nowhere`);
  release();
  await once(socket, 'close');
  expect(heard).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*done$/i);
});

test('a body that cannot be read behind an answer that streams is cut off with it', async () => {
  socket.write(get('/stream'));
  await until(/first/);
  socket.write(`${post('transfer-encoding: chunked')}this is no chunk\r\n`);
  await once(socket, 'close');
  expect(heard).not.toContain('400');
});
