/** A subgraph made of a schema, a table and resolvers, and calls to it as any principal. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import type { ConsistencyChecks } from '../../ingestion/consistency/consistency.ts';
import type { Reembeddings } from '../../ingestion/reembedding/reembedding.ts';
import type { Principal, Scope } from '../../model/principal.ts';
import type { Migrations } from '../../operations/migrations/migrations.ts';
import { createTokenAuthority, type TokenAuthority } from '../../platform/auth/token-authority.ts';
import { Problem } from '../../platform/errors.ts';
import { createPartServer } from '../../platform/http/part-server.ts';
import { createLog } from '../../platform/log.ts';
import type { Part } from '../../platform/part.ts';
import { serveSubgraph, subgraphPath } from '../../subgraphs/serve-http.ts';
import { createSubgraph, type Subgraph } from '../../subgraphs/serve-subgraph.ts';
import type { PermissionTable, SubgraphDefinition } from '../../subgraphs/subgraph.ts';

export const silent = createLog({ level: 'silent' });

export interface TestAuthority extends TokenAuthority {
  /** The same key at another time, in ms since the epoch. */
  at(now: number): Promise<TokenAuthority>;
}

export async function openAuthority(): Promise<TestAuthority> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-subgraph-'));
  const authority = createTokenAuthority({ directory });
  await authority.open();
  return {
    ...authority,
    at: async (now) => {
      const other = createTokenAuthority({ directory, now: () => now });
      await other.open();
      return other;
    },
  };
}

/** Of an installation that never had one and cannot begin any: for tests that are about something else. */
export const noMigrations: Pick<Migrations, 'list' | 'request' | 'revert'> = {
  list: async () => [],
  request: refuse,
  revert: refuse,
};
export const noChecks: ConsistencyChecks = { last: async () => null, begin: refuse };

export const noReembeddings: Reembeddings = {
  last: async () => null,
  begin: refuse,
  confirm: refuse,
  revert: refuse,
};

async function refuse(): Promise<never> {
  throw new Problem('CONFLICT', 'There is nothing of the kind here.');
}

export function principal(scopes: readonly Scope[], tenant = 'acme'): Principal {
  return { subject: 'ada', tenant, scopes };
}

export function define(parts: {
  readonly schema: string;
  readonly permissions: PermissionTable;
  readonly resolvers?: SubgraphDefinition['resolvers'];
  readonly name?: SubgraphDefinition['name'];
  readonly createLoaders?: SubgraphDefinition['createLoaders'];
}): SubgraphDefinition {
  return { name: 'documents', resolvers: {}, createLoaders: () => ({}), ...parts };
}

export interface Served extends Part {
  /** Of the GraphQL endpoint, once started. */
  url(): string;
}

/** A subgraph alone behind a port. */
export function serve(
  subgraph: Subgraph,
  options: { readonly port?: number; readonly bodyBytesMax?: number } = {},
): Served {
  const server = createPartServer({
    host: '127.0.0.1',
    port: 0,
    portSetting: 'TRELLIS_PORT',
    bodyBytesMax: 1_000_000,
    log: silent,
    ready: async () => [],
    served: [serveSubgraph(subgraph, { timeoutMs: 5_000, log: silent })],
    ...options,
  });
  return { ...server, url: () => `${server.url()}${subgraphPath(subgraph.name)}` };
}

export interface Caller {
  /** The result of a query, as a principal with these scopes. */
  ask(
    query: string,
    scopes: readonly Scope[],
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<FormattedExecutionResult>;
  /** The codes of a result's errors, each with its path. */
  codes(query: string, scopes: readonly Scope[]): Promise<readonly string[]>;
  readonly subgraph: Subgraph;
}

export function callerOf(authority: TokenAuthority, definition: SubgraphDefinition): Caller {
  const subgraph = createSubgraph(definition, { authority, log: silent });
  const ask: Caller['ask'] = async (query, scopes, variables = {}) =>
    subgraph.execute({
      query,
      variables,
      token: await authority.issueFor(principal(scopes), subgraph.name),
      requestId: 'request-1',
      deadline: Date.now() + 10_000,
    });
  return { ask, codes: async (query, scopes) => codesOf(await ask(query, scopes)), subgraph };
}

export function codesOf(result: FormattedExecutionResult): readonly string[] {
  return (result.errors ?? []).map(
    ({ path = [], extensions }) => `${path.join('.')}: ${extensions?.['code']}`,
  );
}
