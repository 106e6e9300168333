/**
 * The gateway: one Apollo Server over the supergraph, on fastify. It knows the contract and the subgraphs'
 * endpoints, and no code behind them.
 */

import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Principal } from '../model/principal.ts';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { invariant, Problem } from '../platform/errors.ts';
import type { HealthReport } from '../platform/health.ts';
import { createHttpServer } from '../platform/http/server.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { createEndpointDataSource, NO_TOKEN } from './endpoint-data-source.ts';
import { createErrorFormat } from './error-format.ts';
import { registerLiveQueries } from './live-transport.ts';
import { createGatewayMetrics, type GatewayMetrics } from './metrics.ts';
import { limitRules, TOKENS_MAX } from './operation-limits.ts';
import { authenticate, createRequestContext, type GatewayContext, toHttpError } from './request-context.ts';
import type { SubgraphEndpoint } from './subgraph-endpoint.ts';
import { registerSystemRoutes } from './system-routes.ts';

/** Origins that Apollo Sandbox calls from. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

export interface GatewayOptions {
  /** The composed supergraph, as SDL. */
  readonly supergraph: string;
  readonly endpoints: readonly SubgraphEndpoint[];
  readonly authority: TokenAuthority;
  readonly log: Log;
  readonly host: string;
  readonly port: number;
  readonly development: boolean;
  readonly corsOrigins: readonly string[];
  /** In ms. */
  readonly requestTimeoutMs: number;
  readonly requestBytesMax: number;
  readonly queryDepthMax: number;
  readonly ready: () => Promise<readonly HealthReport[]>;
  /** Routes of other rooms beside `/graphql`. */
  readonly routes?: readonly Route[];
}

export type Route = (
  server: FastifyInstance,
  tools: { authenticate(request: FastifyRequest): Promise<Principal> },
) => void;

export interface Gateway extends Part {
  /** Where it listens, once started. */
  url(): string;
}

export function createGateway(options: GatewayOptions): Gateway {
  let server: FastifyInstance | null = null;
  let apollo: ApolloServer<GatewayContext> | null = null;
  let address = '';
  return {
    name: 'gateway',
    url: () => address,
    start: async () => {
      const http = await createHttpServer({ log: options.log, bodyBytesMax: options.requestBytesMax });
      server = http;
      await http.register(cors, corsOptions(options));
      const metrics = createGatewayMetrics();
      const { apolloServer, schema } = await startApollo(options, http, metrics);
      apollo = apolloServer;
      registerGraphql(http, apolloServer, options);
      registerLiveQueries(http, { ...options, apolloServer, schema });
      registerSystemRoutes(http, { ...options, metrics });
      const tools = { authenticate: requirePrincipal(options.authority) };
      for (const route of options.routes ?? []) route(http, tools);
      address = (await http.listen({ host: options.host, port: options.port })).replace('[::1]', 'localhost');
    },
    close: async () => {
      await apollo?.stop();
      await server?.close();
      await Promise.all(options.endpoints.map((endpoint) => endpoint.close()));
      apollo = null;
      server = null;
    },
  };
}

async function startApollo(options: GatewayOptions, http: FastifyInstance, metrics: GatewayMetrics) {
  const endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraph,
    buildService: ({ name }) => {
      const endpoint = endpoints.get(name);
      invariant(endpoint, `the supergraph names a subgraph ${name} that is not offered`);
      // The gateway hands the context of our own server through; its type cannot say so.
      return createEndpointDataSource(endpoint, options) as GraphQLDataSource;
    },
  });
  let schema: GraphQLSchema | null = null;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });
  const apolloServer = new ApolloServer<GatewayContext>({
    gateway,
    introspection: options.development,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: TOKENS_MAX },
    validationRules: [...limitRules(options.queryDepthMax)],
    formatError: createErrorFormat(options.log),
    plugins: [
      fastifyApolloDrainPlugin(http) as unknown as ApolloServerPlugin<GatewayContext>,
      landingPage(options.development),
      edgePlugin(metrics),
    ],
  });
  await apolloServer.start();
  invariant(schema, 'a started gateway has its schema');
  return { apolloServer, schema: schema as GraphQLSchema };
}

function landingPage(development: boolean): ApolloServerPlugin {
  return development
    ? ApolloServerPluginLandingPageLocalDefault({ embed: true, includeCookies: false })
    : ApolloServerPluginLandingPageDisabled();
}

/** Refuses operations without a token, names the request in its errors, and counts. */
function edgePlugin(metrics: GatewayMetrics): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async ({ contextValue }) => {
      const done = metrics.begin();
      return {
        didResolveOperation: async ({ operation }) => {
          if (contextValue.principal !== null || operation === undefined) return;
          const fields = operation.selectionSet.selections;
          const introspects = fields.every(
            (field) => field.kind === 'Field' && field.name.value.startsWith('__'),
          );
          if (!introspects)
            throw toHttpError(new Problem('UNAUTHENTICATED', NO_TOKEN), contextValue.requestId);
        },
        willSendResponse: async ({ response, operation }) => {
          const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
          done(
            operation?.operation ?? 'unknown',
            errors === undefined ? 'ok' : String(errors[0]?.extensions?.code),
          );
          if (errors === undefined || response.body.kind !== 'single') return;
          response.body.singleResult.errors = errors.map((error) => ({
            ...error,
            extensions: { instance: contextValue.requestId, ...error.extensions },
          }));
        },
      };
    },
  };
}

function registerGraphql(
  http: FastifyInstance,
  apollo: ApolloServer<GatewayContext>,
  options: GatewayOptions,
): void {
  const handler = fastifyApolloHandler(apollo, {
    context: (request, reply) =>
      createRequestContext(request, reply, {
        authority: options.authority,
        timeoutMs: options.requestTimeoutMs,
      }),
  });
  // Sandbox lives at `/` in development and calls where it lives.
  for (const url of options.development ? ['/graphql', '/'] : ['/graphql']) {
    http.route({
      url,
      method: ['GET', 'POST'],
      handler: handler as Parameters<FastifyInstance['route']>[0]['handler'],
    });
  }
}

function corsOptions({ development, corsOrigins }: GatewayOptions) {
  return {
    origin: [...corsOrigins, ...(development ? SANDBOX_ORIGINS : [])],
    methods: ['GET', 'POST'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'x-request-id',
      'x-timeout-ms',
      'traceparent',
      'apollo-require-preflight',
    ],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  };
}

/** For routes that need a principal. */
function requirePrincipal(authority: TokenAuthority) {
  return async (request: FastifyRequest): Promise<Principal> => {
    const principal = await authenticate(authority, request.headers.authorization);
    if (principal === null) throw new Problem('UNAUTHENTICATED', NO_TOKEN);
    return principal;
  };
}
