/** What a client without a token may ask: to sign in, and nothing else, in whatever words. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Data, type Scenario, startScenario } from './harness.ts';

const INPUT = '{ tenant: "acme", name: "nobody", password: "nothing at all" }';
const SIGN_IN = `signIn(input: ${INPUT}) { accessToken }`;

/** Each holds what may be asked and something that may not, or is about to lead there. */
const SMUGGLED: readonly string[] = [
  '{ viewer { subject } }',
  '{ health { state } }',
  'mutation { createCollection(input: { name: "x" }) { collection { id } } }',
  `mutation { ${SIGN_IN} createCollection(input: { name: "x" }) { collection { id } } }`,
  `mutation { ${SIGN_IN} again: ${SIGN_IN} }`,
  `mutation { signIn: createCollection(input: { name: "x" }) { collection { id } } }`,
  `mutation { ${SIGN_IN} __schema: __typename }`,
  `mutation { ${SIGN_IN} } query Other { viewer { subject } }`,
  `query Other { viewer { subject } } mutation { ${SIGN_IN} }`,
  `mutation { ...F } fragment F on Mutation { ${SIGN_IN} }`,
  `mutation { ... on Mutation { ${SIGN_IN} } }`,
  `mutation { signIn(input: ${INPUT}) { ... on Healths { state } } }`,
  `mutation ($x: Healths) { ${SIGN_IN} }`,
  `mutation ($x: [CreateUserInput!]) { ${SIGN_IN} }`,
  `mutation { ${SIGN_IN.replace(' {', ' @skip(if: false) {')} }`,
  `mutation @x { ${SIGN_IN} }`,
  `subscription { ${SIGN_IN} }`,
  `query { ${SIGN_IN} }`,
  `mutation { ${Array.from({ length: 60 }, (_, at) => `a${at}: ${SIGN_IN}`).join(' ')} }`,
  'mutation { changePassword(input: { current: "x", password: "y" }) { user { id } } }',
  'mutation { noteKeyUses(input: { uses: [] }) }',
  'not GraphQL {',
];
const INTROSPECTION = '{ __schema { queryType { name } } }';

describe.each(['production', 'development'])('in %s', (mode) => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({ settings: { TRELLIS_MODE: mode } });
  });
  afterAll(() => trellis?.close());

  const post = async (body: unknown): Promise<Data> => {
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { data = null, errors = [] } = (await response.json()) as Data;
    return { status: response.status, data, errors };
  };

  test('somebody without a token may try to sign in', async () => {
    for (const query of [`mutation { ${SIGN_IN} }`, `mutation Named { me: ${SIGN_IN} }`]) {
      const { data, errors } = await post({ query });
      expect(data).toBeNull();
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringMatching(/do not go together/),
          extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
        }),
      ]);
    }
  });

  test.each(SMUGGLED)('nothing comes of %s', async (query) => {
    const { data, errors } = await post({ query });
    expect(data).toBeNull();
    expect(errors.length).toBeGreaterThan(0);
    const said = JSON.stringify(errors);
    expect(said).not.toMatch(/do not go together/);
    if (mode === 'production') {
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({
        message: expect.stringMatching(/^The request has no token/),
        extensions: { code: 'UNAUTHENTICATED' },
      });
    }
  });

  test('a body that means something else to somebody else is refused', async () => {
    const query = `mutation { ${SIGN_IN} }`;
    const other = '{ viewer { subject } }';
    for (const body of [
      [{ query }, { query: other }],
      { query: [query] },
      { query: other, mutation: query },
    ]) {
      const { data, errors } = await post(body);
      expect(data).toBeNull();
      expect(JSON.stringify(errors)).not.toMatch(/do not go together/);
    }
    const get = await fetch(`${trellis.app.url()}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'content-type': 'application/json' },
    });
    expect(get.status).toBe(mode === 'production' ? 401 : 405);
  });

  test('introspection is as it was', async () => {
    const { data, errors } = await post({ query: INTROSPECTION });
    if (mode === 'development') expect(data.__schema.queryType.name).toBe('Query');
    else expect(errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  test('a wrong token is refused, also for signing in', async () => {
    const { status, errors } = await trellis.run(`mutation { ${SIGN_IN} }`, {}, 'not.a.token');
    expect(`${status} ${errors[0].message}`).toMatch(/^401 The bearer token is malformed/);
  });
});
