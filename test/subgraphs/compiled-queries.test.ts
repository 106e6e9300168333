import fc from 'fast-check';
import {
  buildSchema,
  defaultFieldResolver,
  execute,
  type GraphQLSchema,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createExecute, type Execute } from '../../subgraphs/compiled-queries.ts';

const SCHEMA = buildSchema(`
  scalar JSON
  enum Order { UP DOWN }
  input Filter { words: [String!] least: Int = 2 }
  union Thing = Shelf | Book
  type Shelf { id: ID! label: String books(first: Int = 2, order: Order): [Book!]! spare: [Book] }
  type Book { id: ID! title: String pages: Int! broken: Int mustBreak: Int! shelf: Shelf data: JSON later: [String]! }
  type Query { shelf(id: ID! = "1"): Shelf things(filter: Filter, first: Int! = 3): [Thing]! book(id: ID): Book }
  type Mutation { shelf: Shelf }
`);

type Row = Readonly<Record<string, unknown>>;
const later = async <Value>(value: Value) => value;
const book = (id: string): Row => ({
  __typename: 'Book',
  id,
  title: `Title ${id}`,
  pages: id === '3' ? null : 7,
  data: { of: id },
});
const shelf = (id: string): Row => ({ __typename: 'Shelf', id, label: `Shelf ${id}` });

const RESOLVERS: Readonly<Record<string, Readonly<Record<string, (parent: Row, args: Row) => unknown>>>> = {
  Query: {
    shelf: (_, { id }) => later(shelf(String(id))),
    things: (_, { filter, first }) => {
      const { least = 0 } = (filter ?? {}) as { readonly least?: number };
      return Array.from({ length: Number(first) + least }, (_, at) =>
        at % 3 === 2 ? null : at % 2 === 0 ? later(book(`${at}`)) : shelf(`${at}`),
      );
    },
    book: (_, { id }) => (id === undefined ? null : book(String(id))),
  },
  Shelf: {
    books: ({ id }, { first, order }) => {
      const books = Array.from({ length: Number(first) }, (_, at) => book(`${id}${at}`));
      return order === 'DOWN' ? books.reverse() : later(books);
    },
    spare: ({ id }) => [
      book('1'),
      String(id).endsWith('0') ? Promise.reject(new Error('lost')) : later(null),
      later(book('2')),
    ],
  },
  Book: {
    broken: ({ id }) => (id === '2' ? Promise.reject(new Error('broken')) : later(1)),
    mustBreak: ({ id }) => {
      if (id === '0') throw new Error('must not be');
      return later(1);
    },
    shelf: ({ id }) => later(shelf(`${id}0`)),
    later: () => [later('a'), 'b', null],
  },
};
for (const [name, fields] of Object.entries(RESOLVERS)) {
  const type = SCHEMA.getType(name);
  if (!isObjectType(type)) continue;
  for (const [field, resolve] of Object.entries(fields)) {
    const defined = type.getFields()[field];
    if (defined !== undefined) defined.resolve = resolve;
  }
}

const ask = (run: Execute, schema: GraphQLSchema, text: string, variableValues: Row) =>
  run({
    args: { schema, document: documentOf(text), variableValues },
    contextFor: () => ({}),
    signal: new AbortController().signal,
  });

/** One document a text, as an operation reader keeps them. */
const documents = new Map<string, ReturnType<typeof parse>>();
function documentOf(text: string) {
  const document = documents.get(text) ?? parse(text);
  documents.set(text, document);
  return document;
}

/** What the fifth asking gives: by then an operation is compiled, if it ever is. */
async function askOften(text: string, variables: Row) {
  const run = createExecute();
  for (let times = 0; times < 4; times++) await ask(run, SCHEMA, text, variables);
  return plain(await ask(run, SCHEMA, text, variables));
}

const interpreted = async (text: string, variables: Row) =>
  plain(await execute({ schema: SCHEMA, document: parse(text), variableValues: variables }));

const plain = (result: unknown) => JSON.parse(JSON.stringify(result));

const when = fc.constantFrom('', '', '@include(if: $yes)', '@skip(if: $yes)', '@skip(if: false)');
const leaf = (name: string) =>
  fc.tuple(fc.constantFrom('', '', `my_${name}: `), when).map(([alias, on]) => `${alias}${name} ${on}`);
const many = (fields: fc.Arbitrary<string>) =>
  fc.array(fields, { minLength: 1, maxLength: 5 }).map((list) => list.join(' '));
/** Each way to call a field has a name of its own, so that no two of them are in each other's way. */
const called = (field: string, ...choices: readonly string[]) =>
  fc.constantFrom(field, ...choices.map((choice, at) => `${field}${at}: ${field}(${choice})`));

const selections = fc.letrec<Readonly<Record<'book' | 'shelf', string>>>((tie) => ({
  book: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('id', 'title', 'id', '__typename', 'title', 'data', 'id', 'title').chain(leaf),
    fc.constantFrom('pages', 'later', 'broken', 'mustBreak', 'id', 'data').chain(leaf),
    many(tie('shelf')).map((inner) => `shelf { ${inner} }`),
    many(tie('book')).map((inner) => `... on Book { ${inner} }`),
  ),
  shelf: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('id', 'label', '__typename').chain(leaf),
    fc
      .tuple(
        called('books', 'first: 1', 'first: $first', 'order: DOWN', 'first: $first, order: $order'),
        many(tie('book')),
      )
      .map(([field, inner]) => `${field} { ${inner} }`),
    many(tie('book')).map((inner) => `spare { ${inner} }`),
  ),
}));

const root = fc.oneof(
  fc
    .tuple(called('shelf', 'id: 4', 'id: $id'), many(selections.shelf))
    .map(([field, inner]) => `${field} { ${inner} }`),
  fc
    .tuple(
      called(
        'things',
        'first: 1',
        'first: $first',
        'filter: { least: 1 }',
        'filter: { words: $words, least: $first }',
      ),
      many(selections.shelf),
      many(selections.book),
    )
    .map(
      ([field, shelf, book]) => `${field} { __typename ... on Shelf { ${shelf} } ... on Book { ${book} } }`,
    ),
  fc
    .tuple(called('book', 'id: 3', 'id: $id'), many(selections.book))
    .map(([field, inner]) => `${field} { ${inner} }`),
);
const operation = many(root).map(
  (inner) =>
    `query Q($yes: Boolean! = true, $first: Int = 1, $id: ID = 5, $order: Order, $words: [String!]) { ${inner} }`,
);
const variables = fc.record(
  {
    yes: fc.boolean(),
    first: fc.constantFrom(0, 1, 1, 2, 3, 1, 2, 3, null, 'many'),
    id: fc.constantFrom('1', 2, null),
    order: fc.constantFrom('UP', 'DOWN', 'UP', 'DOWN', 'UP', null, 'ASIDE'),
    words: fc.constantFrom('one', ['two'], null),
  },
  { requiredKeys: [] },
);
/** A variable that is defined must be used. */
const withoutUnused = (text: string) => {
  const [, head = '', body = ''] = /^query Q\((.*?)\) (\{.*)$/s.exec(text) ?? [];
  const used = head.split(', ').filter((definition) => {
    const [, name = ''] = /^\$(\w+)/.exec(definition) ?? [];
    return new RegExp(`\\$${name}\\b`).test(body);
  });
  return used.length === 0 ? `query Q ${body}` : `query Q(${used.join(', ')}) ${body}`;
};

describe('a query that comes again and again', () => {
  test('is answered as graphql-js answers it, its errors included', async () => {
    let valid = 0;
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(operation.map(withoutUnused), variables, async (text, given) => {
        if (validate(SCHEMA, parse(text)).length > 0) return;
        valid++;
        const expected = await interpreted(text, given);
        if (expected.errors === undefined) sound++;
        expect(await askOften(text, given)).toStrictEqual(expected);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(valid).toBeGreaterThan(200);
    expect(sound).toBeGreaterThan(20);
  });

  test('is compiled, and then runs each resolver once', async () => {
    const run = createExecute();
    const callers: boolean[] = [];
    await watching(
      'shelf',
      (stack) => callers.push(stack.includes('graphql-jit')),
      async () => {
        for (let times = 0; times < 5; times++) await ask(run, SCHEMA, '{ shelf { id label } }', {});
      },
    );
    expect(callers).toEqual([false, false, false, true, true]);
  });

  test('is run by graphql-js for a while after it failed', async () => {
    const run = createExecute();
    const text = '{ book(id: 2) { broken } }';
    let calls = 0;
    const count = () => ++calls;
    for (let times = 0; times < 50; times++)
      await run({
        args: { schema: SCHEMA, document: documentOf(text) },
        contextFor: count,
        signal: new AbortController().signal,
      });
    expect(calls).toBe(51);
  });
});

/** Tells where a root field's resolver is called from, while `work` runs. */
async function watching(
  name: string,
  tell: (stack: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const field = SCHEMA.getQueryType()?.getFields()[name];
  if (field === undefined) throw new Error(`there is no field ${name}`);
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (parent, given, context, info) => {
    tell(new Error().stack ?? '');
    return resolve(parent, given, context, info);
  };
  try {
    await work();
  } finally {
    field.resolve = resolve;
  }
}

describe('what a client has written', () => {
  test.each([
    ['a text', '{ book(id: "1") { id } }'],
    ['a text inside an object', '{ things(filter: { words: ["1"] }) { __typename } }'],
    ['the default of a variable', 'query ($id: ID = "1") { book(id: $id) { id } }'],
    ['a name that every object has', '{ book(id: 1) { __proto__: id } }'],
    ['a mutation', 'mutation { shelf { id } }'],
    ['one of two operations', 'query A { book(id: 1) { id } } query B { book(id: 2) { id } }'],
  ])('never becomes source code: %s', async (_, text) => {
    const made: string[] = [];
    const run = createExecute();
    const { Function: original } = globalThis;
    globalThis.Function = new Proxy(original, {
      construct: (target, given) => {
        made.push(String(given));
        return Reflect.construct(target, given);
      },
      apply: (target, self, given) => {
        made.push(String(given));
        return Reflect.apply(target, self, given);
      },
    });
    try {
      for (let times = 0; times < 6; times++) await ask(run, SCHEMA, text, {});
    } finally {
      globalThis.Function = original;
    }
    expect(made).toEqual([]);
  });
});
