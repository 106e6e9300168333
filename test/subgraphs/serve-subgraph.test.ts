/** What holds for a subgraph in memory holds for it over HTTP: every case here runs both ways. */

import type { FormattedExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectSubgraph } from '../../gateway/http-endpoint.ts';
import type { SubgraphEndpoint, SubgraphRequest } from '../../gateway/subgraph-endpoint.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import { one } from '../../subgraphs/batch-loaders.ts';
import { createSubgraph, type Subgraph } from '../../subgraphs/serve-subgraph.ts';
import type { PermissionTable, SubgraphContext } from '../../subgraphs/subgraph.ts';
import { define, openAuthority, principal, serve, silent, type TestAuthority } from './harness.ts';

const SCHEMA = `
  type Book @key(fields: "id") { id: ID! title: String! due: DateTime }
  input Search { words: [Int!]!, where: JSONObject }
  type Query {
    book(id: ID!): Book
    books: [Book!]!
    who: String!
    echo(at: DateTime, where: JSONObject, count: Int!): String
    find(search: Search!): String
    fails(how: String!): String
    broken: Int
    missing: String!
    never: String
    waits: String
  }
  type Mutation { rename(id: ID!, title: String!): Book }
  type Tick { number: Int! book: Book! }
  type Subscription { ticks(count: Int!): Tick! silent: Tick! breaks: Tick! late: Tick! }
`;

const PERMISSIONS: PermissionTable = {
  Book: { __entity: 'documents:read', id: 'PARENT', title: 'PARENT', due: 'PARENT' },
  Query: {
    book: 'documents:read',
    books: 'documents:read',
    who: 'AUTHENTICATED',
    echo: 'AUTHENTICATED',
    find: 'AUTHENTICATED',
    fails: 'documents:read',
    broken: 'AUTHENTICATED',
    missing: 'AUTHENTICATED',
    never: 'AUTHENTICATED',
    waits: 'AUTHENTICATED',
  },
  Mutation: { rename: 'documents:write' },
  Tick: { number: 'PARENT', book: 'PARENT' },
  Subscription: {
    ticks: 'documents:read',
    silent: 'documents:read',
    breaks: 'documents:read',
    late: 'documents:read',
  },
};

/** What the subgraph's resolvers saw. */
const seen = { loads: [] as (readonly string[])[], aborted: [] as string[], started: 0, sourcesEnded: 0 };

type Loaders = { readonly title: ReturnType<typeof one<{ id: string; title: string }>> };
type Context = SubgraphContext<Loaders>;

const createLoaders = (): Loaders => ({
  title: one(
    async (ids) => {
      seen.loads.push(ids);
      return ids.map((id) => ({ id, title: `Title ${id}` }));
    },
    ({ id }) => id,
  ),
});

const FAILURES: Readonly<Record<string, () => never>> = {
  problem: () => {
    throw new Problem('CONFLICT', 'It is taken. Choose another.', { retryAfterMs: 5 });
  },
  input: () => {
    throw badInput('how', 'is not a way to fail');
  },
  error: () => {
    throw new Error('password=hunter2');
  },
  text: () => {
    throw 'password=hunter2';
  },
  nothing: () => {
    throw undefined;
  },
};

async function* ticks(count: number) {
  try {
    for (let number = 1; number <= count; number += 1) yield { number, book: { id: '1' } };
  } finally {
    seen.sourcesEnded += 1;
  }
}

const resolvers = {
  Query: {
    book: (_: unknown, { id }: { id: string }) => ({ id, due: '2026-01-31T12:00:00.000Z' }),
    books: () => ['1', '2', '1', '3'].map((id) => ({ id })),
    who: (_: unknown, __: unknown, { principal: { subject, tenant, scopes } }: Context) =>
      `${subject} of ${tenant}: ${scopes.join(' ')}`,
    echo: (_: unknown, args: unknown) => JSON.stringify(args),
    find: (_: unknown, args: unknown) => JSON.stringify(args),
    fails: (_: unknown, { how }: { how: string }) => FAILURES[how]?.(),
    broken: () => 'not a number: hunter2',
    missing: () => null,
    never: () => new Promise(() => undefined),
    waits: (_: unknown, __: unknown, { signal }: Context) =>
      new Promise((_resolve, reject) => {
        seen.started += 1;
        signal.addEventListener('abort', () => {
          seen.aborted.push((signal.reason as Error).name);
          reject(signal.reason as Error);
        });
      }),
  },
  Mutation: { rename: (_: unknown, book: { id: string; title: string }) => book },
  Book: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    title: ({ id, title }: { id: string; title?: string }, _: unknown, { loaders }: Context) =>
      title ?? loaders.title.load(id).then((row) => row?.title),
  },
  Subscription: {
    ticks: {
      subscribe: async function* (_: unknown, { count }: { count: number }) {
        for await (const tick of ticks(count)) yield { ticks: tick };
      },
    },
    silent: { subscribe: () => ({ [Symbol.asyncIterator]: () => neverAnything() }) },
    late: {
      subscribe: async () => {
        seen.started += 1;
        await lateness.promise;
        return { [Symbol.asyncIterator]: () => neverAnything() };
      },
    },
    breaks: {
      subscribe: async function* () {
        yield { breaks: { number: 1, book: { id: '1' } } };
        throw new Error('password=hunter2');
      },
    },
  },
};

/** What a source waits for that opens late. */
const lateness = Promise.withResolvers<void>();

function neverAnything(): AsyncIterator<never> {
  return {
    next: () => {
      seen.started += 1;
      return new Promise(() => undefined);
    },
    return: async () => {
      seen.sourcesEnded += 1;
      return { done: true, value: undefined };
    },
  };
}

let authority: TestAuthority;
let shared: Subgraph;
const endpoints = new Map<string, SubgraphEndpoint>();
const closers: (() => Promise<void>)[] = [];

const create = () =>
  createSubgraph(define({ schema: SCHEMA, permissions: PERMISSIONS, resolvers, createLoaders }), {
    authority,
    log: silent,
  });

async function open(transport: string): Promise<SubgraphEndpoint> {
  const subgraph = create();
  if (transport === 'memory') return subgraph;
  const served = serve(subgraph);
  await served.start();
  const endpoint = connectSubgraph({ name: subgraph.name, url: served.url() });
  closers.push(() => served.close(), endpoint.close);
  // Only the server: its last answers may still be on their way to the endpoint.
  return { ...endpoint, close: () => served.close() };
}

beforeAll(async () => {
  authority = await openAuthority();
  shared = create();
  for (const transport of ['memory', 'http']) endpoints.set(transport, await open(transport));
});
afterAll(async () => {
  await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()));
  await Promise.all(closers.map((close) => close()));
  await shared.close();
});
beforeEach(() => {
  seen.loads = [];
  seen.aborted = [];
  seen.started = 0;
  seen.sourcesEnded = 0;
});

const started = (count = 1) => expect.poll(() => seen.started).toBe(count);
const sourceEnded = () => expect.poll(() => seen.sourcesEnded).toBe(1);

async function requestOf(query: string, change: Partial<SubgraphRequest> = {}): Promise<SubgraphRequest> {
  const token = await authority.issueFor(principal(['documents:read', 'documents:write']), 'documents');
  return { query, token, requestId: 'request-12345', deadline: Date.now() + 10_000, ...change };
}

async function take(results: AsyncIterable<FormattedExecutionResult>): Promise<FormattedExecutionResult[]> {
  const taken: FormattedExecutionResult[] = [];
  for await (const result of results) taken.push(result);
  return taken;
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe.each(['memory', 'http'])('a subgraph over %s', (transport) => {
  const endpoint = () => {
    const found = endpoints.get(transport);
    if (found === undefined) throw new Error('not open');
    return found;
  };
  const ask = async (query: string, change: Partial<SubgraphRequest> = {}) =>
    plain(await endpoint().execute(await requestOf(query, change)));
  const firstError = async (query: string, change: Partial<SubgraphRequest> = {}) => {
    const { errors } = await ask(query, change);
    return errors[0];
  };
  const listen = async (query: string, change: Partial<SubgraphRequest> = {}) =>
    endpoint().subscribe(await requestOf(query, change));

  test('answers for the principal of the token', async () => {
    expect(await ask('{ who }')).toEqual({ data: { who: 'ada of acme: documents:read documents:write' } });
  });

  test('loads each key once a request, and anew in the next', async () => {
    const { data } = await ask('{ books { id title } }');
    expect(data.books.map(({ title }: { title: string }) => title)).toEqual([
      'Title 1',
      'Title 2',
      'Title 1',
      'Title 3',
    ]);
    await ask('{ books { title } }');
    expect(seen.loads).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
    ]);
  });

  test('resolves references in one batch', async () => {
    const representations = ['1', '2'].map((id) => ({ __typename: 'Book', id }));
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Book { title } } }';
    expect(await ask(query, { variables: { r: representations } })).toEqual({
      data: { _entities: [{ title: 'Title 1' }, { title: 'Title 2' }] },
    });
    expect(seen.loads).toHaveLength(1);
  });

  test('runs mutations, and the operation that is named', async () => {
    const query = 'query A { who } mutation B { rename(id: "1", title: "New") { title } }';
    expect(await ask(query, { operationName: 'B' })).toEqual({ data: { rename: { title: 'New' } } });
  });

  test.each([
    ['without a name', undefined],
    ['of another name', 'C'],
  ])('asks which of several operations is meant: %s', async (_, operationName) => {
    const change = operationName === undefined ? {} : { operationName };
    expect((await firstError('query A { who } query B { who }', change)).extensions).toMatchObject({
      code: 'BAD_INPUT',
      status: 400,
    });
  });

  describe('maps what goes wrong', () => {
    test('a problem, with all it says', async () => {
      expect(await ask('{ fails(how: "problem") who }')).toEqual({
        data: { fails: null, who: expect.any(String) },
        errors: [
          {
            message: 'It is taken. Choose another.',
            path: ['fails'],
            locations: [{ line: 1, column: 3 }],
            extensions: {
              type: 'https://trellis.dev/problems/conflict',
              title: 'The current state does not allow this',
              status: 409,
              detail: 'It is taken. Choose another.',
              code: 'CONFLICT',
              instance: 'request-12345',
              retryAfterMs: 5,
            },
          },
        ],
      });
    });

    test('bad input, with its field', async () => {
      expect((await firstError('{ fails(how: "input") }')).extensions).toMatchObject({
        code: 'BAD_INPUT',
        errors: [{ field: 'how', message: 'is not a way to fail' }],
      });
    });

    test.each(['fails(how: "error")', 'fails(how: "text")', 'fails(how: "nothing")', 'broken', 'missing'])(
      'our own mistake to INTERNAL, without its text: %s',
      async (field) => {
        const result = await ask(`{ ${field} }`);
        expect(result.errors[0].extensions).toMatchObject({
          code: 'INTERNAL',
          status: 500,
          instance: 'request-12345',
        });
        expect(JSON.stringify(result)).not.toMatch(/hunter2|not a number|non-nullable/);
      },
    );

    test.each<readonly [string, string, Partial<SubgraphRequest>, RegExp, string | undefined]>([
      ['a text that is none', '{ who', {}, /Syntax Error/, undefined],
      ['no text', '', {}, /./, undefined],
      ['an unknown field', '{ whom }', {}, /Cannot query field "whom"/, undefined],
      ['a literal of the wrong type', '{ echo(count: "1") }', {}, /Int cannot represent/, 'count'],
      ['a wrong date', '{ echo(count: 1, at: "yesterday") }', {}, /RFC 3339/, 'at'],
      ['a missing variable', 'query($n: Int!) { echo(count: $n) }', {}, /"\$n" of required type/, 'n'],
      [
        'a variable of the wrong type',
        'query($n: Int!) { echo(count: $n) }',
        { variables: { n: 'x' } },
        /Int cannot represent/,
        'n',
      ],
      [
        'a wrong place inside a variable',
        'query($s: Search!) { find(search: $s) }',
        { variables: { s: { words: [1, 'two'] } } },
        /Int cannot represent/,
        's.words.1',
      ],
      [
        'a wrong date in a variable',
        'query($at: DateTime) { echo(count: 1, at: $at) }',
        { variables: { at: '2026-13-01T00:00:00Z' } },
        /RFC 3339/,
        'at',
      ],
      [
        'a list for an object',
        'query($w: JSONObject) { echo(count: 1, where: $w) }',
        { variables: { w: [1] } },
        /JSONObject is an object/,
        'w',
      ],
      [
        'an argument that lost its variable',
        'query($n: Int = 1) { echo(count: $n) }',
        { variables: { n: null } },
        /must not be null/,
        'echo',
      ],
      ['a subscription', 'subscription { silent { number } }', {}, /text\/event-stream/, undefined],
    ])('the client’s mistake to BAD_INPUT: %s', async (_, query, change, message, field) => {
      const error = await firstError(query, change);
      expect(error.message).toMatch(message);
      expect(error.extensions).toMatchObject({ code: 'BAD_INPUT', status: 400 });
      expect(error.extensions.errors?.[0].field).toBe(field);
    });

    test('introspection is refused: the supergraph is the description', async () => {
      expect((await firstError('{ __schema { types { name } } }')).extensions.code).toBe('BAD_INPUT');
    });

    test('an operation that nests too deeply or is too long', async () => {
      const deep = `{ who ${'... on Query { '.repeat(80)} who ${'}'.repeat(80)} }`;
      expect((await firstError(deep)).extensions.code).toMatch(/QUERY_TOO_COMPLEX/);
      expect((await firstError(`{ ${'who '.repeat(30_000)} }`)).message).toMatch(/20000 tokens/);
    });
  });

  describe('refuses, before it reads the operation,', () => {
    test.each<readonly [string, () => Promise<string>]>([
      ['no token', async () => ''],
      ['a token that is none', async () => 'a.b.c'],
      ['a client’s token', () => tokenFor('trellis')],
      ['a token for another subgraph', () => tokenFor('trellis:admin')],
      ['an expired token', () => tokenFor('trellis:documents', Date.now() - 120_000)],
    ])('%s', async (_, token) => {
      const call = { token: await token() };
      const { data, errors } = await ask('{ this is not even an operation', call);
      expect(data ?? null).toBeNull();
      expect(errors[0].extensions).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
      await expect(listen('subscription { silent { number } }', call)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    });

    async function tokenFor(audience: string, now?: number): Promise<string> {
      const signer = now === undefined ? authority : await authority.at(now);
      return signer.issue({ principal: principal(['documents:read']), audience, lifetimeSeconds: 60 });
    }
  });

  describe('ends a call', () => {
    test.each(['never', 'waits'])(
      'at its deadline, also when the work does not look at it: %s',
      async (field) => {
        const result = endpoint().execute(await requestOf(`{ ${field} }`, { deadline: Date.now() + 50 }));
        const code = await result.then(
          ({ errors }) => errors?.[0]?.extensions?.['code'],
          ({ code }) => code,
        );
        expect(code).toBe('TIMEOUT');
        // What has begun ends as well, before the next test counts.
        if (field === 'waits') await expect.poll(() => seen.aborted.length).toBe(seen.started);
      },
    );

    test('whose deadline has passed', async () => {
      const result = endpoint().execute(await requestOf('{ never }', { deadline: Date.now() - 1 }));
      const code = await result.then(
        ({ errors }) => errors?.[0]?.extensions?.['code'],
        ({ code }) => code,
      );
      expect(code).toBe('TIMEOUT');
    });

    test('when the caller leaves', async () => {
      const leaving = new AbortController();
      const result = endpoint().execute(await requestOf('{ waits }', { signal: leaving.signal }));
      await started();
      leaving.abort();
      const code = await result.then(
        ({ errors }) => errors?.[0]?.extensions?.['code'],
        ({ code }) => code,
      );
      expect(code).toBe('CANCELLED');
      // Work of a call before, which its deadline ended, may be among it.
      await expect.poll(() => seen.aborted).toContain('AbortError');
    });
  });

  describe('streams a subscription', () => {
    test('event by event, each with loaders of its own, to its end', async () => {
      const results = await take(await listen('subscription { ticks(count: 3) { number book { title } } }'));
      expect(plain(results)).toEqual(
        [1, 2, 3].map((number) => ({ data: { ticks: { number, book: { title: 'Title 1' } } } })),
      );
      expect(seen.loads).toEqual([['1'], ['1'], ['1']]);
      expect(seen.sourcesEnded).toBe(1);
    });

    test('with variables', async () => {
      const query = 'subscription($n: Int!) { ticks(count: $n) { number } }';
      expect(await take(await listen(query, { variables: { n: 2 } }))).toHaveLength(2);
    });

    // Over HTTP a reader leaves by its signal, as in the next case.
    test.runIf(transport === 'memory')(
      'and tells the source when the reader leaves, also while it is silent',
      async () => {
        const results = await listen('subscription { silent { number } }');
        const iterator = results[Symbol.asyncIterator]();
        const next = iterator.next();
        await started();
        await iterator.return?.();
        expect(await next).toEqual({ done: true, value: undefined });
        await sourceEnded();
      },
    );

    test('and tells the source when the caller’s signal aborts', async () => {
      const leaving = new AbortController();
      const results = await listen('subscription { silent { number } }', { signal: leaving.signal });
      const all = take(results).catch(() => []);
      await started();
      leaving.abort();
      expect(await all).toEqual([]);
      await sourceEnded();
    });

    test.runIf(transport === 'memory')('unless the caller has gone before it begins', async () => {
      const leaving = new AbortController();
      const results = listen('subscription { late { number } }', { signal: leaving.signal });
      await started();
      leaving.abort();
      await expect(results).rejects.toMatchObject({ code: 'CANCELLED' });
      lateness.resolve();
      await sourceEnded();
    });

    // Over HTTP the gateway's end, which knows the same deadline, may be the first to give up.
    test.runIf(transport === 'memory')('until its time is over, and says so', async () => {
      const results = await listen('subscription { silent { number } }', { deadline: Date.now() + 500 });
      expect(plain(await take(results))).toMatchObject([{ errors: [{ extensions: { code: 'TIMEOUT' } }] }]);
      expect(seen.sourcesEnded).toBe(1);
    });

    test('and ends with a problem when the source breaks', async () => {
      const results = plain(await take(await listen('subscription { breaks { number } }')));
      expect(results).toMatchObject([
        { data: { breaks: { number: 1 } } },
        { errors: [{ extensions: { code: 'INTERNAL', instance: 'request-12345' } }] },
      ]);
      expect(JSON.stringify(results)).not.toContain('hunter2');
    });

    test.each([
      ['{ who }', 'BAD_INPUT'],
      ['subscription { clocks { number } }', 'BAD_INPUT'],
      ['subscription', 'BAD_INPUT'],
    ])('refuses what is no subscription: %s', async (query, code) => {
      await expect(listen(query)).rejects.toMatchObject({ code });
    });

    test('refuses a principal without the scope', async () => {
      const token = await authority.issueFor(principal(['graph:read']), 'documents');
      await expect(listen('subscription { ticks(count: 1) { number } }', { token })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringMatching(/"documents:read"/),
      });
    });
  });

  test('closing ends what is live, waits for the rest, and takes nothing new', async () => {
    const own = await open(transport);
    const live = take(await own.subscribe(await requestOf('subscription { silent { number } }')));
    const waiting = own.execute(await requestOf('{ waits }', { deadline: Date.now() + 1_000 }));
    await started(2);
    const closed = own.close();
    expect(await live).toMatchObject([
      { errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } }] },
    ]);
    const code = await waiting.then(
      ({ errors }) => errors?.[0]?.extensions?.['code'],
      ({ code }) => code,
    );
    expect(code).toBe('TIMEOUT');
    await closed;
    if (transport === 'http') return;
    const late = await own.execute(await requestOf('{ who }'));
    expect(late.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE' });
    await expect(own.subscribe(await requestOf('subscription { silent { number } }'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  test('answers a ping', async () => {
    expect(await endpoint().ping()).toBeGreaterThanOrEqual(0);
  });
});

test('a subgraph whose port is taken says so, and how to go on', async () => {
  const first = serve(create());
  await first.start();
  const second = serve(create(), { port: Number(new URL(first.url()).port) });
  await expect(second.start()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/for documents\. .*TRELLIS_PORT/),
  });
  await Promise.all([first.close(), second.close()]);
});
