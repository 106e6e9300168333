/** Random operations over a schema, valid by construction: aliases, fragments, conditions, all of them nested. */

import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** A number from 0 up to, and without, 1. */
export type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Writer {
  readonly schema: GraphQLSchema;
  readonly random: Random;
  readonly fragments: string[];
}

const DEPTH_MAX = 5;

export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, boolean>>;
}

export function randomOperation(schema: GraphQLSchema, random: Random): RandomOperation {
  const root = schema.getQueryType();
  if (!root) throw new Error('the schema has queries');
  const writer: Writer = { schema, random, fragments: [] };
  const selection = selectionOf(writer, root, 0);
  return {
    // Every variable must be used, which chance does not see to.
    query: `query Q($yes: Boolean!, $no: Boolean = false) {
      ... on ${root.name} ${selection}
      used: __typename @include(if: $yes) @skip(if: $no)
    } ${writer.fragments.join(' ')}`,
    variables: { yes: random() < 0.5, ...(random() < 0.5 ? { no: random() < 0.5 } : {}) },
  };
}

function selectionOf(writer: Writer, type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).filter((field) => depth < DEPTH_MAX || !isComposite(field));
  const count = 1 + Math.floor(writer.random() * 4);
  const parts = Array.from({ length: count }, () => partOf(writer, type, fields, depth));
  return `{ ${parts.join(' ')} }`;
}

function partOf(writer: Writer, type: GraphQLObjectType, fields: readonly AnyField[], depth: number): string {
  const choice = writer.random();
  if (choice < 0.1) return '__typename';
  if (choice < 0.2) return `... on ${type.name}${condition(writer)} ${selectionOf(writer, type, depth + 1)}`;
  if (choice < 0.3) {
    const name = `F${writer.fragments.length}`;
    const at = writer.fragments.push('') - 1;
    writer.fragments[at] = `fragment ${name} on ${type.name} ${selectionOf(writer, type, depth + 1)}`;
    return `...${name}${condition(writer)}`;
  }
  return fieldOf(writer, fields[Math.floor(writer.random() * fields.length)], depth);
}

type AnyField = GraphQLField<unknown, unknown>;

function fieldOf(writer: Writer, field: AnyField | undefined, depth: number): string {
  if (field === undefined) return '__typename';
  const type = getNamedType(field.type);
  const alias = writer.random() < 0.3 ? `${field.name}${Math.floor(writer.random() * 2)}: ` : '';
  const required = field.args.filter((argument) => isNonNullType(argument.type));
  const args = required.length === 0 ? '' : `(${required.map(({ name }) => `${name}: "1"`).join(', ')})`;
  const inner = isObjectType(type) ? ` ${selectionOf(writer, type, depth + 1)}` : '';
  const abstract = isAbstractType(type) ? ` { __typename ${ofEachType(writer, type.name, depth)} }` : '';
  return `${alias}${field.name}${args}${condition(writer)}${inner}${abstract}`;
}

function ofEachType(writer: Writer, name: string, depth: number): string {
  const type = writer.schema.getType(name);
  if (!isAbstractType(type) || depth >= DEPTH_MAX) return '';
  const possible = writer.schema.getPossibleTypes(type);
  return possible.map((one) => `... on ${one.name} ${selectionOf(writer, one, depth + 1)}`).join(' ');
}

function condition({ random }: Writer): string {
  const choice = random();
  if (choice < 0.1) return ' @include(if: $yes)';
  return choice < 0.2 ? ' @skip(if: $no)' : '';
}

function isComposite(field: AnyField): boolean {
  const type = getNamedType(field.type);
  return isObjectType(type) || isAbstractType(type);
}
