/**
 * The same types and resolvers as one schema, without federation: what a server would be that had never been cut
 * into subgraphs. A field of another subgraph's type is resolved on the object itself, by the same loaders.
 */

import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { guardSchema } from '../../subgraphs/guard-schema.ts';
import type {
  PermissionTable,
  SubgraphContext,
  SubgraphDefinition,
  SubgraphName,
} from '../../subgraphs/subgraph.ts';

/** What rules look at, and each room's own context with its loaders. */
export interface MonolithContext extends Omit<SubgraphContext, 'loaders'> {
  readonly of: Readonly<Record<SubgraphName, SubgraphContext>>;
}

type Rows = Readonly<Record<string, unknown>>;
type Resolver = GraphQLFieldResolver<unknown, SubgraphContext>;
type Reference = (reference: unknown, context: SubgraphContext, info: unknown) => unknown;

/** `api` is what clients see of the supergraph; its fields get resolvers in place. */
export function monolithSchema(
  api: GraphQLSchema,
  definitions: readonly SubgraphDefinition[],
): GraphQLSchema {
  for (const type of Object.values(api.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const owner = definitions.find(({ permissions }) => permissions[type.name]?.[field.name] !== undefined);
      if (owner === undefined) continue;
      const rows = owner.resolvers[type.name] as Rows | undefined;
      if (type === api.getSubscriptionType()) {
        // Never asked for here, but a subscription without a source cannot be guarded.
        field.subscribe = async function* () {};
        continue;
      }
      const resolve = resolverOf(owner.name, rows, field.name);
      if (resolve !== undefined) field.resolve = resolve;
    }
  }
  return guardSchema(api, mergedPermissions(api, definitions));
}

function resolverOf(
  owner: SubgraphName,
  rows: Rows | undefined,
  field: string,
): GraphQLFieldResolver<unknown, MonolithContext> | undefined {
  const own = rows?.[field] as Resolver | undefined;
  const load = rows?.['__resolveReference'] as Reference | undefined;
  if (load === undefined && own === undefined) return undefined;
  return (parent, args, { of }, info) => {
    const context = of[owner];
    const answer = (object: unknown) =>
      own === undefined ? (object as Rows | null)?.[field] : own(object, args, context, info);
    if (load === undefined || field === 'id' || !isReference(parent)) return answer(parent);
    const object = load(parent, context, info);
    return object instanceof Promise ? object.then(answer) : answer(object);
  };
}

/** Another room gave the object's name alone. */
function isReference(parent: unknown): boolean {
  return typeof parent === 'object' && parent !== null && Object.keys(parent).every((key) => key === 'id');
}

function mergedPermissions(api: GraphQLSchema, definitions: readonly SubgraphDefinition[]): PermissionTable {
  const merged: Record<string, PermissionTable[string]> = {};
  for (const { permissions } of definitions) {
    for (const [type, row] of Object.entries(permissions)) {
      const offered = api.getType(type);
      if (!isObjectType(offered)) continue;
      // What only gateways ask is no field of what clients see.
      const fields = Object.entries(row).filter(([field]) => field in offered.getFields());
      merged[type] = { ...merged[type], ...Object.fromEntries(fields) };
    }
  }
  return merged;
}
