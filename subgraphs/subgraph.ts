/**
 * What a subgraph is made of. Each folder beside this file offers one `SubgraphDefinition`; `serve-subgraph.ts`
 * turns it into an executable schema with its rules, reachable in memory or over HTTP.
 */

import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/index.js';
import type { Principal, Scope } from '../model/principal.ts';
import type { SUBGRAPH_NAMES } from '../platform/part.ts';

/**
 * Who may read a field: a scope, or `AUTHENTICATED` (any valid token), or `PARENT`: whoever was allowed to reach
 * the object. `PARENT` is for plain values of a type whose every way in is guarded; the way in by `_entities` is
 * guarded by the type's own {@link ENTITY_ACCESS}. `GATEWAY` is for what no client may ask, whatever its scopes.
 * `ANONYMOUS` is for what a client may ask that has no token yet: the gateway knows these fields by name.
 */
export type Permission = Scope | OperatorPermission | 'AUTHENTICATED' | 'PARENT' | 'GATEWAY' | 'ANONYMOUS';

/** A scope that counts in the hands of those alone who run the installation: what it touches is every tenant's. */
export type OperatorPermission = `operator:${Scope}`;

/** In a type's row of the table: who may reach it by `_entities`. Every type that can be reached so has it. */
export const ENTITY_ACCESS = '__entity';

/** Every field of every object type of the subgraph, by name; a field that is missing here is denied. */
export type PermissionTable = { readonly [type: string]: { readonly [field: string]: Permission } };

/**
 * The fields that keep to the collections a principal is bound to, by type; every other field is refused to such a
 * principal. A way in by `_entities` is named by {@link ENTITY_ACCESS}.
 */
export type BoundTable = { readonly [type: string]: readonly string[] };

/** What a resolver gets. Loaders are made per request, so nothing cached outlives its principal. */
export interface SubgraphContext<Loaders = unknown> {
  readonly principal: Principal;
  readonly loaders: Loaders;
  /** Aborts at the deadline or when the client goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Names what a mutation is about, for the audit log, beside what its input names. */
  readonly about?: (target: string) => void;
  /** Says for whom a mutation was that asks for no token, for the audit log. */
  readonly onBehalfOf?: (whom: Pick<Principal, 'tenant' | 'subject'>) => void;
  /** Has the audit log tell of a mutation as done now, where it keeps the log from being written to afterwards. */
  readonly recordNow?: () => Promise<void>;
}

export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

export interface SubgraphDefinition<Loaders = unknown> {
  readonly name: SubgraphName;
  /** The text of its `.graphql` files; what all subgraphs share is added when it is served. */
  readonly schema: string;
  // biome-ignore lint/suspicious/noExplicitAny: Apollo's own map is of `any`; each folder's resolvers are typed by codegen.
  readonly resolvers: GraphQLResolverMap<any>;
  readonly permissions: PermissionTable;
  /** Nothing, where it is left out. */
  readonly bounded?: BoundTable;
  createLoaders(request: { readonly principal: Principal; readonly signal: AbortSignal }): Loaders;
}
