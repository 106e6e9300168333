/** Every subgraph there is, found by its folder, and operations made from its schema alone. */

import { existsSync, readdirSync } from 'node:fs';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import { subgraphSchema } from '../../subgraphs/serve-subgraph.ts';
import type { SubgraphDefinition } from '../../subgraphs/subgraph.ts';

const SUBGRAPHS = new URL('../../subgraphs/', import.meta.url);

export const SUBGRAPH_NAMES: readonly string[] = readdirSync(SUBGRAPHS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, SUBGRAPHS)))
  .map(({ name }) => name)
  .toSorted();

export interface FoundSubgraph {
  readonly definition: SubgraphDefinition;
  readonly schema: GraphQLSchema;
  /** What was asked of the rooms behind it since it was found. */
  readonly touched: readonly string[];
}

/** The subgraph of a folder, over rooms that do nothing but say that they were asked. */
export async function findSubgraph(name: string): Promise<FoundSubgraph> {
  const module: Readonly<Record<string, unknown>> = await import(new URL(`${name}/index.ts`, SUBGRAPHS).href);
  const create = module[`${name}Subgraph`];
  if (typeof create !== 'function') throw new Error(`subgraphs/${name}/index.ts offers no ${name}Subgraph`);
  const touched: string[] = [];
  const definition: SubgraphDefinition = create(untouchable('rooms', touched));
  return { definition, schema: subgraphSchema(definition), touched };
}

/** Can be taken apart while a subgraph is built; throws when any part of it is called. */
function untouchable(path: string, touched: string[]): unknown {
  return new Proxy(() => undefined, {
    get: (_, key) => (key === 'then' ? undefined : untouchable(`${path}.${String(key)}`, touched)),
    apply: () => {
      touched.push(path);
      throw new Error(`${path} was reached`);
    },
  });
}

/** A field as text, with the least arguments that its type allows. */
export function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter(isRequiredArgument).map(argumentText);
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `${field.name}${given.length === 0 ? '' : `(${given.join(', ')})`}${selection}`;
}

function argumentText({ name, type }: GraphQLArgument): string {
  return `${name}: ${valueText(type)}`;
}

function valueText(type: GraphQLInputType): string {
  if (isNonNullType(type)) return valueText(type.ofType);
  if (isListType(type)) return `[${valueText(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{${required.map((field) => `${field.name}: ${valueText(field.type)}`).join(', ')}}`;
  }
  return VALUES[type.name] ?? '"x"';
}

const VALUES: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  JSONObject: '{}',
  DateTime: '"2026-01-31T12:00:00Z"',
};

export type RootType = 'Query' | 'Mutation' | 'Subscription';

export interface RootField {
  readonly root: RootType;
  readonly name: string;
  /** A whole operation that asks for the field and nothing else. */
  readonly operation: string;
}

/** Every root field but federation's own. */
export function rootFields(schema: GraphQLSchema): readonly RootField[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ name }) => name !== '_entities' && name !== '_service')
      .map((field) => ({
        root: type?.name as RootType,
        name: field.name,
        operation: `${type?.name.toLowerCase()} { ${selectionOf(field)} }`,
      })),
  );
}

export interface ReferenceField {
  readonly type: string;
  readonly name: string;
  readonly operation: string;
}

/** Every field of every type that `_entities` can give. */
export function referenceFields(schema: GraphQLSchema): readonly ReferenceField[] {
  const references = schema.getType('_Entity');
  if (!isUnionType(references)) return [];
  return references.getTypes().flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({
      type: type.name,
      name: field.name,
      operation: `query { _entities(representations: [{__typename: "${type.name}", id: "x"}]) { ... on ${type.name} { ${selectionOf(field)} } } }`,
    })),
  );
}
