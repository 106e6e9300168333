import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenAuthority } from '../../platform/auth/token-authority.ts';
import { unguardedFields } from '../../subgraphs/permission-table.ts';
import { createSubgraph, subgraphSchema } from '../../subgraphs/serve-subgraph.ts';
import type { PermissionTable, SubgraphContext, SubgraphDefinition } from '../../subgraphs/subgraph.ts';
import { callerOf, codesOf, define, openAuthority, principal, silent } from './harness.ts';

const SCHEMA = `
  interface Named { name: String! }
  type Book implements Named @key(fields: "id") { id: ID! name: String! pages: Int! owner: Owner! }
  type Owner implements Named { name: String! salary: Int }
  union Thing = Book | Owner
  type Query { book: Book books: [Book!]! named: Named! thing: Thing! open: String closed: String }
  type Subscription { plain: String! mapped: String! }
`;

const PERMISSIONS: PermissionTable = {
  Query: {
    book: 'documents:read',
    books: 'documents:read',
    named: 'AUTHENTICATED',
    thing: 'AUTHENTICATED',
    open: 'AUTHENTICATED',
    closed: 'admin:read',
  },
  Book: { __entity: 'documents:read', id: 'PARENT', name: 'PARENT', pages: 'graph:read', owner: 'PARENT' },
  Owner: { name: 'PARENT', salary: 'admin:read' },
  Subscription: { plain: 'documents:read', mapped: 'documents:read' },
};

const BOOK = { id: '1', name: 'Bound', pages: 3, owner: { name: 'Ada', salary: 7 } };
const asBook = () => ({ __typename: 'Book', ...BOOK });

let started: string[] = [];
async function* events(name: string) {
  started.push(name);
  yield { [name]: 'first' };
}

const resolvers: SubgraphDefinition['resolvers'] = {
  Query: {
    book: () => ({ ...BOOK }),
    books: () => [{ ...BOOK }, { ...BOOK, id: '2' }],
    named: asBook,
    thing: asBook,
    open: () => 'open',
    closed: () => 'closed',
  },
  Book: { __resolveReference: ({ id }: { id: string }) => ({ ...BOOK, id }) },
  Subscription: {
    plain: { subscribe: () => events('plain') },
    mapped: { subscribe: () => events('mapped'), resolve: (event: { mapped: string }) => event.mapped },
  },
};

let authority: TokenAuthority;
beforeAll(async () => {
  authority = await openAuthority();
});

const shelf = (permissions: PermissionTable = PERMISSIONS) =>
  callerOf(authority, define({ schema: SCHEMA, permissions, resolvers }));
const entities = (fields: string) =>
  `{ _entities(representations: [{ __typename: "Book", id: "9" }]) { ... on Book { ${fields} } } }`;

describe('a guarded schema', () => {
  test('gives what the scopes allow', async () => {
    expect(await shelf().ask('{ book { id name owner { name } } }', ['documents:read'])).toEqual({
      data: { book: { id: '1', name: 'Bound', owner: { name: 'Ada' } } },
    });
  });

  test('names the scope that is missing, and what the token has', async () => {
    const { errors } = await shelf().ask('{ closed }', ['documents:read']);
    expect(errors).toEqual([
      {
        message:
          'This needs the scope "admin:read", and the token has "documents:read". Get a token with it.',
        path: ['closed'],
        locations: [{ line: 1, column: 3 }],
        extensions: expect.objectContaining({ code: 'FORBIDDEN', status: 403, instance: 'request-1' }),
      },
    ]);
  });

  test('lets `admin:*` stand for every admin scope, and for no other', async () => {
    expect(await shelf().ask('{ closed }', ['admin:*'])).toEqual({ data: { closed: 'closed' } });
    expect(await shelf().codes('{ book { id } }', ['admin:*'])).toEqual(['book: FORBIDDEN']);
  });

  test('refuses one field beside others that it gives', async () => {
    const result = await shelf().ask('{ open closed }', []);
    expect(result.data).toEqual({ open: 'open', closed: null });
    expect(codesOf(result)).toEqual(['closed: FORBIDDEN']);
  });

  test('denies a field that the table does not name', async () => {
    const { closed: _, ...Query } = PERMISSIONS['Query'] ?? {};
    const permissions = { ...PERMISSIONS, Query };
    expect(await shelf(permissions).codes('{ closed }', ['admin:*', 'documents:read'])).toEqual([
      'closed: FORBIDDEN',
    ]);
    const schema = subgraphSchema(define({ schema: SCHEMA, permissions }));
    expect(unguardedFields(schema, permissions)).toEqual(['Query.closed']);
  });

  test('denies every field of a type that the table does not name', async () => {
    const { Owner: _, ...permissions } = PERMISSIONS;
    expect(await shelf(permissions).codes('{ book { owner { name } } }', ['documents:read'])).toEqual([
      'book.owner.name: FORBIDDEN',
    ]);
  });

  test.each<readonly [string, PermissionTable, RegExp]>([
    ['a field', { ...PERMISSIONS, Query: { ...PERMISSIONS['Query'], shut: 'AUTHENTICATED' } }, /Query\.shut/],
    ['a type', { ...PERMISSIONS, Bok: { id: 'PARENT' } }, /Bok/],
    [
      'a way in',
      { ...PERMISSIONS, Owner: { ...PERMISSIONS['Owner'], __entity: 'graph:read' } },
      /Owner\.__entity/,
    ],
  ])('is not built when the table names %s that the schema does not have', (_, permissions, name) => {
    expect(() => shelf(permissions)).toThrow(name);
  });

  test.each([
    ['a function', () => false],
    ['a scope that there is not', 'document:read'],
    ['nothing', null],
  ])('is not built when the table gives %s for a permission', (_, permission) => {
    const Query = { ...PERMISSIONS['Query'], open: permission as never };
    expect(() => shelf({ ...PERMISSIONS, Query })).toThrow(/Query\.open something that is no permission/);
  });

  test('is not built when the table has rules for what all subgraphs share', () => {
    const permissions = { ...PERMISSIONS, PageInfo: { hasNextPage: 'AUTHENTICATED' } } as const;
    expect(() => shelf(permissions)).toThrow(/PageInfo, whose rules all subgraphs share/);
  });

  test.each<readonly [string, PermissionTable]>([
    ['a root field', { ...PERMISSIONS, Query: { ...PERMISSIONS['Query'], open: 'PARENT' } }],
    ['a subscription', { ...PERMISSIONS, Subscription: { plain: 'PARENT', mapped: 'PARENT' } }],
    ['a reference', { ...PERMISSIONS, Book: { ...PERMISSIONS['Book'], __entity: 'PARENT' } }],
  ])('is not built when the table leaves %s to a parent that it does not have', (_, permissions) => {
    expect(() => shelf(permissions)).toThrow(/a way in has no parent/);
  });
});

describe('the way in by reference', () => {
  test('is open to the scope of the type', async () => {
    expect(await shelf().ask(entities('id name'), ['documents:read'])).toEqual({
      data: { _entities: [{ id: '9', name: 'Bound' }] },
    });
  });

  test('is closed without it, whatever the rules on Query are', async () => {
    expect(await shelf().codes(entities('name'), ['graph:read'])).toEqual(['_entities: FORBIDDEN']);
  });

  test('leaves the rules of single fields as they are', async () => {
    expect(await shelf().codes(entities('pages'), ['documents:read'])).toContain(
      '_entities.0.pages: FORBIDDEN',
    );
  });

  test('is closed for a type without an entry, and for what is no reference', async () => {
    const { __entity: _, ...Book } = PERMISSIONS['Book'] ?? {};
    const all = ['documents:read', 'graph:read', 'admin:*'] as const;
    expect(await shelf({ ...PERMISSIONS, Book }).codes(entities('id'), all)).toEqual([
      '_entities: FORBIDDEN',
    ]);
    const schema = subgraphSchema(define({ schema: SCHEMA, permissions: {} }));
    expect(unguardedFields(schema, { ...PERMISSIONS, Book })).toEqual(['Book.__entity']);
    for (const reference of [
      '{__typename: "Query"}',
      '{__typename: "Owner", name: "x"}',
      '{id: 1}',
      '"x"',
      '7',
    ]) {
      const query = `{ _entities(representations: [${reference}]) { __typename } }`;
      expect(await shelf().codes(query, all)).toEqual(['_entities: FORBIDDEN']);
    }
    const inherited = '{ _entities(representations: [{__typename: "constructor"}]) { __typename } }';
    expect(await shelf().codes(inherited, all)).toEqual(['_entities: FORBIDDEN']);
  });

  test('is closed for a type that only names another subgraph’s object, and needs no entry for it', async () => {
    const schema = `
      type Query { author: Author }
      type Author @key(fields: "id", resolvable: false) { id: ID! }
    `;
    const permissions = { Query: { author: 'AUTHENTICATED' }, Author: { id: 'PARENT' } } as const;
    const author = define({ schema, permissions, resolvers: { Query: { author: () => ({ id: '1' }) } } });
    expect(unguardedFields(subgraphSchema(author), permissions)).toEqual([]);
    const caller = callerOf(authority, author);
    expect(await caller.ask('{ author { id } }', [])).toEqual({ data: { author: { id: '1' } } });
    const query = '{ _entities(representations: [{__typename: "Author", id: "1"}]) { __typename } }';
    expect(await caller.codes(query, ['documents:read', 'admin:*'])).toEqual(['_entities: FORBIDDEN']);
  });

  test('is closed for all when it is closed for one', async () => {
    const query = `{ _entities(representations: [
      { __typename: "Book", id: "9" }, { __typename: "Owner", name: "x" }
    ]) { __typename } }`;
    expect(await shelf().codes(query, ['documents:read'])).toEqual(['_entities: FORBIDDEN']);
  });

  test.each([[null], [3], [{}], [['9']], [undefined]])(
    'whose id is no text reaches no store: %j',
    async (id) => {
      const query = 'query($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
      const { errors } = await shelf().ask(query, ['documents:read'], { r: [{ __typename: 'Book', id }] });
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_INPUT', errors: [{ field: 'representations' }] } },
      ]);
    },
  );

  test('takes at most 10,000 references at once', async () => {
    const representations = Array.from({ length: 10_001 }, (_, id) => ({ __typename: 'Book', id }));
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    const { errors } = await shelf().ask(query, ['documents:read'], { r: representations });
    expect(errors?.[0]?.extensions?.['code']).toBe('QUERY_TOO_COMPLEX');
  });
});

describe('abstract types', () => {
  test.each(['named', 'thing'])('are guarded by the types behind them: %s', async (field) => {
    const salary = `{ ${field} { ... on Book { name owner { salary } } } }`;
    expect(await shelf().codes(salary, [])).toEqual([`${field}.owner.salary: FORBIDDEN`]);
    const pages = `{ ${field} { ... on Book { pages } } }`;
    expect(await shelf().codes(pages, [])).toContain(`${field}.pages: FORBIDDEN`);
  });
});

describe('a subscription', () => {
  test.each(['plain', 'mapped'])('that is denied never starts its source: %s', async (field) => {
    started = [];
    const { subgraph } = shelf();
    const call = async (scopes: Parameters<typeof principal>[0]) =>
      subgraph.subscribe({
        query: `subscription S { ...F } fragment F on Subscription { alias: ${field} }`,
        token: await authority.issueFor(principal(scopes), 'documents'),
        requestId: 'request-1',
        deadline: Date.now() + 10_000,
      });
    await expect(call(['graph:read'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(started).toEqual([]);
    const results = [];
    for await (const result of await call(['documents:read'])) results.push(result);
    expect(started).toEqual([field]);
    // An event without a resolver is read by the field's name.
    expect(results).toEqual([{ data: { alias: 'first' } }]);
  });

  test('without a source is not built', () => {
    expect(() =>
      callerOf(authority, define({ schema: SCHEMA, permissions: PERMISSIONS, resolvers: {} })),
    ).toThrow(/has no source/);
  });
});

describe('verdicts', () => {
  test('are never shared between subgraphs of one process', async () => {
    const schema = 'type Query { value: String }';
    const value = { Query: { value: () => 'given' } };
    const open = define({ schema, permissions: { Query: { value: 'documents:read' } }, resolvers: value });
    const shut = define({ ...open, name: 'admin', permissions: { Query: { value: 'admin:read' } } });
    const tools = { authority, log: silent };
    const subgraphs = [createSubgraph(open, tools), createSubgraph(shut, tools)];
    const call = { requestId: 'request-1', deadline: Date.now() + 10_000, query: '{ value }' };
    const results = await Promise.all(
      subgraphs.map(async (subgraph) =>
        subgraph.execute({
          ...call,
          token: await authority.issueFor(principal(['documents:read']), subgraph.name),
        }),
      ),
    );
    expect(results.map(({ data }) => data)).toEqual([{ value: 'given' }, { value: null }]);
  });

  test('are never shared between principals of one subgraph', async () => {
    const { ask } = shelf();
    expect((await ask('{ closed }', ['admin:read'])).data).toEqual({ closed: 'closed' });
    expect((await ask('{ closed }', ['documents:read'])).data).toEqual({ closed: null });
    expect((await ask('{ closed }', ['admin:read'])).data).toEqual({ closed: 'closed' });
  });
});

describe('a value behind a PARENT rule', () => {
  test('costs no promise: its resolver is the one that was given, or none', () => {
    const { schema } = shelf().subgraph;
    const type = schema.getType('Book') as unknown as {
      getFields(): Record<string, { resolve?: (...args: unknown[]) => unknown }>;
    };
    expect(type.getFields()['name']?.resolve).toBeUndefined();
    expect(type.getFields()['pages']?.resolve).toBeTypeOf('function');
  });

  test('is as it was when its resolver throws or returns a promise', async () => {
    const { ask } = callerOf(
      authority,
      define({
        schema: 'type Query { pair: Pair! } type Pair { bad: String good: String whose: String! }',
        permissions: {
          Query: { pair: 'AUTHENTICATED' },
          Pair: { bad: 'PARENT', good: 'PARENT', whose: 'PARENT' },
        },
        resolvers: {
          Query: { pair: () => ({}) },
          Pair: {
            bad: () => {
              throw new Error('a secret');
            },
            good: async () => 'good',
            whose: (_: unknown, __: unknown, context: SubgraphContext) => context.principal.tenant,
          },
        },
      }),
    );
    const result = await ask('{ pair { bad good whose } }', []);
    expect(result.data).toEqual({ pair: { bad: null, good: 'good', whose: 'acme' } });
    expect(JSON.stringify(result)).not.toContain('a secret');
  });
});
