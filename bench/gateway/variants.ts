/** Four servers of one operation over the same resolvers: Trellis's gateway, and the three that it is held against. */

import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerOptions } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { createGateway } from '../../gateway/gateway.ts';
import type { Principal } from '../../model/principal.ts';
import {
  CLIENT_AUDIENCE,
  subgraphAudience,
  type TokenAuthority,
} from '../../platform/auth/token-authority.ts';
import { createHttpServer } from '../../platform/http/server.ts';
import { createLog } from '../../platform/log.ts';
import { createSubgraph, type Subgraph } from '../../subgraphs/serve-subgraph.ts';
import type { SubgraphContext, SubgraphDefinition } from '../../subgraphs/subgraph.ts';
import { type MonolithContext, monolithSchema } from './monolith-schema.ts';

export interface VariantRooms {
  readonly supergraph: string;
  readonly definitions: readonly SubgraphDefinition[];
  readonly authority: TokenAuthority;
}

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 1_000_000;
const TIMEOUT_MS = 30_000;
const log = createLog({ level: 'silent' });

/** Each starts one server and gives its address. They live as long as their process. */
export const VARIANTS = {
  trellis: async (rooms) => {
    const gateway = createGateway({
      authority: rooms.authority,
      supergraph: { read: async () => rooms.supergraph, pollMs: 0 },
      endpoints: subgraphsOf(rooms),
      log,
      host: HOST,
      port: 0,
      development: false,
      corsOrigins: [],
      operatorTenant: 'default',
      requestTimeoutMs: TIMEOUT_MS,
      requestBytesMax: BODY_BYTES_MAX,
      queryDepthMax: 15,
      ready: async () => [],
    });
    await gateway.start();
    return gateway.url();
  },
  monolith: async (rooms) => {
    const schema = monolithSchema(await apiSchemaOf(rooms), rooms.definitions);
    return listen<MonolithContext>(rooms, { schema, plugins: LEAN }, ({ principal, requestId, signal }) => {
      const contexts = rooms.definitions.map((room) => [
        room.name,
        contextOf(room, principal, requestId, signal),
      ]);
      return { principal, requestId, signal, of: Object.fromEntries(contexts) as MonolithContext['of'] };
    });
  },
  'stock in process': async (rooms) => {
    const byName = new Map(subgraphsOf(rooms).map((subgraph) => [subgraph.name as string, subgraph]));
    const gateway = new ApolloGateway({
      supergraphSdl: rooms.supergraph,
      logger: SILENT,
      buildService: ({ name }) => {
        const definition = rooms.definitions.find((room) => room.name === name);
        const subgraph = byName.get(name);
        if (definition === undefined || subgraph === undefined)
          throw new Error(`there is no subgraph ${name}`);
        return new InProcess(subgraph.schema, definition);
      },
    });
    return listen<Asked>(rooms, { gateway, plugins: QUIET }, (asked) => asked);
  },
  'stock over HTTP': async (rooms) => {
    const urls = new Map<string, string>();
    for (const definition of rooms.definitions) {
      const { schema } = createSubgraph(definition, { authority: rooms.authority, log });
      const url = await listen<SubgraphContext>(
        rooms,
        { schema, plugins: QUIET },
        ({ principal, requestId, signal }) => contextOf(definition, principal, requestId, signal),
        subgraphAudience(definition.name),
      );
      urls.set(definition.name, `${url}/graphql`);
    }
    const gateway = new ApolloGateway({
      supergraphSdl: rooms.supergraph,
      logger: SILENT,
      buildService: ({ name }) => new OverHttp(urls.get(name) ?? '', name, rooms.authority),
    });
    return listen<Asked>(rooms, { gateway, plugins: QUIET }, (asked) => asked);
  },
} as const satisfies Record<string, (rooms: VariantRooms) => Promise<string>>;

export type VariantName = keyof typeof VARIANTS;

/** Who asks: what each of the servers makes its context of. */
interface Asked {
  readonly principal: Principal;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** As it comes, but for the page and the reports to Apollo. */
const QUIET = [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginUsageReportingDisabled()];
/** Without the hooks on every field, as Trellis runs it. */
const LEAN = [
  ...QUIET,
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
];

class InProcess extends LocalGraphQLDataSource<Asked> {
  readonly #definition: SubgraphDefinition;

  constructor(schema: GraphQLSchema, definition: SubgraphDefinition) {
    super(schema);
    this.#definition = definition;
  }

  override process(options: Parameters<LocalGraphQLDataSource<Asked>['process']>[0]) {
    const { principal, requestId, signal } = options.context as Asked;
    const context = contextOf(this.#definition, principal, requestId, signal);
    return super.process({ ...options, context: context as unknown as Asked } as typeof options);
  }
}

class OverHttp extends RemoteGraphQLDataSource<Asked> {
  readonly #name: string;
  readonly #authority: TokenAuthority;

  constructor(url: string, name: string, authority: TokenAuthority) {
    super({ url });
    this.#name = name;
    this.#authority = authority;
  }

  override async willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource<Asked>['willSendRequest']>>[0]) {
    const { principal } = context as Asked;
    // The gateway asks for the schema before anybody asks anything.
    if (principal === undefined) return;
    request.http?.headers.set(
      'authorization',
      `Bearer ${await this.#authority.issueFor(principal, this.#name)}`,
    );
  }
}

function subgraphsOf({ definitions, authority }: VariantRooms): readonly Subgraph[] {
  return definitions.map((definition) => createSubgraph(definition, { authority, log }));
}

function contextOf(
  definition: SubgraphDefinition,
  principal: Principal,
  requestId: string,
  signal: AbortSignal,
): SubgraphContext {
  return { principal, requestId, signal, loaders: definition.createLoaders({ principal, signal }) };
}

async function apiSchemaOf({ supergraph }: VariantRooms): Promise<GraphQLSchema> {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    logger: SILENT,
    buildService: () => ({ process: async () => ({}) }),
  });
  const { schema } = await gateway.load();
  await gateway.stop();
  return schema;
}

async function listen<Context extends object>(
  { authority }: VariantRooms,
  options: Pick<ApolloServerOptions<Context>, 'schema' | 'gateway' | 'plugins'>,
  toContext: (asked: Asked) => Context,
  audience = CLIENT_AUDIENCE,
): Promise<string> {
  const apollo = new ApolloServer<Context>({
    ...options,
    nodeEnv: 'production',
    introspection: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    logger: SILENT,
  } as ApolloServerOptions<Context>);
  await apollo.start();
  const http = createHttpServer({ log, bodyBytesMax: BODY_BYTES_MAX });
  const context = async (request: FastifyRequest) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const principal = await authority.verify(token, audience);
    return toContext({ principal, requestId: request.id, signal: new AbortController().signal });
  };
  http.post('/graphql', fastifyApolloHandler(apollo, { context }));
  return http.listen({ host: HOST, port: 0 });
}
