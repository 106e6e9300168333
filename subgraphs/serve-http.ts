/** A subgraph behind a port of its own: Apollo Server speaks HTTP, and hands each operation to the subgraph. */

import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { buildSchema, GraphQLError, type GraphQLSchema, printSchema } from 'graphql';
import { z } from 'zod';
import { Problem, problemDetails } from '../platform/errors.ts';
import { writeEventStream } from '../platform/http/event-stream.ts';
import type { ServedPart } from '../platform/http/part-server.ts';
import { keepsItself } from '../platform/http/refused-requests.ts';
import { keepDocuments } from '../platform/kept-documents.ts';
import type { Log } from '../platform/log.ts';
import { formatProblem } from './problem-errors.ts';
import { TOKENS_MAX } from './read-operation.ts';
import type { Subgraph, SubgraphCall } from './serve-subgraph.ts';

export interface ServeOptions {
  /** Time of a request that brings no deadline, in ms. */
  readonly timeoutMs: number;
  readonly log: Log;
}

/** A call without its operation, which is in the body. */
type Caller = Omit<SubgraphCall, 'query'>;

/** Where a subgraph is on its process's server. */
export function subgraphPath(name: string): string {
  return `/${name}/graphql`;
}

export function serveSubgraph(subgraph: Subgraph, options: ServeOptions): ServedPart {
  const apollo = createApollo(subgraph, options.log);
  return {
    name: subgraph.name,
    start: async () => {
      await subgraph.start();
      await apollo.start();
    },
    close: () => subgraph.close(),
    register: (server) => {
      // Requests under way are answered before the server is closed, and Apollo Server after it.
      server.addHook('onClose', () => apollo.stop());
      registerRoutes(server, apollo, subgraph, options);
    },
  };
}

function createApollo(subgraph: Subgraph, log: Log): ApolloServer<Caller> {
  return new ApolloServer<Caller>({
    schema: contractOf(subgraph),
    // The subgraph reads operations itself, by the same rules as in memory.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: TOKENS_MAX },
    documentStore: keepDocuments(),
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

/**
 * What may be asked, without what answers it: Apollo Server lasts as long as the process, and would hold on to the rooms
 * that were there first.
 */
function contractOf({ schema }: Subgraph): GraphQLSchema {
  return buildSchema(printSchema(schema), { assumeValid: true });
}

/** One way to execute, in memory and here. */
function executeBy(subgraph: Subgraph): ApolloServerPlugin<Caller> {
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ request, document, contextValue }) => {
        const { query = '', variables, operationName } = request;
        const singleResult = await subgraph.execute({
          ...contextValue,
          query,
          document,
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
  server.route({
    method: 'POST',
    url: subgraphPath(subgraph.name),
    // Before the body is read: who has no token has nothing read.
    onRequest: async (request) => {
      await subgraph.principalOf(tokenOf(request));
      // What a gateway is refused, for a client, the subgraph tells the audit log by the client.
      keepsItself(request.raw);
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

/** The bearer token of a request, or nothing. */
export function tokenOf({ headers }: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** What the gateway says in headers: who, until when, under which name and in which trace. */
function callerOf(request: FastifyRequest, reply: FastifyReply, { timeoutMs, log }: ServeOptions): Caller {
  const leaving = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) leaving.abort();
  });
  const given = Number(request.headers['x-trellis-deadline']);
  const deadline = Number.isFinite(given) && given > 0 ? given : Date.now() + timeoutMs;
  const { id: requestId } = request;
  const { traceparent } = request.headers;
  log.debug({ requestId, traceparent, leftMs: deadline - Date.now() }, 'A call of the gateway begins.');
  return {
    token: tokenOf(request),
    requestId,
    deadline,
    signal: leaving.signal,
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  };
}
