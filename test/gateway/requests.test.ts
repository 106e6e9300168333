import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SubgraphRequest } from '../../gateway/subgraph-endpoint.ts';
import { subgraphAudience } from '../../platform/auth/token-authority.ts';
import { type Data, PRINCIPAL, startTestGateway, type TestGateway } from './harness.ts';

const asked: (SubgraphRequest & { readonly subgraph: string })[] = [];
let trellis: TestGateway;

beforeAll(async () => {
  trellis = await startTestGateway({
    requestTimeoutMs: 2_000,
    wrap: (endpoint) => ({
      ...endpoint,
      execute: (request) => {
        asked.push({ ...request, subgraph: endpoint.name });
        return endpoint.execute(request);
      },
    }),
  });
});
afterEach(() => {
  asked.length = 0;
});
afterAll(() => trellis.close());

const code = (body: Data) => body.errors?.[0]?.extensions?.code;

describe('a request without a token', () => {
  test('is denied every field, with 401 and how to get a token, and no subgraph hears of it', async () => {
    const { status, headers, body } = await trellis.ask(
      '{ document(id: "d1") { title } }',
      {},
      { authorization: null },
    );
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(code(body)).toBe('UNAUTHENTICATED');
    expect(body.errors[0].message).toContain('npx trellis token');
    expect(asked).toEqual([]);
  });

  test('is denied when introspection comes along with a field', async () => {
    const { status } = await trellis.ask(
      '{ __typename ... { document(id: "1") { id } } }',
      {},
      { authorization: null },
    );
    expect(status).toBe(401);
  });

  test('may introspect in development', async () => {
    const { status, body } = await trellis.ask(
      '{ __schema { queryType { name } } }',
      {},
      { authorization: null },
    );
    expect(status).toBe(200);
    expect(body.data.__schema.queryType.name).toBe('Query');
  });

  test('learns nothing of the schema in production, not even by its mistakes', async () => {
    const production = await startTestGateway({ development: false });
    const introspection = await production.ask(
      '{ __schema { queryType { name } } }',
      {},
      { authorization: null },
    );
    const mistake = await production.ask('{ serch { tookMs } }', {}, { authorization: null });
    expect([introspection.status, mistake.status]).toEqual([401, 401]);
    expect(mistake.body.errors[0].message).not.toContain('search');
    await production.close();
  });
});

describe('a token', () => {
  test.each([
    ['that is no token', 'Bearer nonsense'],
    ['of another scheme', 'Basic YTpi'],
  ])('%s is refused with 401 and the reason', async (_, authorization) => {
    const { status, body } = await trellis.ask('{ __typename }', {}, { authorization });
    expect(status).toBe(401);
    expect(code(body)).toBe('UNAUTHENTICATED');
  });

  test('for a subgraph is not for clients', async () => {
    const token = await trellis.authority.issueFor(PRINCIPAL, 'documents');
    const { status } = await trellis.ask('{ __typename }', {}, { authorization: `Bearer ${token}` });
    expect(status).toBe(401);
  });

  test('of the client stays at the gateway: each subgraph gets one signed for it alone, with the same principal', async () => {
    await trellis.ask('{ search(query: "a", first: 1) { hits { chunk { text entities { name } } } } }');
    // The latter two are asked side by side, in no order.
    expect(asked.map(({ subgraph }) => subgraph).toSorted()).toEqual(['documents', 'retrieval', 'traversal']);
    const principals = asked.map(({ subgraph, token }) =>
      trellis.authority.verify(token, subgraphAudience(subgraph)),
    );
    for (const principal of await Promise.all(principals))
      expect(principal).toEqual({ ...PRINCIPAL, address: '127.0.0.1' });
  });
});

describe('a request', () => {
  const query = '{ document(id: "d1") { id } }';

  test('keeps the id its client chose, down to the subgraphs', async () => {
    const { headers } = await trellis.ask(query, {}, { 'x-request-id': 'my-request-1' });
    expect(headers.get('x-request-id')).toBe('my-request-1');
    expect(asked[0]?.requestId).toBe('my-request-1');
  });

  test.each(['short', 'with space', 'x'.repeat(200)])(
    'gets a new id where the given one is none: %s',
    async (id) => {
      const { headers } = await trellis.ask(query, {}, { 'x-request-id': id });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('passes the trace on, and nothing that is none', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await trellis.ask(query, {}, { traceparent });
    await trellis.ask(query, {}, { traceparent: 'nonsense' });
    expect(asked.map((request) => request.traceparent)).toEqual([traceparent, undefined]);
  });

  test('has the deadline that its client asks for, never a later one', async () => {
    await trellis.ask(query, {}, { 'x-timeout-ms': '500' });
    await trellis.ask(query, {}, { 'x-timeout-ms': '60000' });
    const left = asked.map(({ deadline }) => deadline - Date.now());
    expect(left[0]).toBeLessThanOrEqual(500);
    expect(left[1]).toBeLessThanOrEqual(2_000);
  });

  test('with a time limit that is none is refused', async () => {
    const { status, body } = await trellis.ask(query, {}, { 'x-timeout-ms': 'soon' });
    expect(status).toBe(400);
    expect(body.errors[0].extensions.errors).toMatchObject([{ field: 'x-timeout-ms' }]);
  });

  test('that takes too long is answered at the deadline, with what did come', async () => {
    const { status, body } = await trellis.ask(
      '{ entity(id: "1") { name } slow(ms: 5000) }',
      {},
      { 'x-timeout-ms': '150' },
    );
    expect(status).toBe(200);
    expect(body.data).toEqual({ entity: { name: 'Entity 1' }, slow: null });
    expect(body.errors).toMatchObject([{ path: ['slow'], extensions: { code: 'TIMEOUT', status: 504 } }]);
    expect(body.errors[0].message).toMatch(
      /"documents" did not answer within the 150 ms that the operation has/,
    );
  });

  test('whose client has gone is stopped in the subgraph', async () => {
    const leaving = new AbortController();
    const begun = trellis.world.nextSlow();
    const answer = fetch(new URL('/graphql', trellis.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${await trellis.token()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ slow(ms: 5000) }' }),
      signal: leaving.signal,
    });
    const signal = await begun;
    const stopped = once(signal, 'abort');
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await stopped;
    expect(signal.reason.name).toBe('AbortError');
  });
});

describe('a browser', () => {
  const preflight = (gateway: TestGateway, origin: string) =>
    gateway.fetch('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test('may call from Apollo Sandbox in development, and from nowhere else', async () => {
    const sandbox = await preflight(trellis, 'https://studio.apollographql.com');
    expect(sandbox.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
    expect(sandbox.headers.get('access-control-allow-headers')).toContain('authorization');
    const other = await preflight(trellis, 'https://evil.example');
    expect(other.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('may call from the configured origins alone in production', async () => {
    const production = await startTestGateway({ development: false, corsOrigins: ['https://app.example'] });
    const app = await preflight(production, 'https://app.example');
    const sandbox = await preflight(production, 'https://studio.apollographql.com');
    expect(app.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(sandbox.headers.has('access-control-allow-origin')).toBe(false);
    await production.close();
  });
});
