/** API keys from their making to their end, through the gateway, as a client meets them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../model/principal.ts';
import { makeApiKey } from '../../platform/auth/api-key.ts';
import { type Answer, type Data, type Scenario, startScenario } from './harness.ts';

const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { secret key { id name kind start state scopes collections createdBy expiresAt limits { requestsPerMinute costPerMinute } } }
}`;
const ROTATE =
  'mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { secret key { id previousUntil rotatedAt } } }';
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { key { id state revokedAt } } }';
const VIEWER = '{ viewer { subject tenant scopes collections apiKey { id name } } }';

let trellis: Scenario;
beforeAll(async () => {
  trellis = await startScenario();
  await trellis.ingest('papers', [{ key: 'a', title: 'A', content: 'Ada Lovelace wrote about the engine.' }]);
});
afterAll(() => trellis?.close());

const create = async (input: Data = {}, token?: string): Promise<Data> => {
  const given = { name: 'ci', scopes: ['documents:read'], ...input };
  const { data, errors } = await trellis.run(CREATE, { input: given }, token);
  if (errors.length > 0) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return data.createApiKey;
};
const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code);
const refusal = async (secret: string) => {
  const { status, errors } = await trellis.run(VIEWER, {}, secret);
  return `${status} ${errors[0]?.extensions.code}: ${errors[0]?.message}`;
};

describe('a key that was made', () => {
  test('is shown once, and does what it may do, as a bearer token or as x-api-key', async () => {
    const { secret, key } = await create({ name: ' nightly ', limits: { requestsPerMinute: 60 } });
    expect(secret).toMatch(/^trk_live_[0-9A-Za-z]{60}$/);
    expect(key).toEqual({
      id: secret.slice(9, 25),
      name: 'nightly',
      kind: 'LIVE',
      start: secret.slice(0, 25),
      state: 'ACTIVE',
      scopes: ['documents:read'],
      collections: null,
      createdBy: 'tester',
      expiresAt: null,
      limits: { requestsPerMinute: 60, costPerMinute: null },
    });
    expect((await trellis.run(VIEWER, {}, secret)).data.viewer).toEqual({
      subject: `key:${key.id}`,
      tenant: 'acme',
      scopes: ['documents:read'],
      collections: null,
      apiKey: { id: key.id, name: 'nightly' },
    });
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': secret },
      body: JSON.stringify({ query: '{ documents { nodes { title } } }' }),
    });
    expect(await response.json()).toEqual({ data: { documents: { nodes: [{ title: 'A' }] } } });
    expect(codes(await trellis.run('{ health { state } }', {}, secret))).toEqual(['FORBIDDEN']);
  });
});

describe('a key is refused', () => {
  test('when a character is wrong, without asking any store', async () => {
    const { secret } = await create();
    const last = secret.at(-1) === 'a' ? 'b' : 'a';
    await trellis.takeCalls();
    expect(await refusal(secret.slice(0, -1) + last)).toMatch(/^401 UNAUTHENTICATED: .*checksum/);
    expect(await refusal(`${secret}x`)).toMatch(/^401 UNAUTHENTICATED: .*checksum/);
    expect(await trellis.takeCalls()).toEqual([]);
  });

  test('when it is forged: sound in form, of a key that there is or is not', async () => {
    const { key } = await create();
    const unknown = 'The API key is not one of ours. Have one made with createApiKey.';
    expect(await refusal(makeApiKey('LIVE'))).toBe(`401 UNAUTHENTICATED: ${unknown}`);
    expect(await refusal(makeApiKey('LIVE', key.id))).toBe(`401 UNAUTHENTICATED: ${unknown}`);
  });

  test('when it has expired', async () => {
    const { secret } = await create({ expiresAt: new Date(Date.now() + 1_500).toISOString() });
    expect((await trellis.run(VIEWER, {}, secret)).errors).toEqual([]);
    await expect
      .poll(() => refusal(secret))
      .toBe('401 UNAUTHENTICATED: The API key has expired. Have a new one made.');
  });

  test('as soon as it is revoked, for good', async () => {
    const { secret, key } = await create();
    expect((await trellis.run(VIEWER, {}, secret)).errors).toEqual([]);
    const { data } = await trellis.run(REVOKE, { id: key.id });
    expect(data.revokeApiKey.key).toMatchObject({ id: key.id, state: 'REVOKED' });
    await expect
      .poll(() => refusal(secret))
      .toBe('401 UNAUTHENTICATED: The API key was revoked. Have a new one made.');
    const again = await trellis.run(REVOKE, { id: key.id });
    expect(again.data.revokeApiKey.key.revokedAt).toBe(data.revokeApiKey.key.revokedAt);
    expect(codes(await trellis.run(ROTATE, { input: { id: key.id } }))).toEqual(['CONFLICT']);
  });

  test.each([
    ['two credentials at once', { authorization: 'Bearer x', 'x-api-key': 'y' }, /Send one of the two/],
    ['something else as a key', { 'x-api-key': 'secret' }, /keys begin with "trk_"/],
    ['a key in another scheme', { authorization: 'Basic trk_live_x' }, /not "Bearer/],
  ])('as %s', async (_, headers, message) => {
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
      body: JSON.stringify({ query: VIEWER }),
    });
    expect(response.status).toBe(401);
    const { errors } = (await response.json()) as Data;
    expect(errors[0].message).toMatch(message);
  });
});

describe('a rotation', () => {
  test('gives a new secret to the same key; the former is taken for the grace, the one before not', async () => {
    const { secret: first, key } = await create();
    const rotate = async (graceSeconds: number) =>
      (await trellis.run(ROTATE, { input: { id: key.id, graceSeconds } })).data.rotateApiKey;
    const { secret: second, key: rotated } = await rotate(600);
    expect(rotated.id).toBe(key.id);
    expect(second.slice(0, 25)).toBe(first.slice(0, 25));
    for (const secret of [first, second])
      expect((await trellis.run(VIEWER, {}, secret)).data.viewer.apiKey.id).toBe(key.id);
    const { secret: third } = await rotate(600);
    await expect.poll(() => refusal(first)).toMatch(/not one of ours/);
    const { secret: fourth } = await rotate(0);
    await expect.poll(() => refusal(third)).toMatch(/replaced by a rotation/);
    expect((await trellis.run(VIEWER, {}, fourth)).errors).toEqual([]);
  });

  test.each([-1, 604_801])('with a grace of %i s is refused', async (graceSeconds) => {
    const { key } = await create();
    expect(codes(await trellis.run(ROTATE, { input: { id: key.id, graceSeconds } }))).toEqual(['BAD_INPUT']);
  });
});

describe('nobody gets more than they have', () => {
  const tokenOf = (...scopes: readonly Scope[]) => trellis.token({ scopes });

  test('by making a key', async () => {
    const token = await tokenOf('admin:keys', 'documents:read');
    await expect(create({ scopes: ['documents:write'] }, token)).rejects.toThrow(
      /FORBIDDEN.*"documents:write"/,
    );
    await expect(create({ scopes: ['admin:*'] }, token)).rejects.toThrow('FORBIDDEN');
    await expect(create({}, await tokenOf('documents:read'))).rejects.toThrow(/FORBIDDEN.*admin:keys/);
    expect((await create({ scopes: ['admin:keys'] }, token)).key.scopes).toEqual(['admin:keys']);
  });

  test('by rotating a key that may do more', async () => {
    const { key, secret } = await create({ scopes: ['documents:write', 'admin:read'] });
    const weaker = await trellis.run(ROTATE, { input: { id: key.id } }, await tokenOf('admin:keys'));
    expect(codes(weaker)).toEqual(['FORBIDDEN']);
    expect((await trellis.run(VIEWER, {}, secret)).errors).toEqual([]);
  });

  test('by a key that lives longer, or may spend more, than the key that makes it', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const limits = { requestsPerMinute: 10 };
    const { secret } = await create({ scopes: ['admin:keys', 'documents:read'], expiresAt, limits });
    await expect(create({ limits }, secret)).rejects.toThrow(/FORBIDDEN.*time/);
    await expect(create({ expiresAt }, secret)).rejects.toThrow(/FORBIDDEN.*requestsPerMinute/);
    const { key } = await create({ expiresAt, limits }, secret);
    expect(key.createdBy).toMatch(/^key:/);
  });

  test('of another tenant: its keys are not there', async () => {
    const { key } = await create();
    const other = await trellis.token({ tenant: 'globex' });
    const { data } = await trellis.run(
      'query ($id: ID!) { apiKey(id: $id) { id } apiKeys { nodes { id } } }',
      { id: key.id },
      other,
    );
    expect(data).toEqual({ apiKey: null, apiKeys: { nodes: [] } });
    expect(codes(await trellis.run(REVOKE, { id: key.id }, other))).toEqual(['NOT_FOUND']);
    expect(codes(await trellis.run(ROTATE, { input: { id: key.id } }, other))).toEqual(['NOT_FOUND']);
  });

  test('and nobody asks what only gateways ask, whatever their scopes', async () => {
    const { errors } = await trellis.run('{ keyGrants(keys: []) { id } }');
    expect(errors[0].message).toMatch(/Cannot query field "keyGrants"/);
  });
});

describe('what is asked of a new key is checked', () => {
  test.each([
    [{ name: ' ' }, 'input.name'],
    [{ scopes: [] }, 'input.scopes'],
    [{ scopes: ['documents:all'] }, 'input.scopes.0'],
    [{ collections: ['papers', 'nowhere'] }, 'input.collections.1'],
    [{ collections: [] }, 'input.collections'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'input.expiresAt'],
    [{ limits: { costPerMinute: 0 } }, 'input.limits.costPerMinute'],
  ])('%j', async (input, field) => {
    const given = { name: 'ci', scopes: ['documents:read'], ...input };
    const { errors } = await trellis.run(CREATE, { input: given });
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_INPUT', errors: [{ field }] });
  });
});

test('when a key was last used is noted, at the latest when the gateway stops', async () => {
  const { secret, key } = await create();
  const before = Date.now();
  await trellis.run(VIEWER, {}, secret);
  await trellis.restart();
  const { data } = await trellis.run('query ($id: ID!) { apiKey(id: $id) { lastUsedAt } }', { id: key.id });
  expect(Date.parse(data.apiKey.lastUsedAt)).toBeGreaterThanOrEqual(before);
  // What was made before the restart is taken after it.
  expect((await trellis.run(VIEWER, {}, secret)).errors).toEqual([]);
});

describe('a key with limits', () => {
  const send = (secret: string, query: string) =>
    fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query }),
    });

  test('is told how much is left, and refused beyond it, with when to come back', async () => {
    const { secret } = await create({ limits: { requestsPerMinute: 2 } });
    const first = await send(secret, VIEWER);
    expect([first.status, first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
      200,
      '"key-requests";q=2;w=60;qu="requests", "key-points";q=12000;w=60;qu="points", "tenant-points";q=36000;w=60;qu="points"',
      '"key-requests";r=1;t=30',
    ]);
    expect((await send(secret, VIEWER)).status).toBe(200);
    const refused = await send(secret, VIEWER);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { errors } = (await refused.json()) as Data;
    expect(errors[0].extensions).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      retryAfterMs: expect.any(Number),
      'violated-policies': ['key-requests'],
    });
    const upload = await fetch(`${trellis.app.url()}/ingest?collection=papers`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'x-api-key': secret },
      body: 'A note.',
    });
    expect(upload.status).toBe(429);
  });

  test('pays for what an operation may cost, not for its being one', async () => {
    const { secret } = await create({ limits: { costPerMinute: 10 } });
    const refused = await send(
      secret,
      '{ documents(first: 100) { nodes { title chunks(first: 100) { nodes { text } } } } }',
    );
    expect([refused.status, (await refused.json()) as Data]).toEqual([
      400,
      {
        errors: [
          expect.objectContaining({ extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }) }),
        ],
      },
    ]);
    const { secret: other } = await create({ limits: { costPerMinute: 10 } });
    for (let at = 0; at < 5; at++) expect((await send(other, VIEWER)).status).toBe(200);
  });
});
