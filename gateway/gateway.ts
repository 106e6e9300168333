/**
 * The gateway: the supergraph on `/graphql`, over HTTP, server-sent events and WebSockets, and what stands beside it.
 * It knows the contract and the subgraphs' endpoints, and no code behind them.
 */

import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../model/principal.ts';
import type { Announcements } from '../platform/announcements.ts';
import type { OutsideTokens } from '../platform/auth/oidc/outside-tokens.ts';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { type Measure, registerMeasures } from '../platform/gauges.ts';
import type { HealthReport } from '../platform/health.ts';
import { createAddressOf } from '../platform/http/client-address.ts';
import { listen } from '../platform/http/listen.ts';
import { closeHttpServer, createHttpServer } from '../platform/http/server.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { type StartedApollo, startApollo } from './apollo.ts';
import { createCallSubgraph } from './call-subgraph.ts';
import { createAskAdmin } from './credentials/ask-admin.ts';
import { type Authenticator, createAuthenticator } from './credentials/authenticate.ts';
import { createKeyRing, type KeyRing } from './credentials/key-ring.ts';
import { createKeySource } from './credentials/key-source.ts';
import { createRefusals, type Refusals } from './credentials/refusals.ts';
import { createSessionRing, type SessionRing } from './credentials/session-ring.ts';
import { namingRequest } from './error-format.ts';
import { allowancesAt, NO_LIMITS, type PointLimits } from './limits/allowances.ts';
import { limitRules } from './limits/operation-limits.ts';
import { createSpending, type Spending, type SpendingOptions } from './limits/spending.ts';
import { answerEventStream, wantsEventStream } from './live/event-stream-route.ts';
import { createOpenStreams } from './live/open-streams.ts';
import type { LiveTools } from './live/subscribe.ts';
import { serveWebSockets } from './live/websocket.ts';
import { createGatewayMetrics } from './metrics.ts';
import { corsOptions, createOriginCheck } from './origins.ts';
import { registerPages } from './pages/pages.ts';
import {
  type ContextOptions,
  createRequestContext,
  type GatewayContext,
  requirePrincipal,
} from './request-context.ts';
import type { SubgraphEndpoint } from './subgraph-endpoint.ts';
import type { SupergraphSource } from './supergraph.ts';
import { registerSystemRoutes } from './system-routes.ts';
import { nameByText } from './trusted-documents/name-by-text.ts';
import {
  createTrustedDocuments,
  type TrustedDocuments,
  type TrustedDocumentsOptions,
} from './trusted-documents/trusted-documents.ts';

export interface GatewayOptions {
  readonly supergraph: SupergraphSource;
  /** One for each subgraph that the supergraph names. The gateway closes them with itself. */
  readonly endpoints: readonly SubgraphEndpoint[];
  readonly authority: TokenAuthority;
  /** Tokens of issuers outside; without it none but our own are taken. */
  readonly outside?: OutsideTokens | null;
  readonly log: Log;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Offers introspection, Sandbox and GraphiQL. */
  readonly development: boolean;
  /** Origins that browsers may call from, beside Apollo Sandbox in development. */
  readonly corsOrigins: readonly string[];
  /** In ms. */
  readonly requestTimeoutMs: number;
  readonly requestBytesMax: number;
  readonly queryDepthMax: number;
  /** The engines and parts that the gateway cannot serve without. */
  readonly ready: () => Promise<readonly HealthReport[]>;
  /** Told by `/metrics` beside the gateway's own. */
  readonly measures?: readonly Measure[];
  /** How long requests under way may take to finish when the gateway closes, in ms. */
  readonly drainMs?: number;
  /** Ids of API keys that are not what they were. Without it no keys are taken. */
  readonly keyChanges?: Announcements;
  /** Sessions that ended. Without it access tokens are good until they end. */
  readonly sessionChanges?: Announcements;
  /** Where gateways count together what callers spend; each for itself where it is left out. */
  readonly shared?: SpendingOptions['shared'];
  /** How many gateways there are at least, among which the limits are shared out where they cannot count together. */
  readonly instances?: number;
  /** What callers may spend; by default as much as they like, but for keys that say otherwise. */
  readonly limits?: PointLimits;
  /** Which operations are listed, and whether others are taken; by default none are, and all are. */
  readonly trustedDocuments?: Pick<TrustedDocumentsOptions, 'mode' | 'file'>;
  /** Proxies whose word for a client's address is taken, as addresses and networks. */
  readonly trustedProxies?: readonly string[];
  /** The tenant of those who run the installation. */
  readonly operatorTenant: string;
  /** Routes of other rooms beside `/graphql`. */
  readonly routes?: readonly Route[];
}

/** Adds routes to the gateway's server. A `Problem` that a handler throws is answered as one. */
export type Route = (server: FastifyInstance, tools: RouteTools) => void;

export interface RouteTools {
  /** The principal of the request's token; rejects with UNAUTHENTICATED. */
  authenticate(request: FastifyRequest): Promise<Principal>;
}

export interface Gateway extends Part {
  /** Where it listens, once started. */
  url(): string;
}

/** What runs between `start` and `close`. */
interface Running {
  readonly url: string;
  close(): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  let running: Promise<Running> | null = null;
  let url = '';
  return {
    name: 'gateway',
    url: () => url,
    start: async () => {
      running ??= startGateway(options);
      url = (await running).url;
    },
    close: async () => {
      const started = await running?.catch(() => null);
      running = null;
      await started?.close();
      await Promise.all(options.endpoints.map((endpoint) => endpoint.close()));
    },
  };
}

async function startGateway(options: GatewayOptions): Promise<Running> {
  const { keys, sessions, refusals } = createCredentialTools(options);
  const addressOf = createAddressOf(options.trustedProxies ?? []);
  const http = createHttpServer({
    log: options.log,
    bodyBytesMax: options.requestBytesMax,
    onRefused: refusals?.noteAnswer(addressOf),
  });
  await http.register(cors, corsOptions(options));
  const metrics = createGatewayMetrics();
  const subgraphs = options.endpoints.map(({ name }) => name);
  const spending = createSpending({ shared: options.shared ?? null, instances: options.instances ?? 1 });
  const limits = options.limits ?? NO_LIMITS;
  spending.open();
  const trusted = createTrustedDocuments({
    mode: options.trustedDocuments?.mode ?? 'off',
    file: options.trustedDocuments?.file,
    refusals,
    log: options.log,
  });
  await trusted.open();
  const started = await startApollo({
    ...options,
    ...{ subgraphs, metrics, spending, trusted, refusals },
    call: createCallSubgraph(options),
  });
  const authenticator = createAuthenticator({
    authority: options.authority,
    outside: options.outside ?? null,
    keys,
    sessions,
    refusals,
    operatorTenant: options.operatorTenant,
    addressOf,
    charge: (address) => spending.spend(allowancesAt(address, limits), 1),
  });
  const tools = liveTools(options, { authenticator, spending, trusted, refusals, started });
  metrics.watchStreams(() => tools.streams.count);
  registerMeasures(metrics.registry, options.measures ?? []);
  const sockets = serveWebSockets(http.server, { tools, isAllowedOrigin: createOriginCheck(options) });
  registerGraphql(http, started.apollo, tools, { ...options, authenticator, limits, trusted });
  const ready = async () => [...(await options.ready()), ...started.supergraphHealth(), ...trusted.health()];
  registerSystemRoutes(http, { ...options, metrics, ready });
  if (options.development) await registerPages(http);
  for (const route of options.routes ?? []) {
    route(http, {
      authenticate: (request) => requirePrincipal({ authenticator, limits, spending }, request),
    });
  }
  const address = await listen(http, {
    ...options,
    settings: { host: 'TRELLIS_HOST', port: 'TRELLIS_PORT' },
  });
  return {
    url: address.replace('[::1]', 'localhost'),
    close: async () => {
      // Before the streams end, which would complete them.
      sockets.close();
      tools.streams.endAll();
      // What the streams say last goes out before their connections close.
      await new Promise(setImmediate);
      await closeHttpServer(http, options.drainMs === undefined ? {} : { drainMs: options.drainMs });
      await Promise.all([keys?.close(), refusals?.close()]);
      sessions?.close();
      spending.close();
      trusted.close();
      await started.apollo.stop();
      metrics.registry.clear();
    },
  };
}

/** What asks the admin subgraph; null where there is none, or where nobody tells of keys. */
function createCredentialTools({
  keyChanges: changes,
  sessionChanges,
  endpoints,
  authority,
  development,
  log,
}: GatewayOptions): {
  readonly keys: KeyRing | null;
  readonly sessions: SessionRing | null;
  readonly refusals: Refusals | null;
} {
  const admin = endpoints.find(({ name }) => name === 'admin');
  if (admin === undefined) return { keys: null, sessions: null, refusals: null };
  const ask = createAskAdmin(admin, authority);
  const source = createKeySource(ask);
  const keys = changes === undefined ? null : createKeyRing({ source, changes, development, log });
  const sessions =
    sessionChanges === undefined ? null : createSessionRing({ ask, changes: sessionChanges, log });
  return { keys, sessions, refusals: createRefusals({ ask, log }) };
}

interface LiveParts {
  readonly authenticator: Authenticator;
  readonly spending: Spending;
  readonly trusted: TrustedDocuments;
  readonly refusals: Refusals | null;
  readonly started: StartedApollo;
}

function liveTools(
  options: GatewayOptions,
  { authenticator, spending, trusted, refusals, started }: LiveParts,
): LiveTools {
  const { apollo, current } = started;
  return {
    apollo,
    get schema() {
      return current().schema;
    },
    get owners() {
      return current().owners;
    },
    rules: limitRules(options.queryDepthMax),
    limits: options.limits ?? NO_LIMITS,
    spending,
    trusted,
    refusals,
    endpoints: new Map(options.endpoints.map((endpoint) => [endpoint.name, endpoint])),
    authority: options.authority,
    authenticator,
    streams: createOpenStreams(),
    requestTimeoutMs: options.requestTimeoutMs,
    development: options.development,
    log: options.log,
  };
}

function registerGraphql(
  http: FastifyInstance,
  apollo: ApolloServer<GatewayContext>,
  tools: LiveTools,
  options: ContextOptions,
): void {
  const answer = fastifyApolloHandler(apollo, {
    context: (request, reply) => createRequestContext(request, reply, options),
  });
  http.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    preHandler: async (request) => nameByText(request, options.trusted),
    handler: (request, reply) =>
      wantsEventStream(request)
        ? answerEventStream(tools, request, reply)
        : namingRequest(request.id, () => answer.call(http, request, reply)),
  });
}
