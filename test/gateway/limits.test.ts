import { readdir, readFile } from 'node:fs/promises';
import { buildSchema, getIntrospectionQuery, type OperationDefinitionNode, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OBJECTS_MAX, objectsOf } from '../../gateway/limits/breadth.ts';
import { limitRules, TOKENS_MAX } from '../../gateway/limits/operation-limits.ts';
import { type Data, startTestGateway, type TestGateway } from './harness.ts';

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
      `The operation has 1010100 objects to return, and the limit is ${OBJECTS_MAX}.`,
    ],
  ])('%s', async (_, query, message) => {
    const { status, body } = await trellis.ask(query);
    expect(status).toBe(400);
    const limit = body.errors.find(({ extensions }: Data) => extensions.code === 'QUERY_TOO_COMPLEX');
    expect(limit.message).toContain(message);
    expect(limit.extensions).toMatchObject({ status: 400, title: 'The operation asks for too much' });
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
    const startedAt = performance.now();
    expect(objectsOf({ schema, operation, document, variables: {} })).toBeGreaterThan(4 ** 25);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  test('by many operations in one call, which are not taken at all', async () => {
    const answer = await trellis.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await trellis.token()}` },
      body: JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
    });
    expect(answer.status).toBe(400);
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
        expect(objectsOf(measured), name).toBeLessThanOrEqual(OBJECTS_MAX);
      }
    }
  });
});

async function publicSchema() {
  const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  return buildSchema(supergraph, { assumeValidSDL: true, assumeValid: true });
}
