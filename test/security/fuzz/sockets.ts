/** What no HTTP client would send: bytes on a bare socket, and frames on a WebSocket. */

import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { Chance } from './chance.ts';
import { operationOf, subscriptionOf } from './operations.ts';
import type { Outcome, Shot } from './shots.ts';
import { anyValueOf, TEXTS, textOf, toJson } from './values.ts';

/** How long silence on a line is waited out, in ms: a server may wait for the rest of a request much longer. */
const SILENCE_MS = 250;

const LINES: readonly string[] = [
  'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
  'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n',
  'POST /ingest?collection=notes HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
  'GET http://169.254.169.254/latest HTTP/1.1\r\nhost: x\r\n\r\n',
  'CONNECT 169.254.169.254:80 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET /\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET /\u0000 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\nx: a\u0000b\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\n x: folded\r\n\r\n',
  `GET / HTTP/1.1\r\nhost: x\r\nx: ${'h'.repeat(20_000)}\r\n\r\n`,
  `GET /${'p'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 900 }, (_, at) => `x${at}: y\r\n`).join('')}\r\n`,
  'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
  'GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: x\r\nsec-websocket-version: 99\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n{}',
];

export const bareSocket: Shot = async ({ target }, chance) => {
  const line = chance.pick(LINES);
  const at = chance.upTo(line.length);
  const put = chance.happens(0.5) ? chance.bytes(chance.upTo(30)).toString('latin1') : chance.pick(TEXTS);
  const bytes = Buffer.from(chance.happens(0.4) ? line : line.slice(0, at) + put + line.slice(at), 'latin1');
  const { hostname, port } = new URL(chance.happens(0.7) ? target.url : target.subgraphsUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  const heard: Buffer[] = [];
  socket.on('data', (piece) => heard.push(piece));
  socket.on('error', () => socket.destroy());
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
  socket.write(bytes);
  if (chance.happens(0.3)) socket.end();
  await new Promise((resolve) => socket.once('close', resolve));
  const text = Buffer.concat(heard).toString('latin1');
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  return {
    status: status === undefined ? null : Number(status),
    ...{ headers: {}, text, sent: JSON.stringify(bytes.toString('latin1').slice(0, 2_000)) },
  };
};

/** A connection, a few frames, and what is said until it is quiet. */
export const webSocket: Shot = async ({ target, schema }, chance) => {
  const credentials = await target.credentials();
  const who = chance.happens(0.7) ? 'strong' : chance.pick([...credentials.keys()]);
  const protocol = chance.happens(0.95) ? 'graphql-transport-ws' : 'graphql-ws';
  const socket = new WebSocket(`${target.url.replace('http', 'ws')}/graphql`, protocol, {
    ...(chance.happens(0.05) ? { origin: 'https://evil.example' } : {}),
  });
  const heard: string[] = [];
  const sent: string[] = [];
  let end: Pick<Outcome, 'status' | 'text'> = { status: null, text: '' };
  socket.on('message', (data) => heard.push(String(data)));
  socket.on('unexpected-response', (request, { statusCode = 0 }) => {
    end = { status: statusCode, text: '' };
    request.destroy();
    socket.terminate();
  });
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => {
    // 1011 and 4500 say of themselves what 500 says on HTTP.
    if (code === 1011 || code === 4500) end = { status: 500, text: `closed with ${code}: ${reason}` };
  });
  // Not `once`, which would reject with what goes wrong on the way.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('open', () => {
    const say = (frame: string | Buffer) => {
      sent.push(String(frame).slice(0, 500));
      if (socket.readyState === socket.OPEN) socket.send(frame);
    };
    if (chance.happens(0.9))
      say(toJson({ type: 'connection_init', payload: { authorization: credentials.get(who) } }));
    for (let frames = 1 + chance.upTo(chance.happens(0.1) ? 40 : 5); frames > 0; frames--)
      say(frameOf(chance, schema, target.pool));
  });
  const quiet = new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
  await Promise.race([closed, quiet]);
  if (socket.readyState !== socket.CLOSED) {
    if (chance.happens(0.5)) socket.terminate();
    else socket.close(1000);
    await closed;
  }
  return { status: end.status, headers: {}, text: end.text || heard.join('\n'), sent: sent.join('\n') };
};

function frameOf(
  chance: Chance,
  schema: Parameters<typeof operationOf>[0],
  pool: readonly string[],
): string | Buffer {
  const { query, variables } = chance.happens(0.5)
    ? subscriptionOf(schema, pool, chance)
    : operationOf(schema, pool, chance);
  return chance.pick<() => string | Buffer>([
    () => toJson({ id: String(chance.upTo(3)), type: 'subscribe', payload: { query, variables } }),
    () => toJson({ id: String(chance.upTo(3)), type: 'subscribe', payload: { query, variables } }),
    () => toJson({ id: String(chance.upTo(100)), type: 'subscribe', payload: { query, variables } }),
    () => toJson({ id: String(chance.upTo(3)), type: 'complete' }),
    () => toJson({ id: anyValueOf(chance), type: textOf(chance), payload: anyValueOf(chance) }),
    () => toJson({ id: '1', type: 'subscribe', payload: anyValueOf(chance) }),
    () =>
      toJson({ type: chance.pick(['ping', 'pong', 'connection_init', 'connection_ack', 'next', 'error']) }),
    () =>
      toJson({ id: '1', type: 'subscribe', payload: { query, variables, extensions: anyValueOf(chance) } }),
    () => toJson({ id: 'l'.repeat(1_100_000), type: 'complete' }),
    () => textOf(chance),
    () => chance.bytes(chance.upTo(200)),
  ])();
}
