/** Whose limit a request meets: the user's, the tenant's, the address's; on every way in. */

import { afterEach, describe, expect, test } from 'vitest';
import { NO_LIMITS } from '../../../gateway/limits/allowances.ts';
import { type Data, startTestGateway, type TestGateway, type TestOptions } from '../harness.ts';
import { connectSocket, requestEvents } from '../live/live-client.ts';

let trellis: TestGateway | undefined;
afterEach(async () => {
  await trellis?.close();
  trellis = undefined;
});
const start = async (limits: Partial<typeof NO_LIMITS>, options: TestOptions = {}): Promise<TestGateway> => {
  trellis = await startTestGateway({ limits: { ...NO_LIMITS, ...limits }, ...options });
  return trellis;
};
const SMALL = '{ entity(id: "1") { id } }';
const SEARCH = '{ search(query: "x", first: 1) { tookMs } }';
const ANSWER = 'subscription { answer(question: "a b c") { word } }';
const policies = ({ body }: Data) => body.errors?.[0].extensions['violated-policies'];

describe('a user', () => {
  test('pays by what an operation costs, with whatever token, and is told so', async () => {
    const { ask, token } = await start({ user: 50 });
    const first = await ask(SEARCH);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"user-points";q=50;w=60;qu="points"');
    expect(first.headers.get('ratelimit')).toMatch(/^"user-points";r=29;t=2\d$/);
    const authorization = `Bearer ${await token({ lifetimeSeconds: 300 })}`;
    expect((await ask(SEARCH, {}, { authorization })).status).toBe(200);
    const refused = await ask(SEARCH);
    expect(refused.status).toBe(429);
    expect(policies(refused)).toEqual(['user-points']);
    expect(refused.body.errors[0]).toMatchObject({
      message: expect.stringMatching(/"user-points" is reached: the user has 50 points in a minute/),
      extensions: { code: 'TOO_MANY_REQUESTS', retryAfterMs: expect.any(Number) },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"user-points";r=\d+;t=\d+$/);
    expect((await ask(SMALL)).status).toBe(200);
    const other = await ask(SEARCH, {}, { authorization: `Bearer ${await token({ tenant: 'globex' })}` });
    expect(other.status).toBe(200);
  });

  test('who asks for more at once than there ever is hears that waiting is of no use', async () => {
    const { ask } = await start({ user: 10 });
    const { status, body, headers } = await ask(SEARCH);
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(headers.get('retry-after')).toBeNull();
  });

  test('pays on a WebSocket and over server-sent events as well, for opening a stream and for each event', async () => {
    const gateway = await start({ user: 30 });
    const socket = connectSocket(gateway, { token: await gateway.token() });
    const words: string[] = [];
    for await (const { data } of socket.iterate(ANSWER)) words.push(data.answer.word);
    expect(words).toEqual(['a', 'b', 'c']);
    // 21 for the answer that is written, and 1 for each of its three words.
    const { headers } = await gateway.ask(SMALL);
    expect(headers.get('ratelimit')).toMatch(/^"user-points";r=[56];/);
    await expect(socket.iterate(ANSWER).next()).rejects.toMatchObject([
      { extensions: { code: 'TOO_MANY_REQUESTS', 'violated-policies': ['user-points'] } },
    ]);
    const events = await requestEvents(gateway, { query: ANSWER });
    expect(events.status).toBe(429);
    expect(await events.problem()).toMatchObject({ 'violated-policies': ['user-points'] });
    await socket.client.dispose();
  });
});

test('a tenant pays for all of its users together', async () => {
  const { ask, authority } = await start({ user: 100, tenant: 120 });
  const as = async (subject: string) => {
    const principal = { subject, tenant: 'acme', scopes: [] };
    const token = await authority.issue({ principal, audience: 'trellis', lifetimeSeconds: 300 });
    return ask(
      `{ ${Array.from({ length: 4 }, (_, at) => `a${at}: search(query: "x") { tookMs }`).join(' ')} }`,
      {},
      {
        authorization: `Bearer ${token}`,
      },
    );
  };
  expect((await as('ada')).status).toBe(200);
  const second = await as('bob');
  expect(second.status).toBe(429);
  expect(policies(second)).toEqual(['tenant-points']);
  expect(second.body.errors[0].message).toMatch(/the tenant, all its callers together, has 120 points/);
});

describe('an address', () => {
  const askFrom = (gateway: TestGateway, forwarded: string | null, headers: Record<string, string | null>) =>
    gateway.ask(SMALL, {}, { 'x-forwarded-for': forwarded, ...headers });
  const wrong = { authorization: 'Bearer not.a.token' };

  test('that shows tokens that are none, or none at all, is refused after a while; who is known there is not', async () => {
    const gateway = await start({ address: 3 }, { development: false });
    const codes: number[] = [];
    for (const headers of [
      wrong,
      { authorization: null },
      { 'x-api-key': 'trk_live_x', authorization: null },
      wrong,
    ])
      codes.push((await askFrom(gateway, null, headers)).status);
    expect(codes).toEqual([401, 401, 401, 429]);
    const refused = await askFrom(gateway, null, wrong);
    expect(policies(refused)).toEqual(['address-points']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"address-points";r=0;t=\d+$/);
    expect((await askFrom(gateway, null, {})).status).toBe(200);
    const socket = connectSocket(gateway, { token: 'not.a.token', lazy: false });
    expect(await socket.closed).toMatchObject({
      code: 4401,
      reason: expect.stringMatching(/"address-points"/),
    });
    expect((await requestEvents(gateway, { query: SMALL }, { token: null })).status).toBe(429);
  });

  test('is not what a client says of itself', async () => {
    const gateway = await start({ address: 2 }, { development: false });
    const codes: number[] = [];
    for (const spoofed of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
      codes.push((await askFrom(gateway, spoofed, wrong)).status);
    expect(codes).toEqual([401, 401, 429]);
  });

  test('is what the nearest trusted proxy says, whatever a client put in front', async () => {
    const gateway = await start({ address: 2 }, { development: false, trustedProxies: ['loopback'] });
    const codes: number[] = [];
    for (const spoofed of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
      codes.push((await askFrom(gateway, `${spoofed}, 203.0.113.7`, wrong)).status);
    expect(codes).toEqual([401, 401, 429]);
    expect((await askFrom(gateway, '203.0.113.8', wrong)).status).toBe(401);
  });

  test('of IPv6 is the network of its subscriber', async () => {
    const gateway = await start({ address: 2 }, { development: false, trustedProxies: ['loopback'] });
    const codes: number[] = [];
    for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::3', '2001:db8:0:1::1'])
      codes.push((await askFrom(gateway, address, wrong)).status);
    expect(codes).toEqual([401, 401, 429, 401]);
  });

  test('pays for what is asked without credentials, by what it costs', async () => {
    const gateway = await start({ address: 5 });
    const query = '{ __schema { queryType { name } } }';
    const codes: number[] = [];
    for (let at = 0; at < 6; at++) codes.push((await gateway.ask(query, {}, { authorization: null })).status);
    expect(codes).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
