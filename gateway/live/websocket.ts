/** graphql-ws on `/graphql`: one connection, one token, many operations. */

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Problem, type ProblemCode, problemDetails, toProblem } from '../../platform/errors.ts';
import { requestIdFrom } from '../../platform/http/server.ts';
import { type Authenticated, type Credentials, NO_TOKEN } from '../credentials/authenticate.ts';
import { knownOf } from '../credentials/refusals.ts';
import { traceOf } from '../request-context.ts';
import { createDoor, type DoorOptions } from './door.ts';
import { kindOf, type OperationRequest, parseOperation } from './live-operation.ts';
import { type LiveClient, type LiveResults, type LiveTools, runOnce, subscribeLive } from './subscribe.ts';

/** The largest message of a client, in bytes. */
const MESSAGE_BYTES_MAX = 1_000_000;
/** Queries and mutations of one connection that are under way at once. */
const OPERATIONS_MAX = 20;
/** How soon to try again where there are too many, in ms. */
const RETRY_AFTER_MS = 1_000;
/** Time a client has to send its token, in ms. */
const HELLO_MS = 10_000;
/** How often a connection is asked whether it lives, in ms; one that does not answer until the next time is cut. */
const PING_EVERY_MS = 15_000;
/** Longest reason of a close frame, in bytes (RFC 6455, section 5.5). */
const REASON_BYTES_MAX = 123;
/** Streams say that the token has expired; the connection that carries them closes this much later, in ms. */
const LAST_WORDS_MS = 200;
/** The longest that a timer can wait, in ms. */
const TIMER_MS_MAX = 2_147_483_647;
/** "Service Restart" of the IANA registry: clients connect again and subscribe to what they had. */
const SERVICE_RESTART = 1012;
/** Time that clients have to close their side when the gateway stops, in ms. */
const GOODBYE_MS = 1_000;

export interface WebSocketOptions extends Omit<DoorOptions, 'count'> {
  readonly tools: LiveTools;
}

export interface WebSockets {
  /** Completes no stream, so that clients subscribe again elsewhere. Lets what was said arrive. */
  close(): void;
}

/** What graphql-ws keeps of a connection for us. */
interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  verified: Authenticated | null;
  /** Queries and mutations under way. */
  underWay: number;
  expiry: NodeJS.Timeout | undefined;
  /** Stops watching whether the credentials are still taken. */
  forgetKey: (() => void) | undefined;
}

export function serveWebSockets(server: Server, options: WebSocketOptions): WebSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });
  const protocol = createProtocol(options.tools);
  const letIn = createDoor({ ...options, count: () => sockets.clients.size });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (letIn(request, socket))
      sockets.handleUpgrade(request, socket, head, (accepted) => attach(protocol, accepted, request));
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'The server is stopping.');
      sockets.close();
      setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, GOODBYE_MS).unref();
    },
  };
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Connection>>;

function createProtocol(tools: LiveTools): Protocol {
  return makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: HELLO_MS,
    onConnect: ({ connectionParams, extra }) => admit(tools, extra, connectionParams),
    // The stream is opened here, so that a refusal is an error of the operation, before its first result.
    onSubscribe: async ({ extra }, _id, payload) => {
      const client = clientOf(extra);
      try {
        const request = tools.trusted.withText(payload);
        const document = parseOperation(request.query);
        const isLive = kindOf(document, request.operationName) === 'subscription';
        const results = isLive
          ? await subscribeLive(tools, client, document, request)
          : runOne(tools, extra, client, request);
        return {
          schema: tools.schema,
          document,
          operationName: request.operationName ?? null,
          contextValue: results,
        };
      } catch (error) {
        return [errorOf(noted(tools, client, toProblem(error)), client.requestId)];
      }
    },
    subscribe: async ({ contextValue }: ExecutionArgs) => contextValue as LiveResults as never,
    execute: ({ contextValue }: ExecutionArgs) => contextValue as ReturnType<typeof runOnce> as never,
    // Results are formatted already; the library would ask each error to format itself.
    onNext: (_context, _id, _payload, _args, result) => result as never,
  });
}

/** Limits are met here as well as where operations run; every other refusal is kept by who makes it. */
function noted({ refusals }: LiveTools, { verified, requestId }: LiveClient, problem: Problem): Problem {
  const { principal } = verified;
  const { address = '' } = principal;
  if (LIMITS.includes(problem.code))
    refusals?.note({ ...knownOf(principal), address, action: 'subscribe', problem, requestId });
  return problem;
}

const LIMITS: readonly ProblemCode[] = ['TOO_MANY_REQUESTS', 'QUERY_TOO_COMPLEX'];

/** One socket is no way around what may be asked in one request. */
function runOne(
  tools: LiveTools,
  connection: Connection,
  client: LiveClient,
  request: OperationRequest,
): ReturnType<typeof runOnce> {
  if (connection.underWay >= OPERATIONS_MAX) {
    const detail = `This connection has ${OPERATIONS_MAX} queries and mutations under way, which is the limit. Wait for one to be answered.`;
    throw new Problem('TOO_MANY_REQUESTS', detail, { retryAfterMs: RETRY_AFTER_MS });
  }
  connection.underWay++;
  return runOnce(tools, client, request).finally(() => {
    connection.underWay--;
  });
}

/** Takes the token of `connection_init`, or of the handshake where a client could set its headers. */
async function admit(
  { authenticator }: LiveTools,
  connection: Connection,
  params: Readonly<Record<string, unknown>> | undefined,
): Promise<boolean> {
  const { socket, request } = connection;
  try {
    connection.verified = await authenticator.identify(
      credentialsIn(params, authenticator.credentialsOf(request)),
    );
  } catch (error) {
    closeUnauthorized(socket, toProblem(error).message);
    return false;
  }
  const left = connection.verified.expiresAt * 1_000 - Date.now();
  connection.expiry = setTimeout(
    () => closeUnauthorized(socket, 'The token has expired. Connect again with a new one.'),
    Math.min(Math.max(0, left) + LAST_WORDS_MS, TIMER_MS_MAX),
  );
  connection.forgetKey = connection.verified.watch?.(() => {
    setTimeout(
      () => closeUnauthorized(socket, 'These credentials are not taken any more. Connect again with others.'),
      LAST_WORDS_MS,
    );
  });
  // It may have closed while it was asked who it is.
  if (socket.readyState !== socket.OPEN) connection.forgetKey?.();
  return true;
}

/** What `connection_init` says comes before what the handshake says. */
function credentialsIn(
  params: Readonly<Record<string, unknown>> | undefined,
  handshake: Credentials,
): Credentials {
  const authorization = params?.['authorization'] ?? params?.['Authorization'];
  const apiKey = params?.['x-api-key'] ?? params?.['apiKey'];
  return authorization === undefined && apiKey === undefined
    ? handshake
    : { ...handshake, authorization, apiKey };
}

/** 4401: clients of graphql-ws do not try again with the same token. */
function closeUnauthorized(socket: WebSocket, reason: string): void {
  socket.close(CloseCode.Unauthorized, Buffer.from(reason).subarray(0, REASON_BYTES_MAX).toString());
}

function clientOf({ verified, request, socket }: Connection): LiveClient {
  if (verified === null) throw new Problem('UNAUTHENTICATED', NO_TOKEN);
  return {
    verified,
    requestId: requestIdFrom(request.headers['x-request-id']),
    connection: socket,
    ...traceOf(request.headers.traceparent),
  };
}

function errorOf(problem: Problem, requestId: string): GraphQLError {
  return new GraphQLError(problem.message, { extensions: { ...problemDetails(problem, requestId) } });
}

function attach(protocol: Protocol, socket: WebSocket, request: IncomingMessage): void {
  const connection: Connection = {
    socket,
    request,
    verified: null,
    underWay: 0,
    expiry: undefined,
    forgetKey: undefined,
  };
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) => {
        socket.on('message', (data) => {
          const text = String(data);
          listener(text).catch(() => {
            if (isOfClients(text)) socket.close(CloseCode.InternalServerError, 'Internal error');
            else socket.close(CloseCode.BadRequest, 'Clients do not send messages of this type.');
          });
        });
      },
    },
    connection,
  );
  const stopPinging = keepAlive(socket);
  // A broken connection also closes; there is nobody left to be told.
  socket.on('error', () => socket.terminate());
  socket.once('close', (code, reason) => {
    stopPinging();
    clearTimeout(connection.expiry);
    connection.forgetKey?.();
    void closed(code, String(reason));
  });
}

/** The library fails at messages that only servers send, and says so as it says that it has failed itself. */
function isOfClients(text: string): boolean {
  const { type } = JSON.parse(text) as { readonly type: MessageType };
  return CLIENT_MESSAGES.includes(type);
}

const CLIENT_MESSAGES: readonly MessageType[] = [
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
];

function keepAlive(socket: WebSocket): () => void {
  let alive = true;
  const timer = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_EVERY_MS);
  socket.on('pong', () => {
    alive = true;
  });
  return () => clearInterval(timer);
}
