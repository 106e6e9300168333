/** Subscriptions on the wire: graphql-ws on a WebSocket, and server-sent events over POST. */

import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { CloseCode, makeServer, type OperationResult } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { invariant, Problem, toProblem } from '../platform/errors.ts';
import { writeEventStream } from '../platform/http/event-stream.ts';
import { sendProblem } from '../platform/http/problem-reply.ts';
import type { Log } from '../platform/log.ts';
import { limitRules, TOKENS_MAX } from './operation-limits.ts';
import { authenticate, createRequestContext, type GatewayContext } from './request-context.ts';
import type { SubgraphEndpoint } from './subgraph-endpoint.ts';
import {
  refusalResult,
  type SubscriptionRequest,
  type SubscriptionTools,
  subscribeThroughGateway,
} from './subscriptions.ts';

/** The largest message on a socket, in bytes; time to say hello, in ms; subscriptions of one connection. */
const MESSAGE_BYTES_MAX = 1_000_000;
const HELLO_TIMEOUT_MS = 10_000;
const SUBSCRIPTIONS_MAX = 20;
/** How often a quiet connection is asked whether it lives, in ms. */
const PING_EVERY_MS = 15_000;
/** RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;

export interface LiveOptions {
  readonly apolloServer: ApolloServer<GatewayContext>;
  readonly schema: GraphQLSchema;
  readonly endpoints: readonly SubgraphEndpoint[];
  readonly authority: TokenAuthority;
  readonly requestTimeoutMs: number;
  readonly queryDepthMax: number;
  readonly development: boolean;
  readonly corsOrigins: readonly string[];
  readonly log: Log;
}

export function registerLiveQueries(http: FastifyInstance, options: LiveOptions): void {
  const tools = subscriptionTools(options);
  registerEventStream(http, options, tools);
  registerWebSocket(http, options, tools);
}

function subscriptionTools(options: LiveOptions): SubscriptionTools {
  return {
    schema: options.schema,
    endpoints: new Map(options.endpoints.map((endpoint) => [endpoint.name, endpoint])),
    authority: options.authority,
    timeoutMs: options.requestTimeoutMs,
    query: async ({ query, variables }, contextValue) => {
      const { body } = await options.apolloServer.executeOperation(
        { query, variables: { ...variables } },
        { contextValue },
      );
      invariant(body.kind === 'single', 'no operation is delivered in parts');
      return body.singleResult as FormattedExecutionResult;
    },
  };
}

/** Reads and checks an operation as the query pipeline does. */
function readOperation(options: LiveOptions, query: unknown) {
  if (typeof query !== 'string')
    throw new Problem('BAD_INPUT', 'query: is missing. Send {"query": "subscription { … }"}.');
  const document = parse(query, { maxTokens: TOKENS_MAX });
  const errors = validate(options.schema, document, undefined);
  const limits = validate(options.schema, document, limitRules(options.queryDepthMax));
  const [error] = [...errors, ...limits];
  if (error !== undefined)
    throw new Problem(
      error.extensions.code === 'QUERY_TOO_COMPLEX' ? 'QUERY_TOO_COMPLEX' : 'BAD_INPUT',
      error.message,
    );
  return document;
}

/** `POST /graphql/stream` always, and `POST /graphql` where the client accepts an event stream. */
function registerEventStream(http: FastifyInstance, options: LiveOptions, tools: SubscriptionTools): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const body = (request.body ?? {}) as {
        readonly query?: unknown;
        readonly variables?: Record<string, unknown>;
        readonly operationName?: string;
      };
      const document = readOperation(options, body.query);
      const context = await createRequestContext(request, reply, {
        authority: options.authority,
        timeoutMs: options.requestTimeoutMs,
      });
      const operation: SubscriptionRequest = {
        document,
        variables: body.variables ?? {},
        operationName: body.operationName ?? null,
      };
      const isSubscription =
        getOperationAST(document, body.operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
      const results = isSubscription
        ? await subscribeThroughGateway(tools, operation, context)
        : once(tools.query({ query: String(body.query), variables: body.variables ?? {} }, context));
      reply.hijack();
      await writeEventStream(reply.raw, results);
    } catch (error) {
      if (!reply.sent) await sendProblem(reply, streamProblem(error));
    }
  };
  http.addHook('preHandler', async (request, reply) => {
    const wantsStream = request.headers.accept?.includes('text/event-stream') ?? false;
    if (request.method === 'POST' && request.url.split('?')[0] === '/graphql' && wantsStream) {
      await answer(request, reply);
      return reply;
    }
  });
}

/** What the context refuses comes as an error for Apollo Server; here it is a problem again. */
function streamProblem(error: unknown): Problem {
  const { extensions } = error as { readonly extensions?: { readonly code?: unknown } };
  if (extensions?.code === 'UNAUTHENTICATED' && error instanceof Error)
    return new Problem('UNAUTHENTICATED', error.message);
  if (error instanceof Error && error.name === 'GraphQLError') return new Problem('BAD_INPUT', error.message);
  return toProblem(error);
}

async function* once<Value>(value: Promise<Value>): AsyncGenerator<Value> {
  yield await value;
}

interface Connection {
  readonly context: GatewayContext;
  readonly leaving: AbortController;
  subscriptions: number;
}

function registerWebSocket(http: FastifyInstance, options: LiveOptions, tools: SubscriptionTools): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    handleProtocols: () => 'graphql-transport-ws',
  });
  const server = makeServer<Record<string, unknown>, { readonly connection: Connection }>({
    connectionInitWaitTimeout: HELLO_TIMEOUT_MS,
    onConnect: async ({ connectionParams, extra }) => {
      const authorization = connectionParams?.authorization ?? connectionParams?.Authorization;
      const principal = await authenticate(
        options.authority,
        typeof authorization === 'string' ? authorization : undefined,
      ).catch(() => null);
      if (principal === null) return false;
      Object.assign(extra.connection.context, { principal });
      return true;
    },
    onSubscribe: async ({ extra }, _id, { query, variables, operationName }) => {
      const { connection } = extra;
      try {
        if (connection.subscriptions >= SUBSCRIPTIONS_MAX) {
          throw new Problem(
            'QUERY_TOO_COMPLEX',
            `A connection may have ${SUBSCRIPTIONS_MAX} subscriptions. End one, or open another connection.`,
          );
        }
        const document = readOperation(options, query);
        return {
          schema: options.schema,
          document,
          variableValues: variables ?? {},
          operationName: operationName ?? null,
          contextValue: connection,
        };
      } catch (error) {
        return refusalResult(streamProblem(error), connection.context.requestId).errors;
      }
    },
    execute: (args) => {
      const { context } = args.contextValue as Connection;
      const query = { query: args.document.loc?.source.body ?? '', variables: args.variableValues ?? {} };
      const deadline = Date.now() + options.requestTimeoutMs;
      return tools.query(query, { ...context, deadline }).then(toExecutionResult);
    },
    subscribe: async (args): Promise<Awaited<OperationResult>> => {
      const connection = args.contextValue as Connection;
      try {
        const results = await subscribeThroughGateway(
          tools,
          {
            document: args.document,
            variables: args.variableValues ?? {},
            operationName: args.operationName ?? null,
          },
          connection.context,
        );
        return counted(results, connection);
      } catch (error) {
        return refusalResult(error, connection.context.requestId);
      }
    },
  });

  http.server.on('upgrade', (request, socket, head) => {
    if (
      request.url?.split('?')[0] !== '/graphql' ||
      !isAllowedOrigin(request.headers.origin, request.headers.host, options)
    ) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => openConnection(server, webSocket, request));
  });
  http.addHook('preClose', async () => {
    for (const socket of sockets.clients) socket.close(GOING_AWAY, 'The server is stopping.');
    sockets.close();
  });
}

/** Browsers may connect from this very server and from where CORS allows; other clients send no origin. */
function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  { development, corsOrigins }: LiveOptions,
): boolean {
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  if (URL.canParse(origin) && new URL(origin).host === host) return true;
  return development && origin.endsWith('.apollographql.com');
}

function openConnection(
  server: ReturnType<typeof makeServer<Record<string, unknown>, { readonly connection: Connection }>>,
  socket: WebSocket,
  request: { readonly headers: Record<string, unknown> },
): void {
  const leaving = new AbortController();
  const requestId =
    typeof request.headers['x-request-id'] === 'string'
      ? request.headers['x-request-id']
      : crypto.randomUUID();
  const context: GatewayContext = {
    principal: null,
    requestId,
    deadline: Number.MAX_SAFE_INTEGER,
    signal: leaving.signal,
  };
  const connection: Connection = { context: { ...context }, leaving, subscriptions: 0 };
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve, reject) => socket.send(data, (error) => (error ? reject(error) : resolve()))),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) =>
        socket.on(
          'message',
          (data) =>
            void listener(String(data)).catch((error: Error) =>
              socket.close(CloseCode.InternalServerError, error.message.slice(0, 100)),
            ),
        ),
    },
    { connection },
  );
  let alive = true;
  const ping = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_EVERY_MS);
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('close', (code, reason) => {
    clearInterval(ping);
    leaving.abort();
    void closed(code, String(reason));
  });
}

async function* counted(
  values: AsyncIterable<FormattedExecutionResult>,
  connection: Connection,
): AsyncGenerator<ExecutionResult> {
  connection.subscriptions += 1;
  try {
    for await (const value of values) yield toExecutionResult(value);
  } finally {
    connection.subscriptions -= 1;
  }
}

/** The socket's library formats errors itself, so it takes them as errors. */
function toExecutionResult({ errors, ...result }: FormattedExecutionResult): ExecutionResult {
  if (errors === undefined) return result;
  return {
    ...result,
    errors: errors.map(
      ({ message, path, extensions }) =>
        new GraphQLError(message, {
          ...(path === undefined ? {} : { path }),
          ...(extensions === undefined ? {} : { extensions }),
        }),
    ),
  };
}
