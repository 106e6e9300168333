/** Random questions to the whole schema: any field, any depth, arguments out of what there is and what there is not. */

import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isNullableType,
  isObjectType,
} from 'graphql';
import type { Random } from '../gateway/execution/random-operation.ts';

/** What arguments are taken from. */
export interface Pools {
  readonly entities: readonly string[];
  readonly documents: readonly string[];
  readonly collections: readonly string[];
  readonly questions: readonly string[];
}

const DEPTH_MAX = 5;
/** Of many parts of a big selection, some: an operation has a limit. */
const COMPOSITE_FIELDS_MAX = 3;
const TYPES = ['PERSON', 'SPY', 'DATE', 'THING', 'VALUE'];
const RELATIONSHIP_TYPES = ['CORRESPONDED_WITH', 'BLACKMAILED'];
/** Those that ask about one moment, or about one run of a job. */
const LEFT_OUT = new Set(['answerEvent', 'ingestionJob', 'keyGrants', 'viewer']);

type Field = GraphQLField<unknown, unknown>;

/** What tells of documents and of what they say is asked for more often than what is refused anyway. */
const TELLING = ['search', 'ask', 'entity', 'entities', 'path', 'neighborhood', 'document', 'documents'];

/** Of the roots that are named, where some are. */
export function questionTo(
  schema: GraphQLSchema,
  pools: Pools,
  random: Random,
  among?: readonly string[],
): string {
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has queries');
  const roots = Object.values(query.getFields()).filter(({ name }) => !LEFT_OUT.has(name));
  const telling = roots.filter(({ name }) => TELLING.includes(name));
  const named = roots.filter(({ name }) => among?.includes(name));
  const root = pick(named.length > 0 ? named : random() < 0.8 ? telling : roots, random);
  return `{ ${fieldText(root, 0, { pools, random })} }`;
}

interface Writer {
  readonly pools: Pools;
  readonly random: Random;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is something to pick from');
  return item;
}

function fieldText(field: Field, depth: number, writer: Writer): string {
  const given = field.args.flatMap((argument) => {
    const value = argumentText(field, argument, writer);
    return value === null ? [] : [`${argument.name}: ${value}`];
  });
  const type = getNamedType(field.type);
  const selection = isObjectType(type) ? ` ${selectionText(type, depth + 1, writer)}` : '';
  return `${field.name}${given.length === 0 ? '' : `(${given.join(', ')})`}${selection}`;
}

/** Every plain value, and some of what leads further. */
function selectionText(type: GraphQLObjectType, depth: number, writer: Writer): string {
  const fields = Object.values(type.getFields());
  const isPlain = (field: Field) => !isObjectType(getNamedType(field.type));
  const further = fields.filter((field) => !isPlain(field));
  const chosen = depth >= DEPTH_MAX ? [] : further.toSorted(() => writer.random() - 0.5);
  const parts = [
    '__typename',
    ...[...fields.filter(isPlain), ...chosen.slice(0, COMPOSITE_FIELDS_MAX)].map((field) =>
      fieldText(field, depth, writer),
    ),
  ];
  return `{ ${parts.join(' ')} }`;
}

/** Null to leave it out. */
function argumentText(field: Field, argument: GraphQLArgument, writer: Writer): string | null {
  const { random } = writer;
  const values = valuesFor(field, argument, writer);
  const isOptional = isNullableType(argument.type) || argument.defaultValue !== undefined;
  if (values === null || (isOptional && random() < 0.4)) return null;
  const isList = isListType(isNonNullType(argument.type) ? argument.type.ofType : argument.type);
  const one = () => pick(values, random);
  return isList ? `[${Array.from({ length: 1 + Math.floor(random() * 2) }, one).join(', ')}]` : one();
}

function valuesFor(
  field: Field,
  { name, type }: GraphQLArgument,
  { pools }: Writer,
): readonly string[] | null {
  const texts = (list: readonly string[]) => list.map((text) => JSON.stringify(text));
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues().map((value) => value.name);
  switch (name) {
    case 'first':
      return ['1', '2', '5'];
    case 'hops':
    case 'maxHops':
      return ['1', '2', '3'];
    case 'limit':
      return ['1', '2', '50'];
    case 'query':
    case 'question':
      return texts(pools.questions);
    case 'from':
    case 'to':
    case 'entities':
      return texts([...pools.entities, 'ent_none']);
    case 'collections':
      return texts(['open', 'open', 'secret', 'nowhere']);
    case 'collection':
      return texts([...pools.collections, 'col_none']);
    case 'name':
      return texts(field.name === 'collection' ? ['open', 'secret'] : pools.questions);
    case 'type':
      return texts(TYPES);
    case 'types':
      return texts(RELATIONSHIP_TYPES);
    case 'id':
      return texts(idsFor(field.name, pools));
    default:
      return null;
  }
}

function idsFor(field: string, { entities, documents, collections }: Pools): readonly string[] {
  if (field === 'entity') return entities;
  if (field === 'document') return documents;
  return field === 'collection' ? collections : ['none'];
}
