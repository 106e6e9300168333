/** The gateway of this process: its subgraphs in memory, those of other processes over HTTP. */

import type { Gateway, Route } from '../gateway/gateway.ts';
import { connectSubgraph } from '../gateway/http-endpoint.ts';
import type { SubgraphEndpoint } from '../gateway/subgraph-endpoint.ts';
import { readSupergraph } from '../gateway/supergraph.ts';
import { uploadProxy } from '../gateway/upload-proxy.ts';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import type { Config } from '../platform/config.ts';
import { invariant } from '../platform/errors.ts';
import type { HealthReport } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import { type PartName, SUBGRAPH_NAMES } from '../platform/part.ts';
import { subgraphPath } from '../subgraphs/serve-http.ts';
import type { Subgraph } from '../subgraphs/serve-subgraph.ts';
import type { SubgraphName } from '../subgraphs/subgraph.ts';
import { auditedUploads } from './audited-uploads.ts';
import { redisSpaceOf } from './between-processes.ts';
import type { Outlasting } from './outlasting.ts';
import { measuresOf, type Rooms } from './rooms.ts';
import { createOutside } from './tokens.ts';

const SUPERGRAPH = new URL('../schema/supergraph.graphql', import.meta.url);

export interface GatewayTools {
  readonly authority: TokenAuthority;
  /** As they are now. */
  readonly rooms: () => Rooms;
  readonly outlasting: Outlasting;
  /** The subgraphs of this process that are called in memory. */
  readonly inMemory: readonly Subgraph[];
  /** Where the process of another one is; asked when the gateway starts. */
  readonly urlOf: (name: PartName) => string | undefined;
  readonly ready: () => Promise<readonly HealthReport[]>;
  readonly log: Log;
}

/**
 * Built when it starts: only then is it known where a server of this process listens. Loaded then as well: the query
 * planner is what takes longest to load, and a process without a gateway needs none of it.
 */
export function createGatewayPart(config: Config, tools: GatewayTools): Gateway {
  let gateway: Gateway | null = null;
  return {
    name: 'gateway',
    url: () => gateway?.url() ?? '',
    start: async () => {
      gateway ??= await build(config, tools);
      await gateway.start();
    },
    close: async () => gateway?.close(),
  };
}

async function build(config: Config, tools: GatewayTools): Promise<Gateway> {
  const { createGateway } = await import('../gateway/gateway.ts');
  return createGateway({
    host: config.HOST,
    port: config.PORT,
    development: config.MODE === 'development',
    corsOrigins: config.CORS_ORIGINS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    requestBytesMax: config.REQUEST_BYTES_MAX,
    queryDepthMax: config.QUERY_DEPTH_MAX,
    drainMs: config.DRAIN_MS,
    supergraph: readSupergraph({
      location: config.SUPERGRAPH ?? SUPERGRAPH,
      pollMs: config.SUPERGRAPH_POLL_MS,
    }),
    endpoints: SUBGRAPH_NAMES.map((name) => endpointOf(name, tools)),
    authority: tools.authority,
    outside: createOutside(config, tools.log),
    log: tools.log,
    ready: tools.ready,
    measures: measuresOf(tools.rooms),
    keyChanges: tools.outlasting.keyChanges,
    sessionChanges: tools.outlasting.sessionChanges,
    shared: redisSpaceOf(config, tools.outlasting.shared.redis),
    limits: {
      key: config.KEY_POINTS_PER_MINUTE,
      user: config.USER_POINTS_PER_MINUTE,
      tenant: config.TENANT_POINTS_PER_MINUTE,
      address: config.ADDRESS_POINTS_PER_MINUTE,
    },
    instances: config.GATEWAYS,
    trustedDocuments: { mode: config.TRUSTED_DOCUMENTS, file: config.TRUSTED_DOCUMENTS_FILE },
    trustedProxies: config.TRUSTED_PROXIES,
    operatorTenant: config.OPERATOR_TENANT,
    routes: [uploads(config, tools)],
  });
}

function endpointOf(name: SubgraphName, { inMemory, urlOf }: GatewayTools): SubgraphEndpoint {
  const here = inMemory.find((subgraph) => subgraph.name === name);
  if (here !== undefined) return here;
  const url = urlOf(name);
  invariant(url, `the placement of the parts was checked, so ${name} has an address`);
  return connectSubgraph({ name, url: `${url}${subgraphPath(name)}` });
}

/** Taken here where the documents subgraph is in memory, else passed on to its process. */
function uploads(config: Config, { inMemory, rooms, urlOf, authority }: GatewayTools): Route {
  const url = urlOf('documents');
  if (url === undefined || inMemory.some(({ name }) => name === 'documents')) return auditedUploads(rooms);
  return uploadProxy({ name: 'documents', url, authority, uploadBytesMax: config.UPLOAD_BYTES_MAX });
}

/**
 * A gateway that reaches some of its subgraphs serves: those that it does not reach make it `DEGRADED`, so that one of
 * them does not take all gateways out of service with it. One that reaches none is `DOWN`.
 */
export function asSeenByGateway(reports: readonly HealthReport[]): readonly HealthReport[] {
  if (reports.every(({ state }) => state === 'DOWN')) return reports;
  return reports.map((report) => (report.state === 'DOWN' ? { ...report, state: 'DEGRADED' } : report));
}
