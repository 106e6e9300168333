/** The port of a subgraph: what anyone who reaches it can get out of it without a token signed for it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSystemHealth } from '../../operations/system-health.ts';
import type { TokenAuthority } from '../../platform/auth/token-authority.ts';
import { adminSubgraph } from '../../subgraphs/admin/index.ts';
import { createSubgraph } from '../../subgraphs/serve-subgraph.ts';
import {
  noReembeddings,
  openAuthority,
  principal,
  type Served,
  serve,
  silent,
} from '../subgraphs/harness.ts';

const BODY_BYTES_MAX = 10_000;

let authority: TokenAuthority;
let served: Served;
beforeAll(async () => {
  authority = await openAuthority();
  const health = createSystemHealth({ version: '1.2.3', probes: [] });
  const admin = adminSubgraph({ health, reembeddings: noReembeddings });
  const subgraph = createSubgraph(admin, { authority, log: silent });
  served = serve(subgraph, { bodyBytesMax: BODY_BYTES_MAX });
  await served.start();
});
afterAll(() => served.close());

interface Sent {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const valid = () => authority.issueFor(principal(['admin:read']), 'admin');

async function post({ token, body, text, headers }: Sent) {
  const bearer = token === undefined ? await valid() : token;
  const response = await fetch(served.url(), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body: text ?? JSON.stringify(body),
  });
  const answer = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', answer };
}

const HEALTH = { query: '{ health { version } }' };

test('a token for it is answered', async () => {
  const { status, answer } = await post({ body: HEALTH });
  expect([status, JSON.parse(answer)]).toEqual([200, { data: { health: { version: '1.2.3' } } }]);
});

describe('without a token for it', () => {
  test.each<readonly [string, Sent]>([
    ['an operation', { body: HEALTH }],
    ['introspection', { body: { query: '{ __schema { types { name } } }' } }],
    ['the SDL', { body: { query: '{ _service { sdl } }' } }],
    ['no operation', { text: '' }],
    ['no JSON', { text: '{' }],
    ['a body that is too large: it is not even read', { text: `"${'x'.repeat(10 * BODY_BYTES_MAX)}"` }],
    ['a subscription', { body: HEALTH, headers: { accept: 'text/event-stream' } }],
  ])('%s is refused, and told nothing', async (_, sent) => {
    const { status, answer } = await post({ ...sent, token: null });
    expect(status).toBe(401);
    expect(answer).toMatch(/UNAUTHENTICATED/);
    expect(answer).not.toMatch(/health|Health|admin/);
  });

  test('neither GET nor any other path says what is here', async () => {
    for (const path of [
      '/graphql?query={__typename}',
      '/',
      '/sandbox',
      '/graphiql',
      '/.well-known/jwks.json',
    ]) {
      const response = await fetch(new URL(path, served.url()));
      expect([path, response.ok]).toEqual([path, false]);
      expect(await response.text()).not.toMatch(/<html|schema|sdl/i);
    }
  });

  test('only whether it lives', async () => {
    const response = await fetch(new URL('/health/live', served.url()));
    expect([response.status, await response.json()]).toEqual([200, { state: 'UP' }]);
  });
});

describe('with a token for it', () => {
  test.each<readonly [string, Sent, number, RegExp]>([
    ['no operation', { body: {} }, 400, /BAD_INPUT/],
    ['no JSON', { text: '{' }, 400, /BAD_INPUT/],
    ['an empty body', { text: '' }, 400, /BAD_INPUT/],
    ['several operations at once', { body: [HEALTH, HEALTH] }, 400, /BAD_INPUT/],
    ['variables that are no object', { body: { ...HEALTH, variables: 'x' } }, 400, /BAD_INPUT/],
    ['a query that is no text', { body: { query: 1 } }, 400, /BAD_INPUT/],
    [
      'a body that is too large',
      { text: JSON.stringify('x'.repeat(2 * BODY_BYTES_MAX)) },
      413,
      /PAYLOAD_TOO_LARGE/,
    ],
    [
      'another media type',
      { text: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      /UNSUPPORTED_MEDIA_TYPE/,
    ],
    [
      'a form',
      { text: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      /UNSUPPORTED/,
    ],
    ['a stream of nothing', { body: {}, headers: { accept: 'text/event-stream' } }, 400, /BAD_INPUT/],
    [
      'a stream of a query',
      { body: HEALTH, headers: { accept: 'text/event-stream' } },
      400,
      /without \\"Accept.*BAD_INPUT/,
    ],
  ])('%s is a problem, not a failure', async (_, sent, status, answer) => {
    const got = await post(sent);
    expect(got.answer).toMatch(answer);
    expect(got.status).toBe(status);
    expect(got.answer).not.toMatch(/node_modules|at \w+ \(/);
  });

  test.each(['soon', '-1', '1e999', 'NaN', ''])(
    'a deadline that is none is ignored: "%s"',
    async (deadline) => {
      const { answer } = await post({ body: HEALTH, headers: { 'x-trellis-deadline': deadline } });
      expect(JSON.parse(answer).errors).toBeUndefined();
    },
  );

  test('introspection is refused', async () => {
    const { answer } = await post({ body: { query: '{ __schema { types { name } } }' } });
    expect(answer).toMatch(/BAD_INPUT/);
    expect(answer).not.toMatch(/ComponentHealth/);
  });
});
