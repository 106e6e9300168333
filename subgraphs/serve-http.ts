/** A subgraph behind a port of its own: Apollo Server over the same schema, rules and context as in memory. */

import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { GraphQLError } from 'graphql';
import { type Problem, problemDetails, toProblem } from '../platform/errors.ts';
import { writeEventStream } from '../platform/http/event-stream.ts';
import { sendProblem } from '../platform/http/problem-reply.ts';
import { createHttpServer } from '../platform/http/server.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { formatProblem } from './problem-errors.ts';
import type { Subgraph, SubgraphCall } from './serve-subgraph.ts';
import type { SubgraphContext } from './subgraph.ts';

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

export function serveSubgraph(subgraph: Subgraph, options: ServeOptions): ServedSubgraph {
  let server: FastifyInstance | null = null;
  let apollo: ApolloServer<SubgraphContext> | null = null;
  let address = '';
  return {
    name: subgraph.name,
    url: () => `${address}/graphql`,
    start: async () => {
      server = await createHttpServer(options);
      apollo = createApollo(subgraph, server, options.log);
      await apollo.start();
      registerRoutes(server, apollo, subgraph, options);
      address = await server.listen({ host: options.host, port: options.port });
    },
    close: async () => {
      await apollo?.stop();
      await server?.close();
      await subgraph.close();
      apollo = null;
      server = null;
    },
  };
}

function createApollo(subgraph: Subgraph, server: FastifyInstance, log: Log): ApolloServer<SubgraphContext> {
  return new ApolloServer<SubgraphContext>({
    schema: subgraph.schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    // The one in memory formats in `serve-subgraph.ts`; both go through the same function.
    formatError: (formatted, error) =>
      error instanceof GraphQLError
        ? formatProblem(error, String(formatted.extensions?.instance ?? ''), log)
        : formatted,
    plugins: [fastifyApolloDrainPlugin(server) as never, ApolloServerPluginLandingPageDisabled()],
  });
}

function registerRoutes(
  server: FastifyInstance,
  apollo: ApolloServer<SubgraphContext>,
  subgraph: Subgraph,
  options: ServeOptions,
): void {
  server.get('/health/live', async () => ({ state: 'UP' }));
  server.addHook('preHandler', async (request, reply) => {
    if (!request.headers.accept?.includes('text/event-stream')) return;
    await answerStream(subgraph, request, reply, options);
    return reply;
  });
  const handler = fastifyApolloHandler(apollo, {
    context: (request, reply) =>
      subgraph.contextFor(callOf(request, reply, options)).catch((error: unknown) => {
        throw refusal(toProblem(error), request.id);
      }),
  });
  server.route({ method: 'POST', url: '/graphql', handler: handler as RouteHandlerMethod });
}

async function answerStream(
  subgraph: Subgraph,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServeOptions,
): Promise<void> {
  try {
    const { query = '', variables = {} } = (request.body ?? {}) as Partial<SubgraphCall>;
    const results = await subgraph.subscribe({ ...callOf(request, reply, options), query, variables });
    reply.hijack();
    await writeEventStream(reply.raw, results);
  } catch (error) {
    if (!reply.sent) await sendProblem(reply, toProblem(error));
  }
}

/** What the gateway says in headers: who, until when, under which name. */
function callOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { timeoutMs }: ServeOptions,
): Omit<SubgraphCall, 'query'> {
  const leaving = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) leaving.abort();
  });
  const deadline = Number(request.headers['x-trellis-deadline']);
  return {
    token: /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '',
    requestId: request.id,
    deadline: Number.isFinite(deadline) && deadline > 0 ? deadline : Date.now() + timeoutMs,
    signal: leaving.signal,
  };
}

function refusal(problem: Problem, requestId: string): GraphQLError {
  return new GraphQLError(problem.message, {
    originalError: problem,
    extensions: { ...problemDetails(problem, requestId), http: { status: problem.status } },
  });
}
