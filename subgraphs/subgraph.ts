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
 * guarded by the type's own {@link ENTITY_ACCESS}.
 */
export type Permission = Scope | 'AUTHENTICATED' | 'PARENT';

/** In a type's row of the table: who may reach it by `_entities`. Every type that can be reached so has it. */
export const ENTITY_ACCESS = '__entity';

/** Every field of every object type of the subgraph, by name; a field that is missing here is denied. */
export type PermissionTable = { readonly [type: string]: { readonly [field: string]: Permission } };

/** What a resolver gets. Loaders are made per request, so nothing cached outlives its principal. */
export interface SubgraphContext<Loaders = unknown> {
  readonly principal: Principal;
  readonly loaders: Loaders;
  /** Aborts at the deadline or when the client goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

export interface SubgraphDefinition<Loaders = unknown> {
  readonly name: SubgraphName;
  /** The text of `schema.graphql`; what all subgraphs share is added when it is served. */
  readonly schema: string;
  // biome-ignore lint/suspicious/noExplicitAny: Apollo's own map is of `any`; each folder's resolvers are typed by codegen.
  readonly resolvers: GraphQLResolverMap<any>;
  readonly permissions: PermissionTable;
  createLoaders(request: { readonly principal: Principal; readonly signal: AbortSignal }): Loaders;
}
