/** Operations over the schema as clients see it: sound ones with hostile values, and ones that fall apart. */

import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Chance } from './chance.ts';
import { anyValueOf, NUMBERS, textOf, toJson } from './values.ts';

/** What is really there, to be asked for: ids, names, cursors. */
export type Pool = readonly string[];

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly root: string;
}

interface Writer {
  readonly chance: Chance;
  readonly pool: Pool;
  readonly variables: Record<string, unknown>;
  readonly declared: string[];
  /** Values that arguments of these names mostly have. */
  readonly sound?: ReadonlyMap<string, readonly string[]>;
}

const DEPTH_MAX = 5;
/** What would end the signing keys that the fuzzer itself needs, or fill the disk with vectors of no embedder. */
const LEFT_ALONE = new Set(['revokeSigningKey', 'reembed']);

/** Sound by the schema, but for the values, which are anything now and then. */
export function operationOf(schema: GraphQLSchema, pool: Pool, chance: Chance): Operation {
  const root = chance.happens(0.7) ? 'query' : chance.happens(0.85) ? 'mutation' : 'subscription';
  return operationWith(schema, { pool, chance, variables: {}, declared: [] }, root);
}

const QUESTIONS = ['Who wrote notes about the Analytical Engine?', 'Where did Babbage meet Ada?', 'x', '？'];
/** What somebody would send who has read that a subscription has one root field, and what it may not be. */
const ODD_SUBSCRIPTIONS: readonly string[] = [
  'subscription { __typename }',
  'subscription { a: answer(question: "x") { done } b: answer(question: "y") { done } }',
  'subscription { answer(question: "x") @skip(if: true) { done } }',
  'subscription { ...F } fragment F on Subscription { answer(question: "x") { done } }',
  'subscription { ...F } fragment F on Subscription { ...F }',
  'subscription ($n: Int!) { answer(question: "x") @include(if: $n) { done } }',
  'subscription { answer(question: "x") @stream @defer { done } }',
  'subscription A { answer(question: "x") { done } } subscription B { ingestionJob(id: "x") { id } }',
  'query A { viewer { tenant } } subscription B { answer(question: "x") { done } }',
  'subscription { answer { done } }',
  'subscription { ingestionJob(id: null) { id } }',
];

/** One that mostly reaches its source: with a job that there is, or a question that has an answer. */
export function subscriptionOf(schema: GraphQLSchema, pool: Pool, chance: Chance): Operation {
  if (chance.happens(0.15))
    return { query: chance.pick(ODD_SUBSCRIPTIONS), variables: {}, root: 'subscription' };
  const jobs = pool.filter((id) => id.startsWith('job_'));
  const sound = new Map([
    ['question', QUESTIONS],
    ['id', jobs],
  ]);
  return operationWith(schema, { pool, chance, sound, variables: {}, declared: [] }, 'subscription');
}

function operationWith(schema: GraphQLSchema, writer: Writer, root: string): Operation {
  const { chance } = writer;
  const type = schema.getRootType(root as never);
  const fields = Object.values(type?.getFields() ?? {}).filter(({ name }) => !LEFT_ALONE.has(name));
  const count = root === 'query' && chance.happens(0.3) ? 1 + chance.upTo(4) : 1;
  const parts = Array.from(
    { length: count },
    (_, at) => `f${at}: ${fieldOf(writer, chance.pick(fields), 0)}`,
  );
  const declared = writer.declared.length === 0 ? '' : `(${writer.declared.join(', ')})`;
  return { query: `${root} Q${declared} { ${parts.join(' ')} }`, variables: writer.variables, root };
}

function fieldOf(writer: Writer, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { chance } = writer;
  const given = field.args.filter((argument) => isNonNullType(argument.type) || chance.happens(0.4));
  const args = given.length === 0 ? '' : `(${given.map((one) => argumentOf(writer, one)).join(', ')})`;
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return `${field.name}${args}`;
  const inner = Object.values(type.getFields()).filter(
    (one) => depth < DEPTH_MAX || !isObjectType(getNamedType(one.type)),
  );
  const parts = Array.from({ length: 1 + chance.upTo(4) }, (_, at) =>
    inner.length === 0 ? '__typename' : `a${at}: ${fieldOf(writer, chance.pick(inner), depth + 1)}`,
  );
  return `${field.name}${args} { ${parts.join(' ')} }`;
}

function argumentOf(writer: Writer, { name, type }: GraphQLArgument): string {
  const { chance, variables, declared } = writer;
  const sound = writer.sound?.get(name) ?? [];
  const value =
    sound.length > 0 && chance.happens(0.8)
      ? chance.pick(sound)
      : chance.happens(0.12)
        ? anyValueOf(chance)
        : inputOf(writer, type, 0);
  if (chance.happens(0.25)) return `${name}: ${literalOf(value)}`;
  const variable = `v${declared.length}`;
  declared.push(`$${variable}: ${String(type)}`);
  variables[variable] = value;
  return `${name}: $${variable}`;
}

/** A value of the type, as far as types say. */
function inputOf(writer: Writer, type: GraphQLInputType, depth: number): unknown {
  const { chance, pool } = writer;
  if (isNonNullType(type)) return inputOf(writer, type.ofType, depth);
  if (isListType(type)) {
    if (depth < 2 && chance.happens(0.02)) return manyOf(inputOf(writer, type.ofType, 4));
    return Array.from({ length: chance.upTo(4) }, () => inputOf(writer, type.ofType, depth + 1));
  }
  if (isEnumType(type)) return chance.happens(0.1) ? textOf(chance) : chance.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth < 4 && chance.happens(0.4)),
    );
    const entries = fields.map((field) => [field.name, inputOf(writer, field.type, depth + 1)]);
    if (chance.happens(0.04)) entries.push([textOf(chance), anyValueOf(chance)]);
    return Object.fromEntries(entries);
  }
  if (type.name === 'Int') return chance.happens(0.5) ? 1 + chance.upTo(20) : chance.pick(NUMBERS);
  if (type.name === 'Float') return chance.pick(NUMBERS);
  if (type.name === 'Boolean') return chance.happens(0.5);
  if (type.name === 'JSONObject') return { a: anyValueOf(chance), year: 1843 };
  return chance.happens(0.4) ? chance.pick(pool) : textOf(chance);
}

/** The same thing over and over, but not more of it than a request may hold. */
function manyOf(value: unknown): readonly unknown[] {
  const length = Math.min(3_000, Math.ceil(MANY_CHARS / (1 + toJson(value).length)));
  return Array.from({ length }, () => value);
}

const MANY_CHARS = 1_200_000;

/** As deep as this process itself can write. */
const LITERAL_DEPTH_MAX = 800;

/** As GraphQL writes it. What GraphQL cannot write stays as JSON does, and is refused. */
function literalOf(value: unknown, depth = 0): string {
  if (depth > LITERAL_DEPTH_MAX || typeof value !== 'object' || value === null) return toJson(value ?? null);
  if (Array.isArray(value)) return `[${value.map((one) => literalOf(one, depth + 1)).join(', ')}]`;
  const fields = Object.entries(value).map(
    ([name, inner]) => `${/^\w+$/.test(name) ? name : 'x'}: ${literalOf(inner, depth + 1)}`,
  );
  return `{${fields.join(', ')}}`;
}

const PIECES: readonly string[] = [
  '{',
  '}',
  '(',
  ')',
  '$',
  ':',
  '...',
  '@include(if: true)',
  '@skip',
  '"""',
  '"',
  '#',
  'fragment F on Query { ...F }',
  'query',
  'mutation',
  'subscription',
  '__schema { types { name } }',
  '__typename',
  '_service { sdl }',
  '_entities(representations: [])',
  '\u0000',
  '\ufeff',
  '\ud800',
  '0x',
  '1e',
  '&',
  '|',
  '!',
];

/** A text of GraphQL that somebody dropped: pieces gone, doubled, put in, or the whole of it made enormous. */
export function brokenText(query: string, chance: Chance): string {
  switch (chance.upTo(7)) {
    case 0:
      return query.slice(0, chance.upTo(query.length));
    case 1:
      return query.slice(chance.upTo(query.length)) + query;
    case 2:
      return `${'{ a '.repeat(1 + chance.upTo(3_000))}`;
    case 3:
      return `{ ${Array.from({ length: 1 + chance.upTo(200) }, (_, at) => `a${at}: viewer { tenant }`).join(' ')} }`;
    case 4:
      return `query { viewer { ...F } } fragment F on Viewer { ${'...F '.repeat(1 + chance.upTo(20))} }`;
    case 5:
      return `query { viewer ${'@include(if: true) '.repeat(1 + chance.upTo(300))} { tenant } }`;
    default: {
      const at = chance.upTo(query.length);
      return query.slice(0, at) + chance.pick(PIECES) + query.slice(at + chance.upTo(4));
    }
  }
}
