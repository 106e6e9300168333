/** A subgraph behind a port of its own: Apollo Server speaks HTTP, and hands each operation to the subgraph. */

import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { Problem, problemDetails } from '../platform/errors.ts';
import { writeEventStream } from '../platform/http/event-stream.ts';
import { closeHttpServer, createHttpServer } from '../platform/http/server.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { formatProblem } from './problem-errors.ts';
import { TOKENS_MAX } from './read-operation.ts';
import type { Subgraph, SubgraphCall } from './serve-subgraph.ts';

export interface ServeOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Time of a request that brings no deadline, in ms. */
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
  readonly log: Log;
}

export interface ServedSubgraph extends Part {
  /** Of the GraphQL endpoint, once started. */
  url(): string;
}

/** A call without its operation, which is in the body. */
type Caller = Omit<SubgraphCall, 'query'>;

export function serveSubgraph(subgraph: Subgraph, options: ServeOptions): ServedSubgraph {
  let server: FastifyInstance | null = null;
  let apollo: ApolloServer<Caller> | null = null;
  let address = '';
  return {
    name: subgraph.name,
    url: () => `${address}/graphql`,
    start: async () => {
      await subgraph.start();
      server = createHttpServer(options);
      apollo = createApollo(subgraph, options.log);
      await apollo.start();
      registerRoutes(server, apollo, subgraph, options);
      address = await listen(server, subgraph.name, options);
    },
    close: async () => {
      // First what is live, which would keep its connections open.
      await subgraph.close();
      if (server !== null) await closeHttpServer(server);
      await apollo?.stop();
      apollo = null;
      server = null;
    },
  };
}

async function listen(server: FastifyInstance, name: string, { host, port }: ServeOptions): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const detail = `The subgraph "${name}" cannot listen on ${host}:${port}. Stop what does, or set TRELLIS_SUBGRAPH_PORT.`;
    throw new Problem('CONFLICT', detail, { cause });
  }
}

function createApollo(subgraph: Subgraph, log: Log): ApolloServer<Caller> {
  return new ApolloServer<Caller>({
    schema: subgraph.schema,
    // The subgraph reads operations itself, by the same rules as in memory.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: TOKENS_MAX },
    introspection: false,
    logger: log,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    // Only for what Apollo Server refuses itself: the subgraph's results are not formatted again.
    formatError: (formatted, error) =>
      error instanceof GraphQLError ? formatProblem(error, undefined, log) : formatted,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      executeBy(subgraph),
    ],
  });
}

/** One way to execute, in memory and here. */
function executeBy(subgraph: Subgraph): ApolloServerPlugin<Caller> {
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ request, contextValue }) => {
        const { query = '', variables, operationName } = request;
        const singleResult = await subgraph.execute({
          ...contextValue,
          query,
          ...(variables ? { variables } : {}),
          ...(operationName ? { operationName } : {}),
        });
        return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
      },
    }),
  };
}

function registerRoutes(
  server: FastifyInstance,
  apollo: ApolloServer<Caller>,
  subgraph: Subgraph,
  options: ServeOptions,
): void {
  const context = async (request: FastifyRequest, reply: FastifyReply) => callerOf(request, reply, options);
  const execute = fastifyApolloHandler(apollo, { context }) as RouteHandlerMethod;
  server.get('/health/live', async () => ({ state: 'UP' }));
  server.route({
    method: 'POST',
    url: '/graphql',
    // Before the body is read: who has no token has nothing read.
    onRequest: async (request) => {
      await subgraph.principalOf(tokenOf(request));
    },
    handler(request, reply) {
      if (!asksForStream(request)) return execute.call(this, request, reply);
      return answerStream(subgraph, request, reply, options);
    },
    errorHandler: (error, request, reply) => {
      // A stream that is refused, and what fastify cannot read, is a problem as on every other route.
      if (asksForStream(request) || !(error instanceof Problem)) throw error;
      const errors = [{ message: error.message, extensions: problemDetails(error, request.id) }];
      return reply.code(error.status).send({ errors });
    },
  });
}

/** The operation in the body of a request for a stream; Apollo Server reads the others itself. */
const StreamBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

async function answerStream(
  subgraph: Subgraph,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServeOptions,
): Promise<void> {
  const body = StreamBody.safeParse(request.body);
  if (!body.success)
    throw new Problem('BAD_INPUT', `The body is no operation: ${z.prettifyError(body.error)}`);
  const { query, variables, operationName } = body.data;
  const results = await subgraph.subscribe({
    ...callerOf(request, reply, options),
    query,
    ...(variables ? { variables } : {}),
    ...(operationName ? { operationName } : {}),
  });
  reply.hijack();
  await writeEventStream(reply.raw, results);
}

function asksForStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/event-stream') === true;
}

function tokenOf({ headers }: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** What the gateway says in headers: who, until when, under which name. */
function callerOf(request: FastifyRequest, reply: FastifyReply, { timeoutMs }: ServeOptions): Caller {
  const leaving = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) leaving.abort();
  });
  const deadline = Number(request.headers['x-trellis-deadline']);
  return {
    token: tokenOf(request),
    requestId: request.id,
    deadline: Number.isFinite(deadline) && deadline > 0 ? deadline : Date.now() + timeoutMs,
    signal: leaving.signal,
  };
}
