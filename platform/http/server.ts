/** The ground of every HTTP server here: fastify with request ids, problems for every failure and safe headers. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '../log.ts';
import { handleProblems } from './problem-reply.ts';
import { type OnRefused, tellRefusals } from './refused-requests.ts';
import { createUnreadableRequests } from './unreadable-request.ts';

/** A request id that a client may choose. */
const REQUEST_ID = /^[\w.-]{8,128}$/;
/** Time a client has to send a request whole, in ms; a slow line needs it for a large upload. */
const REQUEST_TIMEOUT_MS = 600_000;
/** The most that is read of a request's body, and dropped, behind its answer. */
const DROPPED_BYTES_MAX = 64_000_000;
/** How long requests under way may take to finish when the server closes, in ms. */
const DRAIN_MS = 10_000;

/**
 * What an answer of an API tells a browser; pages replace the policy with their own. A constant rather than helmet,
 * which builds its list anew for every request: here that would be a tenth of what an operation costs.
 */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export interface HttpServerOptions {
  readonly log: Log;
  readonly bodyBytesMax: number;
  /** Hears of what is refused. */
  readonly onRefused?: OnRefused | undefined;
}

export function createHttpServer({ log, bodyBytesMax, onRefused }: HttpServerOptions): FastifyInstance {
  const unreadable = createUnreadableRequests(onRefused);
  const server = Fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // A request on a connection that was kept is still answered, and told that the connection ends with it.
    return503OnClosing: false,
    genReqId: ({ headers }) => requestIdFrom(headers['x-request-id']),
    clientErrorHandler: unreadable.answer,
  });
  // Only what a route asks for is read; a form or plain text is not an operation.
  server.removeContentTypeParser('text/plain');
  handleProblems(server, log);
  unreadable.follow(server);
  if (onRefused !== undefined) tellRefusals(server, onRefused);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(SAFE_HEADERS).header('x-request-id', request.id);
    done();
  });
  endConnectionsWhileClosing(server);
  readOnBehindAnswers(server);
  if (log.isLevelEnabled('debug')) logRequests(server, log);
  return server;
}

/**
 * A connection whose answer goes out only while the server closes would be kept for a request that is not to come, and
 * the close would wait for it. It ends behind the answer's last byte, not before.
 */
function endConnectionsWhileClosing(server: FastifyInstance): void {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('finish', () => {
      if (closing) request.raw.socket.end();
    });
    done();
  });
}

/**
 * A request that is answered before it is whole, such as one that is too large, leaves the rest of its body on the
 * connection, where the next request would wait behind it: it is read and dropped, as RFC 9112 section 9.3 asks. A
 * client that goes on for longer than is worth it is cut off. Ended with bytes on their way, the connection would be
 * reset, and the answer lost with it, so that fastify does not end it.
 */
function readOnBehindAnswers(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    if (!request.raw.complete) reply.removeHeader('connection');
    done(null, payload);
  });
  server.addHook('onRequest', ({ raw }, reply, done) => {
    // Before Node, which drops what nobody has begun to read, however much that is.
    reply.raw.prependOnceListener('finish', () => {
      if (!raw.complete) dropRest(raw);
    });
    done();
  });
}

function dropRest(request: IncomingMessage): void {
  let left = DROPPED_BYTES_MAX;
  request.on('data', (piece: Uint8Array) => {
    left -= piece.length;
    if (left < 0) request.socket.destroy();
  });
  // It counts as begun from here on.
  request.read(0);
}

/** The trace context is the client's, so that a line of any process is found by it. */
function logRequests(server: FastifyInstance, log: Log): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { id: requestId, method, routeOptions, headers } = request;
    const about = { requestId, method, route: routeOptions.url, traceparent: headers.traceparent };
    log.debug({ ...about, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'Answered.');
    done();
  });
}

/** The client's own id where it is one, else a new one. */
export function requestIdFrom(given: unknown): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Takes no new requests, lets those under way finish, and cuts off what is still there after the drain time. */
export async function closeHttpServer(
  server: FastifyInstance,
  options: { readonly drainMs?: number } = {},
): Promise<void> {
  const { drainMs = DRAIN_MS } = options;
  const cut = setTimeout(() => server.server.closeAllConnections(), drainMs);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}
