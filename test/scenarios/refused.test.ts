/**
 * What is refused before a subgraph hears of it, as the audit log has it: who, from where, why. And that nobody fills
 * the log by being refused.
 */

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../servers/free-port.ts';
import { type Data, type Scenario, startScenario, TRANSPORTS } from './harness.ts';

const LOG = `query ($filter: AuditFilter, $after: String) {
  auditLog(filter: $filter, first: 100, after: $after) {
    nodes { actor apiKey address action outcome code detail count }
    pageInfo { hasNextPage endCursor }
  }
}`;
const HEALTH = { query: '{ health { state } }' };
const REQUEST_BYTES_MAX = 20_000;
/** Thousands of requests, and a restart behind them, on a busy machine. */
const FLOOD_MS_MAX = 300_000;

describe.each(TRANSPORTS)('refused by the gateway, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  let subgraphPort: number;
  beforeAll(async () => {
    subgraphPort = await freePort();
    trellis = await startScenario({
      transport,
      settings: {
        TRELLIS_OPERATOR_TENANT: 'operators',
        TRELLIS_TRUSTED_PROXIES: 'loopback',
        TRELLIS_REQUEST_BYTES_MAX: String(REQUEST_BYTES_MAX),
        TRELLIS_ADDRESS_POINTS_PER_MINUTE: '30',
        TRELLIS_SUBGRAPH_PORT: String(subgraphPort),
      },
    });
  });
  afterAll(() => trellis?.close());

  const read = async (tenant: string, filter: Data = {}): Promise<Data[]> => {
    const token = await trellis.token({ tenant, scopes: ['admin:audit'] });
    const all: Data[] = [];
    for (let after: string | null = null; ; ) {
      const { data, errors } = await trellis.run(LOG, { filter, after }, token);
      expect(errors).toEqual([]);
      all.push(...data.auditLog.nodes);
      const { hasNextPage, endCursor } = data.auditLog.pageInfo;
      if (!hasNextPage) return all;
      after = endCursor;
    }
  };
  /** The entries of refusals from an address, once there is one. */
  const refusedFrom = async (address: string, tenant = 'operators'): Promise<Data[]> => {
    const ofAddress = async () =>
      (await read(tenant, { outcome: 'REFUSED' })).filter((entry) => entry.address === address);
    await expect.poll(async () => (await ofAddress()).length).toBeGreaterThan(0);
    return ofAddress();
  };
  /** A request that came through a proxy, from this address. */
  const send = (address: string, path: string, request: RequestInit) =>
    fetch(`${trellis.app.url()}${path}`, {
      method: 'POST',
      ...request,
      headers: {
        'content-type': 'application/json',
        ...(request.headers as Record<string, string>),
        'x-forwarded-for': address,
      },
    });
  const graphql = (address: string, headers: Record<string, string> = {}, body: unknown = HEALTH) =>
    send(address, '/graphql', { headers, body: JSON.stringify(body) });
  const bearer = async (tenant = 'operators') => ({
    authorization: `Bearer ${await trellis.token({ tenant })}`,
  });
  const createKey = async (input: Data): Promise<Data> => {
    const { data, errors } = await trellis.run(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }',
      { input: { name: 'a key', scopes: ['documents:write', 'admin:read'], ...input } },
    );
    expect(errors).toEqual([]);
    return data.createApiKey;
  };

  interface Refused {
    readonly action: string;
    readonly code: string;
    readonly status: number;
  }
  const strangers: readonly (readonly [string, () => Promise<Response>, Refused])[] = [
    [
      'who has no token',
      () => graphql('192.0.2.1'),
      { action: 'authenticate', code: 'UNAUTHENTICATED', status: 401 },
    ],
    [
      'whose token is none',
      () => graphql('192.0.2.2', { authorization: 'Bearer not.a.token' }),
      { action: 'authenticate', code: 'UNAUTHENTICATED', status: 401 },
    ],
    [
      'who uploads without a token',
      () => send('192.0.2.3', '/ingest?collection=a', { body: '{}' }),
      { action: 'authenticate', code: 'UNAUTHENTICATED', status: 401 },
    ],
    [
      'who wants a stream without a token',
      () => graphql('192.0.2.4', { accept: 'text/event-stream' }),
      { action: 'authenticate', code: 'UNAUTHENTICATED', status: 401 },
    ],
    [
      'a body that is too large',
      () => graphql('192.0.2.5', {}, { query: 'x'.repeat(REQUEST_BYTES_MAX) }),
      { action: 'POST /graphql', code: 'PAYLOAD_TOO_LARGE', status: 413 },
    ],
    [
      'another media type',
      () => graphql('192.0.2.6', { 'content-type': 'text/plain' }),
      { action: 'POST /graphql', code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 },
    ],
    [
      'what a page of another site could make a browser send',
      () =>
        fetch(`${trellis.app.url()}/graphql?query=${encodeURIComponent('{health{state}}')}`, {
          headers: { 'x-forwarded-for': '192.0.2.8' },
        }),
      { action: 'GET /graphql', code: 'CROSS_SITE_REQUEST', status: 400 },
    ],
  ];

  test.each(strangers)('%s', async (_, ask, { status, ...kept }) => {
    const before = new Set((await read('operators', { outcome: 'REFUSED' })).map(({ address }) => address));
    expect((await ask()).status).toBe(status);
    // 192.0.2.7 is somebody else.
    const at = strangers.findIndex(([, one]) => one === ask) + 1;
    const address = `192.0.2.${at < 7 ? at : at + 1}`;
    expect(before).not.toContain(address);
    expect(await refusedFrom(address)).toMatchObject([{ ...kept, actor: null, apiKey: null, count: 1 }]);
  });

  test('an address that asks too often without credentials', async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: 40 },
        async () => (await graphql('192.0.2.7', { authorization: 'Bearer x' })).status,
      ),
    );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5);
    await expect
      .poll(async () => (await refusedFrom('192.0.2.7')).map(({ code }) => code).toSorted())
      .toEqual(['TOO_MANY_REQUESTS', 'UNAUTHENTICATED']);
  });

  test('a key beyond its limit, by the key, in its tenant: operations, uploads and streams', async () => {
    for (const [address, ask] of [
      ['192.0.2.11', (headers: Record<string, string>) => graphql('192.0.2.11', headers)],
      [
        '192.0.2.12',
        (headers: Record<string, string>) =>
          send('192.0.2.12', '/ingest?collection=a', { headers, body: '{}' }),
      ],
      [
        '192.0.2.13',
        (headers: Record<string, string>) =>
          graphql(
            '192.0.2.13',
            { ...headers, accept: 'text/event-stream' },
            { query: 'subscription { ingestionJob(id: "x") { id } }' },
          ),
      ],
    ] as const) {
      const { secret, key } = await createKey({ limits: { requestsPerMinute: 1 } });
      await ask({ 'x-api-key': secret });
      expect((await ask({ 'x-api-key': secret })).status).toBe(429);
      // What the first of them was refused for want of a scope may be told before.
      const beyond = async () =>
        (await refusedFrom(address, 'acme')).filter(({ code }) => code === 'TOO_MANY_REQUESTS');
      await expect.poll(beyond).toMatchObject([{ apiKey: key.id, actor: `key:${key.id}`, count: 1 }]);
    }
  });

  test('everybody has limits, also where nobody has set any', async () => {
    const { headers } = await graphql('192.0.2.14', await bearer('acme'));
    expect(headers.get('ratelimit-policy')).toBe(
      '"user-points";q=12000;w=60;qu="points", "tenant-points";q=36000;w=60;qu="points"',
    );
    const { secret } = await createKey({});
    const ofKey = await graphql('192.0.2.14', { 'x-api-key': secret });
    expect(ofKey.headers.get('ratelimit-policy')).toMatch(/^"key-points";q=12000;w=60;qu="points"/);
  });

  test('what asks too much at once, or for an answer that is not to be had, by who asked', async () => {
    const deep = `{ viewer ${'{ a '.repeat(40)}${'}'.repeat(41)}`;
    const wide = `{ ${Array.from({ length: 15 }, (_, at) => `a${at}: search(query: "x", first: 1) { tookMs }`).join(' ')} }`;
    await graphql('192.0.2.21', await bearer('acme'), { query: deep });
    await graphql('192.0.2.22', await bearer('acme'), { query: wide });
    const { status } = await graphql('192.0.2.23', { ...(await bearer('acme')), accept: 'text/html' });
    expect(status).toBe(406);
    const kept = { actor: 'tester', count: 1 };
    expect(await refusedFrom('192.0.2.21', 'acme')).toMatchObject([{ ...kept, code: 'QUERY_TOO_COMPLEX' }]);
    expect(await refusedFrom('192.0.2.22', 'acme')).toMatchObject([
      { ...kept, action: 'spend', code: 'QUERY_TOO_COMPLEX' },
    ]);
    expect(await refusedFrom('192.0.2.23', 'acme')).toMatchObject([{ ...kept, code: 'NOT_ACCEPTABLE' }]);
  });

  test('headers that are too large, which no route ever sees', async () => {
    const { hostname, port } = new URL(trellis.app.url());
    const line = connect({ host: hostname, port: Number(port) });
    line.write(`POST /graphql HTTP/1.1\r\nhost: a\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`);
    const answer = await new Promise<string>((resolve) => line.once('data', (data) => resolve(String(data))));
    line.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 431/);
    await expect.poll(async () => (await read('operators', { action: 'HTTP' })).length).toBe(1);
    expect(await read('operators', { action: 'HTTP' })).toMatchObject([
      { code: 'HEADERS_TOO_LARGE', address: '127.0.0.1' },
    ]);
  });

  test('a WebSocket for a page of another origin', async () => {
    const socket = new WebSocket(
      `${trellis.app.url().replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      {
        headers: { origin: 'https://evil.example', 'x-forwarded-for': '192.0.2.31' },
      },
    );
    await new Promise((resolve) => socket.once('error', resolve));
    expect(await refusedFrom('192.0.2.31')).toMatchObject([{ action: 'connect', code: 'FORBIDDEN' }]);
  });

  test.runIf(transport === 'http')('a call on a subgraph’s own port, from where it came', async () => {
    const url = `http://127.0.0.1:${subgraphPort}`;
    for (const name of ['admin', 'documents', 'retrieval', 'traversal'])
      for (const authorization of ['', 'Bearer not.a.token', (await bearer()).authorization]) {
        const { status } = await fetch(`${url}/${name}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body: JSON.stringify(HEALTH),
        });
        expect(status).toBe(401);
      }
    expect((await fetch(`${url}/ingest?collection=a`, { method: 'POST', body: 'x' })).status).toBe(401);
    for (const path of ['/admin/graphql', '/documents/graphql', '/retrieval/graphql', '/traversal/graphql'])
      await expect
        .poll(async () => read('operators', { action: `POST ${path}` }))
        .toMatchObject([{ address: '127.0.0.1', code: 'UNAUTHENTICATED', actor: null, count: 3 }]);
    await expect
      .poll(async () => read('operators', { action: 'POST /ingest' }))
      .toMatchObject([{ address: '127.0.0.1', code: 'UNAUTHENTICATED', count: 1 }]);
  });

  test('names fields as the schema does, whatever the client calls them', async () => {
    const weak = await trellis.token({ scopes: ['graph:read'] });
    const name = 'x'.repeat(5_000);
    for (const query of [
      `{ ${name}: health { state } }`,
      'query A { ...F } fragment F on Query { f: apiKeys { y: nodes { id } } }',
    ])
      await trellis.run(query, {}, weak);
    await expect
      .poll(async () =>
        (await read('acme', { outcome: 'REFUSED', actor: 'tester' }))
          .map(({ action }) => action)
          .filter((action) => action.startsWith('Query.'))
          .toSorted(),
      )
      .toEqual(['Query.apiKeys', 'Query.health']);
  });

  test('a flood of anonymous mutations that fail, or do nothing, is few entries', async () => {
    const before = await read('operators');
    const asks = [
      'mutation { signOut(input: { refreshToken: "none" }) { ended } }',
      'mutation { refreshSession(input: { refreshToken: "none" }) { accessToken } }',
    ];
    for (let at = 0; at < 12; at++) for (const query of asks) await graphql('192.0.2.41', {}, { query });
    await expect.poll(async () => (await refusedFrom('192.0.2.41')).length).toBeGreaterThan(0);
    const fresh = (await read('operators')).length - before.length;
    expect(fresh).toBeLessThanOrEqual(4);
  });

  test(
    'a flood from everywhere is counted whole in few entries, also at the stop, and the log stays whole',
    async () => {
      const addresses = 2_500;
      const isOfFlood = ({ address, action }: Data) =>
        address?.startsWith('2001:db8:') || action === 'many kinds of refusals';
      for (let at = 0; at < addresses; at += 50)
        await Promise.all(
          Array.from({ length: 50 }, (_, one) =>
            graphql(`2001:db8:${(at + one).toString(16)}:1::1`, { authorization: 'Bearer x' }),
          ),
        );
      await trellis.restart();
      const flood = (await read('operators', { outcome: 'REFUSED' })).filter(isOfFlood);
      const counted = flood.reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(addresses);
      expect(flood.length).toBeLessThan(1_100);
      const { data } = await trellis.run(
        '{ auditVerification { intact faults { reason } } }',
        {},
        await trellis.token({ tenant: 'operators' }),
      );
      expect(data).toEqual({ auditVerification: { intact: true, faults: [] } });
    },
    FLOOD_MS_MAX,
  );
});
