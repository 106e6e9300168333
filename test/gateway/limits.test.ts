import { readdir, readFile } from 'node:fs/promises';
import { buildSchema, getIntrospectionQuery, type OperationDefinitionNode, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWER_CHARACTERS_MAX, charactersOf } from '../../gateway/limits/answer-size.ts';
import { DEMAND_MAX, demandOf } from '../../gateway/limits/breadth.ts';
import { limitRules, TOKENS_MAX } from '../../gateway/limits/operation-limits.ts';
import { type Data, startTestGateway, type TestGateway } from './harness.ts';
import { connectSocket } from './live/live-client.ts';

let trellis: TestGateway;

beforeAll(async () => {
  trellis = await startTestGateway();
});
afterAll(() => trellis.close());

const nested = (levels: number) =>
  `{ entity(id: "1") { ${'neighbors(first: 1) { '.repeat(levels)} id ${'} '.repeat(levels)} } }`;
const many = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

describe('an operation that asks for too much is refused, saying what was found and what is allowed', () => {
  test.each([
    ['too deep', nested(20), 'The operation has 22 levels of nesting, and the limit is 15.'],
    [
      'too many aliases',
      `{ ${many(31, (at) => `a${at}: __typename`)} ${many(31, (at) => `b${at}: entity(id: "1") { id }`)} }`,
      'aliases, and the limit is 30.',
    ],
    [
      'too many directives',
      `{ __typename ${many(51, () => '@include(if: true)')} }`,
      'The operation has 51 directives, and the limit is 50.',
    ],
    [
      'too many tokens',
      `{ ${many(TOKENS_MAX, () => '__typename')} }`,
      `more than ${TOKENS_MAX} tokens, which is the limit.`,
    ],
    [
      'too broad',
      '{ documents(first: 100) { entities(first: 100) { neighbors(first: 100) { id } } } }',
      `The operation has 1010100 objects to return, and the limit is ${DEMAND_MAX.objects}.`,
    ],
    [
      'too long',
      `{ ${many(29, (at) => `a${at}: documents(first: 60) { body(length: 100000) }`)} }`,
      `The operation has 174000000 characters of text to return, and the limit is ${DEMAND_MAX.characters}.`,
    ],
    [
      'too many values in lists',
      `{ documents(first: 100) { entities(first: 100) { ${many(6, (at) => `a${at}: names`)} } } }`,
      'The operation has 610100 objects to return',
    ],
    [
      'too much searching',
      `{ ${many(11, (at) => `a${at}: search(query: "x", first: 1) { tookMs }`)} }`,
      'The operation has 220 units of searching (search, ask, path and neighborhood count 20 each, similar 1, auditVerification 100), and the limit is 200.',
    ],
    [
      'too much likeness',
      '{ search(query: "x", first: 100) { hits { chunk { a: similar { rank } b: similar { rank } } } } }',
      'The operation has 220 units of searching',
    ],
  ])('%s', async (_, query, message) => {
    const { status, body } = await trellis.ask(query);
    expect(status).toBe(400);
    const limit = body.errors.find(({ extensions }: Data) => extensions.code === 'QUERY_TOO_COMPLEX');
    expect(limit.message).toContain(message);
    expect(limit.extensions).toMatchObject({ status: 400, title: 'The operation asks for too much' });
  });

  test.each([
    ['one object in the other', '{"a":', '}'],
    ['one list in the other', '[', ']'],
  ])('by variables that nest without end, %s, in any kind of operation', async (_, open, close) => {
    const deep = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;
    const send = async (query: string, variables: string, accept = 'application/json') =>
      trellis.fetch('/graphql', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await trellis.token()}`,
          'content-type': 'application/json',
          accept,
        },
        body: `{"query":${JSON.stringify(query)},"variables":{"x":${variables}}}`,
      });
    expect((await send('{ document(id: "1") { id } }', deep(100))).status).toBe(200);
    for (const levels of [101, 15_000])
      for (const [query, accept] of [
        ['{ document(id: "1") { id } }', 'application/json'],
        ['subscription { ingestionJob(id: "1") { id } }', 'text/event-stream'],
      ] as const) {
        const { status, body } = await send(query, deep(levels), accept);
        const { code, detail } = body.errors?.[0].extensions ?? body;
        expect([status, code]).toEqual([400, 'QUERY_TOO_COMPLEX']);
        expect(detail).toMatch(/nest deeper than 100 levels/);
      }
  });

  test('by its variables, each time anew', async () => {
    const query =
      'query Q($n: Int = 100) { documents(first: $n) { entities(first: $n) { neighbors(first: $n) { id } } } }';
    const codes = [];
    for (const variables of [{ n: 2 }, { n: 100 }, {}, { n: 2 }]) {
      const { body } = await trellis.ask(query, variables);
      codes.push(body.errors?.[0].extensions.code ?? 'OK');
    }
    expect(codes).toEqual(['OK', 'QUERY_TOO_COMPLEX', 'QUERY_TOO_COMPLEX', 'OK']);
  });

  test('by fragments that multiply each other, without taking long to see it', async () => {
    const fragments = many(
      25,
      (at) =>
        `fragment F${at} on Entity { a: neighbors(first: 2) { ...F${at + 1} } b: neighbors(first: 2) { ...F${at + 1} } }`,
    );
    const document = parse(`{ entity(id: "1") { ...F0 } } ${fragments} fragment F25 on Entity { id }`);
    const schema = buildSchema(
      'type Query { entity(id: ID!): Entity } type Entity { id: ID! neighbors(first: Int): [Entity!]! }',
    );
    const operation = document.definitions[0] as OperationDefinitionNode;
    // One by one, they would be counted for longer than a test may take.
    expect(demandOf({ schema, operation, document, variables: {} }).objects).toBeGreaterThan(4 ** 25);
  });

  test('by what it turns out to answer, without an answer being written', async () => {
    const aliases = many(5, (at) => `a${at}: document(id: "d") { big(characters: 9000000) }`);
    const { status, body } = await trellis.ask(`{ ${aliases} }`);
    expect(status).toBe(400);
    expect(body.data ?? null).toBeNull();
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0]).toMatchObject({
      message: expect.stringContaining(`more than ${ANSWER_CHARACTERS_MAX} characters`),
      extensions: { code: 'QUERY_TOO_COMPLEX', status: 400 },
    });
  });

  test('by many operations in one call, which are not taken at all', async () => {
    const answer = await trellis.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await trellis.token()}` },
      body: JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({
      message: expect.stringMatching(/a list of operations, and the limit is 1/),
      extensions: { code: 'QUERY_TOO_COMPLEX' },
    });
  });

  test('by many operations on one connection at once', async () => {
    const socket = connectSocket(trellis, { token: await trellis.token() });
    const codes = await Promise.all(
      Array.from({ length: 25 }, async () => {
        try {
          await socket.iterate('{ slow(ms: 300) }').next();
          return 'OK';
        } catch (errors) {
          return (errors as Data)[0].message;
        }
      }),
    );
    expect(codes.filter((code) => code === 'OK')).toHaveLength(20);
    expect(codes.find((code) => code !== 'OK')).toMatch(
      /has 20 queries and mutations under way, which is the limit/,
    );
    expect((await socket.iterate('{ slow(ms: 1) }').next()).value).toEqual({ data: { slow: 'late' } });
    await socket.client.dispose();
  });

  test('by a body that is larger than allowed', async () => {
    const { status, body } = await trellis.ask(`{ __typename } #${'x'.repeat(100_000)}`);
    expect(status).toBe(413);
    expect(body.detail).toMatch(/has more than 100000 bytes, which is the limit/);
  });

  test('by a subscription that asks for as much as a query may not', async () => {
    const selection = many(
      11,
      (at) => `a${at}: hit { chunk { similar(first: 100) { chunk { similar { rank } } } } }`,
    );
    const socket = connectSocket(trellis, { token: await trellis.token() });
    const asked = socket.iterate(`subscription { answer(question: "x") { ${selection} } }`).next();
    await expect(asked).rejects.toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    await socket.client.dispose();
  });
});

describe('within the limits is', () => {
  test('what GraphiQL and Sandbox ask to learn the schema', async () => {
    const query = getIntrospectionQuery({
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
    });
    const { status, body } = await trellis.ask(query, {}, { authorization: null });
    expect(status).toBe(200);
    expect(body.data.__schema.types.length).toBeGreaterThan(10);
  });

  test('every journey in schema/operations', async () => {
    const folder = new URL('../../schema/operations/', import.meta.url);
    const schema = await publicSchema();
    for (const name of await readdir(folder)) {
      const document = parse(await readFile(new URL(name, folder), 'utf8'), { maxTokens: TOKENS_MAX });
      expect(validate(schema, document, limitRules(15)), name).toEqual([]);
      for (const operation of document.definitions.filter(({ kind }) => kind === 'OperationDefinition')) {
        const measured = {
          schema,
          operation: operation as OperationDefinitionNode,
          document,
          variables: { first: 100 },
        };
        const demand = demandOf(measured);
        expect(demand.objects, name).toBeLessThanOrEqual(DEMAND_MAX.objects);
        expect(demand.characters, name).toBeLessThanOrEqual(DEMAND_MAX.characters);
        expect(demand.work, name).toBeLessThanOrEqual(DEMAND_MAX.work);
      }
    }
  });
});

test('a text counts as long as its default where no length is asked', () => {
  const schema = buildSchema(
    'type Query { documents(first: Int = 20): [Document!]! } type Document { text(length: Int = 10000): String }',
  );
  const demand = (text: string) => {
    const document = parse(text);
    const operation = document.definitions[0] as OperationDefinitionNode;
    return demandOf({ schema, operation, document, variables: {} }).characters;
  };
  expect(demand('{ documents { text } }')).toBe(200_000);
  expect(demand('{ documents(first: null) { text(length: null) } }')).toBe(200_000);
  expect(demand('query ($n: Int = 7) { documents(first: 3) { text(length: $n) } }')).toBe(21);
});

test('an answer is measured close to its JSON, and no further than it must', () => {
  const answer = { a: ['x'.repeat(1_000), null, true, 12], b: { c: { d: 'é' } } };
  const written = JSON.stringify(answer).length;
  expect(charactersOf(answer, 1_000_000)).toBeGreaterThan(written * 0.95);
  expect(charactersOf(answer, 1_000_000)).toBeLessThan(written * 1.1);
  const endless: unknown[] = [];
  endless.push(endless, 'x');
  expect(charactersOf(endless, 100)).toBeGreaterThan(100);
});

async function publicSchema() {
  const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  return buildSchema(supergraph, { assumeValidSDL: true, assumeValid: true });
}
