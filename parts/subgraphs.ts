/** The subgraphs of this process, in memory, and behind its port where the gateway is elsewhere. */

import type { AuditEvent } from '../model/audit.ts';
import type { SystemHealth } from '../operations/system-health.ts';
import type { TokenVerifier } from '../platform/auth/token-authority.ts';
import type { Config } from '../platform/config.ts';
import type { HealthReport } from '../platform/health.ts';
import { createPartServer, type PartServer, type ServedPart } from '../platform/http/part-server.ts';
import type { RefusedRequest } from '../platform/http/refused-requests.ts';
import type { Log } from '../platform/log.ts';
import { type PartName, SUBGRAPH_NAMES } from '../platform/part.ts';
import { adminSubgraph } from '../subgraphs/admin/index.ts';
import { documentsSubgraph } from '../subgraphs/documents/index.ts';
import { retrievalSubgraph } from '../subgraphs/retrieval/index.ts';
import { serveSubgraph, tokenOf } from '../subgraphs/serve-http.ts';
import { createSubgraph, type Subgraph, type SubgraphTools } from '../subgraphs/serve-subgraph.ts';
import type { SubgraphName } from '../subgraphs/subgraph.ts';
import { traversalSubgraph } from '../subgraphs/traversal/index.ts';
import { auditedUploads } from './audited-uploads.ts';
import { measuresOf, type Rooms } from './rooms.ts';

export interface SubgraphsOptions {
  readonly parts: ReadonlySet<PartName>;
  readonly authority: TokenVerifier;
  /** Of the whole system, as far as this process knows it. */
  readonly health: SystemHealth;
  readonly log: Log;
}

export function createSubgraphs(
  config: Config,
  rooms: Rooms,
  { parts, authority, health, log }: SubgraphsOptions,
): readonly Subgraph[] {
  const tools = { authority, log, audit: rooms.auditing.audit, drainMs: config.DRAIN_MS };
  return SUBGRAPH_NAMES.filter((name) => parts.has(name)).map((name) => build(name, rooms, health, tools));
}

function build(name: SubgraphName, rooms: Rooms, health: SystemHealth, tools: SubgraphTools): Subgraph {
  const { stores, standIns, writePath, retrieval, keys, signingKeys, auditing, users } = rooms;
  switch (name) {
    case 'documents':
      return createSubgraph(documentsSubgraph({ ...stores, ingestion: writePath.ingestion }), tools);
    case 'traversal':
      return createSubgraph(traversalSubgraph({ graph: stores.graph, standIns }), tools);
    case 'retrieval':
      return createSubgraph(retrievalSubgraph({ retrieval, graph: stores.graph }), tools);
    case 'admin':
      return createSubgraph(
        adminSubgraph({
          ...{ health, signingKeys, reembeddings: writePath.reembeddings, migrations: writePath.migrations },
          ...writePath.retention,
          ...writePath.privacy,
          checks: writePath.checks,
          deadLetters: writePath.deadLetters,
          ...keys,
          ...auditing,
          ...users.rooms,
          backups: rooms.backups.desk,
          restores: rooms.restores.desk,
          recovery: rooms.recovery.desk,
        }),
        tools,
      );
  }
}

export interface ServerOptions {
  /** As they are now. */
  readonly rooms: () => Rooms;
  readonly subgraphs: readonly Subgraph[];
  readonly ready: () => Promise<readonly HealthReport[]>;
  /** Whether there is no gateway in this process. */
  readonly isAlone: boolean;
  readonly log: Log;
}

/** What a gateway asks for a small request may be large: thousands of references, or what it has refused in a minute. */
const CALL_BYTES_MIN = 10_000_000;

/** The server of a process without a gateway, or of one that is told to speak HTTP inside; else there is none. */
export function createServerPart(config: Config, options: ServerOptions): PartServer | null {
  const { rooms, subgraphs, ready, isAlone, log } = options;
  if (!isAlone && config.SUBGRAPH_TRANSPORT === 'process') return null;
  const [host, port, portSetting] = isAlone
    ? [config.HOST, config.PORT, 'TRELLIS_PORT']
    : ['127.0.0.1', config.SUBGRAPH_PORT, 'TRELLIS_SUBGRAPH_PORT'];
  return createPartServer({
    host,
    port,
    portSetting,
    bodyBytesMax: Math.max(config.REQUEST_BYTES_MAX, CALL_BYTES_MIN),
    drainMs: config.DRAIN_MS,
    log,
    ready,
    measures: measuresOf(rooms),
    onRefused: (refused) => rooms().auditing.audit.note(atPort(refused)),
    served: subgraphs.map((subgraph) => serveOne(config, rooms, subgraph, log)),
  });
}

/** Who has no token of a gateway's is nobody; there is only the other end of the line to tell of. */
function atPort({ socket, action, code, detail, requestId }: RefusedRequest): AuditEvent {
  const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? null;
  return {
    ...{ tenant: '', actor: null, apiKey: null, address, action, targets: [], count: 1 },
    ...{ outcome: 'REFUSED', code, detail, requestId },
  };
}

/** Uploads are beside the subgraph that they belong to. */
function serveOne(config: Config, rooms: () => Rooms, subgraph: Subgraph, log: Log): ServedPart {
  const served = serveSubgraph(subgraph, { timeoutMs: config.REQUEST_TIMEOUT_MS, log });
  return subgraph.name === 'documents' ? withUploads(served, subgraph, rooms) : served;
}

function withUploads(served: ServedPart, subgraph: Subgraph, rooms: () => Rooms): ServedPart {
  const route = auditedUploads(rooms);
  return {
    ...served,
    register: (server) => {
      served.register(server);
      route(server, { authenticate: (request) => subgraph.principalOf(tokenOf(request)) });
    },
  };
}
