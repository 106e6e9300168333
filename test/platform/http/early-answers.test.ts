import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { closeHttpServer, createHttpServer } from '../../../platform/http/server.ts';

/** A server that answers before it has read what it is sent, and a bare connection to it. */
async function openLine() {
  const server = createHttpServer({ log: pino({ level: 'silent' }), bodyBytesMax: 1_000 });
  server.post(
    '/refused',
    { onRequest: async (_request, reply) => reply.code(401).send({ code: 'UNAUTHENTICATED' }) },
    async () => 'taken',
  );
  server.post('/taken', async () => 'taken');
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  return {
    socket,
    heard: listenTo(socket),
    close: async () => {
      socket.destroy();
      await closeHttpServer(server);
    },
  };
}

function listenTo(socket: Socket): (wanted: RegExp) => Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  return async (wanted) => {
    while (!wanted.test(text)) await once(socket, 'data');
    return text;
  };
}

const head = (path: string, bytes: number) =>
  `POST ${path} HTTP/1.1\r\nhost: trellis\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`;

/** Resolves to whether all of it could be sent. */
async function send(socket: Socket, bytes: number): Promise<boolean> {
  const piece = Buffer.alloc(1_000_000, 0x20);
  const cut = new AbortController();
  socket.on('error', () => undefined).once('close', () => cut.abort());
  for (let sent = 0; sent < bytes && !cut.signal.aborted; sent += piece.length)
    if (!socket.write(piece)) await once(socket, 'drain', { signal: cut.signal }).catch(() => undefined);
  return !cut.signal.aborted;
}

test('a client that nobody reads from, and that goes on for long, is cut off', async () => {
  const { socket, heard, close } = await openLine();
  try {
    socket.write(head('/refused', 300_000_000));
    await heard(/^HTTP\/1\.1 401 /);
    expect(await send(socket, 300_000_000)).toBe(false);
  } finally {
    await close();
  }
});

test.each([
  ['/refused', 401],
  ['/taken', 413],
])('what is sent behind an early answer of %s leaves the connection to the next', async (path, status) => {
  const { socket, heard, close } = await openLine();
  try {
    socket.write(head(path, 5_000_000));
    expect(await heard(/\r\n\r\n/)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await send(socket, 5_000_000)).toBe(true);
    socket.write(`${head('/taken', 2)}{}`);
    expect(await heard(/HTTP\/1\.1 200 /)).toMatch(/taken$/);
  } finally {
    await close();
  }
});
