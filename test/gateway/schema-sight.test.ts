/** Who learns the schema in production: whoever has the scope for it, and nobody else, not even by mistakes. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../model/principal.ts';
import { type Data, startTestGateway, type TestGateway } from './harness.ts';
import { connectSocket, requestEvents } from './live/live-client.ts';

let trellis: TestGateway;
beforeAll(async () => {
  trellis = await startTestGateway({ development: false });
});
afterAll(() => trellis.close());

const tokenWith = (scopes: readonly Scope[]) =>
  trellis.authority.issue({
    principal: { subject: 'ada', tenant: 'acme', scopes },
    audience: 'trellis',
    lifetimeSeconds: 300,
  });
const ask = async (query: string, scopes: readonly Scope[], variables: Data = {}) =>
  trellis.ask(query, variables, { authorization: `Bearer ${await tokenWith(scopes)}` });

const INTROSPECTIONS = [
  '{ __schema { queryType { name } } }',
  '{ __type(name: "Hit") { name } }',
  '{ entity(id: "1") { id } s: __schema { queryType { name } } }',
  'query { ...F } fragment F on Query { ... on Query { s: __schema { types { name } } } }',
];

describe('without the scope', () => {
  test.each(INTROSPECTIONS)('%s is refused, saying what it takes', async (query) => {
    for (const scopes of [['documents:read'], ['admin:*']] as const) {
      const { status, body } = await ask(query, scopes);
      expect(status).toBe(403);
      expect(body.data ?? null).toBeNull();
      expect(body.errors).toHaveLength(1);
      expect(body.errors[0]).toMatchObject({
        message: expect.stringMatching(/takes the scope "schema:read"/),
        extensions: { code: 'FORBIDDEN' },
      });
    }
  });

  test('the names of types in an answer are still told', async () => {
    const { body } = await ask('{ __typename entity(id: "1") { __typename } }', []);
    expect(body).toEqual({ data: { __typename: 'Query', entity: { __typename: 'Entity' } } });
  });

  test.each([
    ['a field', '{ serch { tookMs } }', {}],
    ['a field that needs a selection', '{ search(query: "x") }', {}],
    ['an argument', '{ search(quarry: "x") { tookMs } }', {}],
    ['a type', 'query ($a: DocumentInputs) { __typename }', {}],
    [
      'a field of a variable',
      'mutation ($input: CreateCollectionInput!) { createCollection(input: $input) { name } }',
      { input: { nam: 'x' } },
    ],
  ])('no mistake in %s tells what there is', async (_, query, variables) => {
    const told = await ask(query, ['schema:read'], variables);
    expect(JSON.stringify(told.body)).toMatch(/Did you mean/);
    const untold = await ask(query, [], variables);
    expect(untold.body.errors.length).toBe(told.body.errors.length);
    expect(JSON.stringify(untold.body)).not.toMatch(/Did you mean/);
    expect(untold.body.errors[0].extensions.code).toBe('BAD_INPUT');
  });

  test('nor does one in a subscription', async () => {
    const query = 'subscription { answer(question: "x") { ward } }';
    const token = await tokenWith([]);
    const events = await requestEvents(trellis, { query }, { token });
    expect(await events.problem()).toMatchObject({
      code: 'BAD_INPUT',
      detail: expect.not.stringMatching(/word/),
    });
    const told = await requestEvents(trellis, { query }, { token: await tokenWith(['schema:read']) });
    expect(await told.problem()).toMatchObject({ detail: expect.stringMatching(/Did you mean "word"/) });
    const socket = connectSocket(trellis, { token });
    const refused = await socket
      .iterate(query)
      .next()
      .catch((errors) => errors);
    expect(refused).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
    expect(JSON.stringify(refused)).not.toMatch(/"word"|Did you mean/);
    expect((await socket.iterate(INTROSPECTIONS[0] ?? '').next()).value).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    await socket.client.dispose();
  });
});

test.each(INTROSPECTIONS)('with the scope %s is answered', async (query) => {
  const { status, body } = await ask(query, ['schema:read']);
  expect([status, body.errors]).toEqual([200, undefined]);
});
