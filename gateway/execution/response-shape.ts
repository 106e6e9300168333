/**
 * Cuts the answer to an operation out of what the subgraphs said: the asked fields in their order, nulls where
 * something is missing, and the GraphQL rule that a null in a non-null place takes its parent with it.
 *
 * An operation is compiled once for each way its `@skip` and `@include` can fall, so that answering is a walk over
 * plain lists. Values of leaves are not checked again: the subgraph that serialised them has done so.
 */

import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { type Data, isObject } from './merge.ts';
import type { OperationContext } from './query-plan.ts';

/**
 * The answer's `data`; null where a null went up to the root. Names of fields that have no value and must have one,
 * as `Type.field`, are added to `missing`.
 */
export type Shape = (data: Data, missing: string[]) => Data | null;

/** What stands for a null that its parent may not hold. */
const INVALID = Symbol('invalid');

type Complete = (value: unknown, missing: string[]) => unknown;

interface ShapedField {
  readonly name: string;
  readonly complete: Complete;
}

interface Compiler {
  readonly schema: GraphQLSchema;
  readonly fragments: OperationContext['fragments'];
  /** Coerced; only what `@skip` and `@include` look at matters. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Null when the operation has something that is answered elsewhere: introspection, interfaces, odd names. */
export function compileShape(
  { schema, operation, fragments }: OperationContext,
  variables: Compiler['variables'],
): Shape | null {
  const root = schema.getRootType(operation.operation);
  if (root === null || root === undefined) return null;
  const compiler = { schema, fragments, variables };
  const fields = collectFields(schema, fragments, variables, root, operation.selectionSet);
  const complete = compileObject(compiler, root, fields);
  if (complete === null) return null;
  return (data, missing) => {
    const shaped = complete(data, missing);
    return isObject(shaped) ? shaped : null;
  };
}

function compileObject(
  compiler: Compiler,
  type: GraphQLObjectType,
  selected: ReadonlyMap<string, readonly FieldNode[]>,
): Complete | null {
  const shaped: ShapedField[] = [];
  for (const [name, nodes] of selected) {
    const complete = compileField(compiler, type, name, nodes);
    if (complete === null) return null;
    shaped.push({ name, complete });
  }
  return (value, missing) => (isObject(value) ? shapeObject(shaped, value, missing) : null);
}

function shapeObject(fields: readonly ShapedField[], source: Data, missing: string[]): unknown {
  const target: Data = {};
  for (const { name, complete } of fields) {
    const value = complete(source[name], missing);
    if (value === INVALID) return null;
    target[name] = value;
  }
  return target;
}

function compileField(
  compiler: Compiler,
  parent: GraphQLObjectType,
  responseName: string,
  nodes: readonly FieldNode[],
): Complete | null {
  const name = nodes[0]?.name.value ?? '';
  // Names that every object inherits would be read even where no subgraph answered.
  if (responseName in Object.prototype) return null;
  if (name === '__typename') return () => parent.name;
  const field = parent.getFields()[name];
  if (field === undefined) return null;
  const complete = compileType(compiler, isNonNullType(field.type) ? field.type.ofType : field.type, nodes);
  if (complete === null || !isNonNullType(field.type)) return complete;
  const described = `${parent.name}.${name}`;
  return (value, missing) => {
    const completed = complete(value, missing) ?? INVALID;
    if (completed === INVALID) missing.push(described);
    return completed;
  };
}

function compileType(
  compiler: Compiler,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Complete | null {
  if (isNonNullType(type)) {
    const complete = compileType(compiler, type.ofType, nodes);
    return complete === null ? null : (value, missing) => complete(value, missing) ?? INVALID;
  }
  if (isListType(type)) {
    const complete = compileType(compiler, type.ofType, nodes);
    if (complete === null) return null;
    return (value, missing) => (Array.isArray(value) ? shapeList(complete, value, missing) : null);
  }
  if (isObjectType(type)) {
    const { schema, fragments, variables } = compiler;
    return compileObject(compiler, type, collectSubfields(schema, fragments, variables, type, nodes));
  }
  return isAbstractType(type) ? null : (value) => value ?? null;
}

function shapeList(complete: Complete, values: readonly unknown[], missing: string[]): unknown {
  const shaped: unknown[] = [];
  for (const value of values) {
    const item = complete(value, missing);
    if (item === INVALID) return null;
    shaped.push(item);
  }
  return shaped;
}
