/** A small federated system behind a real gateway: three subgraphs, which can be made to fail, lag and speak. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { createGateway, type Gateway, type GatewayOptions } from '../../gateway/gateway.ts';
import type { SubgraphEndpoint } from '../../gateway/subgraph-endpoint.ts';
import type { Principal } from '../../model/principal.ts';
import {
  CLIENT_AUDIENCE,
  createTokenAuthority,
  type TokenAuthority,
} from '../../platform/auth/token-authority.ts';
import { Problem } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { unguardedFields } from '../../subgraphs/permission-table.ts';
import { createSubgraph, subgraphSchema } from '../../subgraphs/serve-subgraph.ts';
import type { PermissionTable, SubgraphDefinition, SubgraphName } from '../../subgraphs/subgraph.ts';
import { createWorld, type World } from './world.ts';

export const silent = createLog({ level: 'silent' });

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
export type Data = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Data;
}

export interface TestGateway {
  readonly url: string;
  readonly gateway: Gateway;
  readonly authority: TokenAuthority;
  readonly world: World;
  token(options?: { readonly tenant?: string; readonly lifetimeSeconds?: number }): Promise<string>;
  /** `POST /graphql`; a null header is left out. */
  ask(query: string, variables?: Data, headers?: Readonly<Record<string, string | null>>): Promise<Answer>;
  fetch(path: string, request?: RequestInit): Promise<Answer>;
  close(): Promise<void>;
}

export type TestOptions = Partial<GatewayOptions> & {
  /** Puts something between the gateway and a subgraph. */
  readonly wrap?: (endpoint: SubgraphEndpoint) => SubgraphEndpoint;
};

export const PRINCIPAL: Principal = {
  subject: 'ada',
  tenant: 'acme',
  scopes: ['documents:read', 'graph:read', 'retrieval:read'],
};

export async function startTestGateway({
  wrap = (endpoint) => endpoint,
  ...options
}: TestOptions = {}): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-gateway-'));
  const authority = createTokenAuthority({ directory });
  await authority.open();
  const world = createWorld();
  const definitions = world.definitions.map(permitted);
  const subgraphs = definitions.map((definition) => createSubgraph(definition, { authority, log: silent }));
  const gateway = createGateway({
    supergraph: { read: async () => compose(definitions), pollMs: 0 },
    endpoints: subgraphs.map((subgraph) => wrap(withFaults(subgraph, world))),
    authority,
    log: silent,
    host: '127.0.0.1',
    port: 0,
    development: true,
    corsOrigins: [],
    operatorTenant: 'operators',
    requestTimeoutMs: 10_000,
    requestBytesMax: 100_000,
    queryDepthMax: 15,
    ready: async () => [],
    ...options,
  });
  await gateway.start();
  const url = gateway.url();
  const token: TestGateway['token'] = ({ tenant = 'acme', lifetimeSeconds = 600 } = {}) =>
    authority.issue({ principal: { ...PRINCIPAL, tenant }, audience: CLIENT_AUDIENCE, lifetimeSeconds });
  const bearer = `Bearer ${await token()}`;
  const fetchAnswer: TestGateway['fetch'] = async (path, request) =>
    answerOf(await fetch(new URL(path, url), request));

  return {
    url,
    gateway,
    authority,
    world,
    token,
    fetch: fetchAnswer,
    ask: (query, variables, headers = {}) => {
      const all = { authorization: bearer, 'content-type': 'application/json', ...headers };
      const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
      return fetchAnswer('/graphql', {
        method: 'POST',
        headers: given,
        body: JSON.stringify({ query, variables }),
      });
    },
    close: async () => {
      await gateway.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const SHARED = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
scalar DateTime
scalar JSONObject
type PageInfo @shareable { hasNextPage: Boolean! endCursor: String }
`;

export function compose(definitions: readonly SubgraphDefinition[]): string {
  const services = definitions.map(({ name, schema }) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(`${SHARED}${schema}`),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Any token may read anything: what subgraphs allow is tested where they live. */
function permitted(definition: SubgraphDefinition): SubgraphDefinition {
  const open = unguardedFields(subgraphSchema(definition), {}).map(
    (name) => name.split('.') as [string, string],
  );
  const table: Record<string, Record<string, PermissionTable[string][string]>> = {};
  for (const [type, field] of open) {
    const isWayIn = ['Query', 'Mutation', 'Subscription'].includes(type) || field === '__entity';
    table[type] = { ...table[type], [field]: isWayIn ? 'AUTHENTICATED' : 'PARENT' };
  }
  return { ...definition, permissions: table };
}

function withFaults(endpoint: SubgraphEndpoint, { down }: World): SubgraphEndpoint {
  const reach = () => {
    if (!down.has(endpoint.name as SubgraphName)) return;
    const detail = `The subgraph "${endpoint.name}" cannot be reached. Try again.`;
    throw new Problem('UNAVAILABLE', detail, { retryAfterMs: 1_000 });
  };
  return {
    ...endpoint,
    execute: async (request) => {
      reach();
      return endpoint.execute(request);
    },
    subscribe: async (request) => {
      reach();
      return endpoint.subscribe(request);
    },
  };
}
