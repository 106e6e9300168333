import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { uploadProxy } from '../../gateway/upload-proxy.ts';
import {
  createTokenAuthority,
  subgraphAudience,
  type TokenAuthority,
} from '../../platform/auth/token-authority.ts';
import { PRINCIPAL, startTestGateway, type TestGateway } from './harness.ts';

const PIECE = new Uint8Array(64_000).fill(97);
/** More than every buffer on the way together. */
const PIECES = 1_000;

let handle: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let trellis: TestGateway;
let authority: TokenAuthority;

beforeEach(async () => {
  server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  authority = createTokenAuthority({ directory: await mkdtemp(join(tmpdir(), 'trellis-proxy-')) });
  await authority.open();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const route = uploadProxy({ name: 'documents', url, authority, uploadBytesMax: 1e9 });
  trellis = await startTestGateway({ routes: [route] });
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await trellis.close();
});

const upload = async (
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) =>
  fetch(`${trellis.url}/ingest?collection=c&key=a%20b`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${await trellis.token()}`, ...headers },
    body,
    duplex: 'half',
    ...(signal === undefined ? {} : { signal }),
  } as RequestInit);

/** Counts the pieces that were taken from it. */
function large() {
  const seen = { taken: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      seen.taken += 1;
      controller.enqueue(PIECE);
      if (seen.taken === PIECES) controller.close();
    },
  });
  return { seen, body };
}

test('an upload arrives as it was sent, for the same principal, under a token for that subgraph alone', async () => {
  const heard = Promise.withResolvers<{ request: IncomingMessage; text: string }>();
  handle = async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    response
      .writeHead(202, { 'content-type': 'application/json', 'x-inside': 'secret' })
      .end('{"accepted":1}');
    heard.resolve({ request, text });
  };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const response = await upload('a,b\n1,2\n', { 'x-request-id': 'request-1', traceparent });
  expect([response.status, await response.json()]).toEqual([202, { accepted: 1 }]);
  expect(response.headers.get('x-inside')).toBeNull();
  const { request, text } = await heard.promise;
  expect([request.method, request.url, text]).toEqual([
    'POST',
    '/ingest?collection=c&key=a%20b',
    'a,b\n1,2\n',
  ]);
  expect(request.headers).toMatchObject({
    'content-type': 'text/csv',
    'x-request-id': 'request-1',
    traceparent,
  });
  const token = String(request.headers.authorization).replace('Bearer ', '');
  expect(await authority.verify(token, subgraphAudience('documents'))).toEqual({
    ...PRINCIPAL,
    address: '127.0.0.1',
  });
});

test('whoever has no token has nothing read', async () => {
  let calls = 0;
  handle = () => {
    calls += 1;
  };
  const response = await upload('a', { authorization: 'Bearer nonsense' });
  expect([response.status, calls]).toEqual([401, 0]);
});

test('an address with a scheme leads nowhere else than a path does', async () => {
  const heard = Promise.withResolvers<string>();
  handle = (request, response) => {
    heard.resolve(request.url ?? '');
    request.resume();
    response.writeHead(202).end();
  };
  const socket = connect(Number(new URL(trellis.url).port), '127.0.0.1');
  const head = ['POST http://elsewhere.example/ingest?collection=c HTTP/1.1', 'host: elsewhere.example'];
  const rest = [
    'content-type: text/csv',
    'content-length: 1',
    `authorization: Bearer ${await trellis.token()}`,
  ];
  socket.write([...head, ...rest, '', 'a'].join('\r\n'));
  expect(await heard.promise).toBe('/ingest?collection=c');
  socket.destroy();
});

test('a refusal while the body is still coming is what the client is told', async () => {
  handle = (_, response) =>
    void response
      .writeHead(413, { 'content-type': 'application/problem+json' })
      .end('{"code":"PAYLOAD_TOO_LARGE"}');
  // A client that sends everything, whatever it is told meanwhile.
  const socket = connect(Number(new URL(trellis.url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  const head = ['POST /ingest?collection=c HTTP/1.1', 'host: trellis', 'content-type: text/csv'];
  const length = `content-length: ${PIECES * PIECE.length}`;
  socket.write([...head, length, `authorization: Bearer ${await trellis.token()}`, '', ''].join('\r\n'));
  for (let sent = 0; sent < PIECES; sent++) if (!socket.write(PIECE)) await once(socket, 'drain');
  while (!text.endsWith('"}\r\n0\r\n\r\n')) await once(socket, 'data');
  expect(text).toMatch(/^HTTP\/1\.1 413 .*\{"code":"PAYLOAD_TOO_LARGE"\}/s);
  socket.destroy();
});

test('a subgraph that reads slowly slows the client down', async () => {
  const started = Promise.withResolvers<() => void>();
  handle = (request, response) => {
    request.once('readable', () =>
      started.resolve(() => {
        request.resume();
        request.once('end', () => response.writeHead(202).end());
      }),
    );
  };
  const { body, seen } = large();
  const answer = upload(body);
  const goOn = await started.promise;
  // Taken no further for a while: then everything on the way is full.
  for (let last = -1, still = 0; still < 10; last = seen.taken) {
    still = seen.taken === last ? still + 1 : 0;
    await delay(20);
  }
  expect(seen.taken).toBeLessThan(PIECES);
  goOn();
  expect((await answer).status).toBe(202);
  expect(seen.taken).toBe(PIECES);
});

test('a client that leaves leaves nobody reading', async () => {
  const started = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  handle = (request) => {
    request.once('data', () => started.resolve());
    request.once('close', gone.resolve);
    request.on('error', () => undefined);
  };
  const leaving = new AbortController();
  const unfinished = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(PIECE) });
  const answer = upload(unfinished, {}, leaving.signal).catch(() => 'left');
  await started.promise;
  leaving.abort();
  expect(await answer).toBe('left');
  await gone.promise;
});

test('a subgraph that is not there is UNAVAILABLE, with when to try again', async () => {
  server.close();
  const response = await upload('a');
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await response.json()).toMatchObject({
    code: 'UNAVAILABLE',
    detail: expect.stringMatching(/The subgraph "documents" cannot be reached/),
  });
});
