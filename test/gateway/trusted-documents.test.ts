/** Listed operations: named by id on every way in, and nothing else taken where that is so configured. */

import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../gateway/trusted-documents/manifest.ts';
import type { Scope } from '../../model/principal.ts';
import { type Data, startTestGateway, type TestGateway } from './harness.ts';
import { connectSocket, requestEvents } from './live/live-client.ts';

const ENTITY = 'query Entity($id: ID!) { entity(id: $id) { name } }';
const ANSWER = 'subscription Answer { answer(question: "a b") { word } }';
const UNLISTED = '{ documents(first: 1) { title } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const manifestOf = (...bodies: readonly string[]) =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: bodies.map((body) => ({ id: sha256(body), name: 'Some', type: 'query', body })),
  });
const named = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });

let directory: string;
let file: string;
let trellis: TestGateway | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-manifest-'));
  file = join(directory, 'manifest.json');
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(async () => {
  await trellis?.close();
  trellis = undefined;
});

/** In one step, as deployments do. */
const list = async (content: string) => {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
};
const start = async (mode: 'off' | 'prefer' | 'only', content = manifestOf(ENTITY, ANSWER)) => {
  await list(content);
  trellis = await startTestGateway({ development: false, trustedDocuments: { mode, file } });
  return trellis;
};
const tokenWith = (gateway: TestGateway, scopes: readonly Scope[]) =>
  gateway.authority.issue({
    principal: { subject: 'ada', tenant: 'acme', scopes },
    audience: 'trellis',
    lifetimeSeconds: 300,
  });
const post = async (gateway: TestGateway, body: Data, scopes: readonly Scope[] = []) =>
  gateway.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await tokenWith(gateway, scopes)}`,
    },
    body: JSON.stringify(body),
  });
const get = async (gateway: TestGateway, search: Record<string, string>) =>
  gateway.fetch(`/graphql?${new URLSearchParams(search)}`, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenWith(gateway, [])}` },
  });
const codeOf = ({ body }: Data) => body.code ?? body.errors?.[0].extensions.code ?? 'OK';
const variables = { id: '1' };
const SUBSCRIPTION = 'subscription { answer(question: "a") { word } }';
const FORBIDDEN = { errors: [{ extensions: { code: 'FORBIDDEN' } }] };
const ENTITY_1 = { data: { entity: { name: 'Entity 1' } } };

describe.each(['prefer', 'only'] as const)('with "%s" a listed operation is taken', (mode) => {
  test('by its id, as each kind of client says it, and by its text', async () => {
    const gateway = await start(mode);
    for (const body of [
      { documentId: sha256(ENTITY), variables },
      { documentId: `sha256:${sha256(ENTITY)}`, variables },
      { doc_id: sha256(ENTITY), variables },
      { extensions: named(ENTITY), variables },
      { extensions: named(ENTITY), query: ENTITY, variables },
      { query: ENTITY, variables },
    ])
      expect((await post(gateway, body)).body).toEqual(ENTITY_1);
    const asked = { variables: JSON.stringify(variables) };
    expect((await get(gateway, { documentId: sha256(ENTITY), ...asked })).body).toEqual(ENTITY_1);
    expect((await get(gateway, { extensions: JSON.stringify(named(ENTITY)), ...asked })).body).toEqual(
      ENTITY_1,
    );
    expect((await get(gateway, { query: ENTITY, ...asked })).body).toEqual(ENTITY_1);
  });

  test('and streamed, on a WebSocket and over server-sent events', async () => {
    const gateway = await start(mode);
    const token = await tokenWith(gateway, []);
    const socket = connectSocket(gateway, { token });
    for (const payload of [{ query: '', extensions: named(ANSWER) }, { query: ANSWER }]) {
      const words: string[] = [];
      for await (const { data } of socket.client.iterate(payload as Data))
        words.push((data as Data).answer.word);
      expect(words).toEqual(['a', 'b']);
    }
    await socket.client.dispose();
    const events = await requestEvents(gateway, { documentId: sha256(ANSWER) }, { token });
    const results: Data[] = [];
    for await (const result of events.results) results.push(result);
    expect(results).toEqual([{ data: { answer: { word: 'a' } } }, { data: { answer: { word: 'b' } } }]);
  });

  test('but not under another text, nor an id that there is not', async () => {
    const gateway = await start(mode);
    expect(codeOf(await post(gateway, { extensions: named(ENTITY), query: UNLISTED }))).toBe('BAD_INPUT');
    const unknown = await post(gateway, { documentId: sha256(UNLISTED) });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(unknown.body.detail).toMatch(/Have it added to the list/);
    expect((await get(gateway, { documentId: sha256(UNLISTED) })).status).toBe(404);
  });
});

describe('where only listed operations are taken', () => {
  test('every other is refused on every way in, unparsed, saying what to do', async () => {
    const gateway = await start('only');
    const token = await tokenWith(gateway, ['admin:*', 'schema:read']);
    for (const query of [UNLISTED, `${ENTITY} `, '{ nonsense', '{ __schema { queryType { name } } }']) {
      const refused = await post(gateway, { query, variables }, ['admin:*', 'schema:read']);
      expect(refused.status).toBe(403);
      expect(refused.body.errors).toHaveLength(1);
      expect(refused.body.errors[0]).toMatchObject({
        message: expect.stringMatching(/^Only listed operations .* takes? the scope "operations:any"/),
        extensions: { code: 'FORBIDDEN' },
      });
      expect((await get(gateway, { query })).status).toBe(403);
    }
    const socket = connectSocket(gateway, { token });
    expect((await socket.iterate(UNLISTED).next()).value).toMatchObject(FORBIDDEN);
    await expect(socket.iterate(SUBSCRIPTION).next()).rejects.toMatchObject(FORBIDDEN.errors);
    const answered = await requestEvents(gateway, { query: UNLISTED }, { token });
    expect((await answered.results.next()).value).toMatchObject(FORBIDDEN);
    const events = await requestEvents(gateway, { query: SUBSCRIPTION }, { token });
    expect([events.status, await events.problem()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
    await socket.client.dispose();
  });

  test('none is made so by sending its text with its hash, as automatic persisted queries do', async () => {
    const gateway = await start('only');
    expect((await post(gateway, { query: UNLISTED, extensions: named(UNLISTED) })).status).toBe(403);
    expect((await post(gateway, { extensions: named(UNLISTED) })).status).toBe(404);
    expect((await post(gateway, { query: UNLISTED, documentId: 'x' })).status).toBe(403);
    expect((await post(gateway, [{ query: UNLISTED }])).status).toBe(400);
    expect((await post(gateway, { query: [UNLISTED] })).status).toBe(400);
  });

  test('credentials with the scope for it may send any, and whoever has none may sign in', async () => {
    const gateway = await start('only');
    expect((await post(gateway, { query: UNLISTED }, ['operations:any'])).status).toBe(200);
    const socket = connectSocket(gateway, { token: await tokenWith(gateway, ['operations:any']) });
    expect((await socket.iterate(UNLISTED).next()).value).toMatchObject({ data: { documents: [{}] } });
    await socket.client.dispose();
    const query = 'mutation { signIn(input: { tenant: "a", name: "b", password: "c" }) { accessToken } }';
    const { body } = await gateway.ask(query, {}, { authorization: null });
    // There is no such field in this test's schema; what matters is that it got that far.
    expect(body.errors[0].extensions.code).toBe('BAD_INPUT');
  });
});

test('with "off" ids name nothing, and any text is taken', async () => {
  const gateway = await start('off');
  expect((await post(gateway, { documentId: sha256(ENTITY) })).status).toBe(400);
  expect((await post(gateway, { query: UNLISTED })).status).toBe(200);
  expect(codeOf(await post(gateway, { query: ENTITY, variables, extensions: named(ENTITY) }))).toBe(
    'BAD_INPUT',
  );
});

test('a list that changes is read again, and one that is broken is refused while the one before it stays', async () => {
  const gateway = await start('only');
  const codeFor = async (query: string) => codeOf(await post(gateway, { query, variables }));
  const readiness = async () => (await gateway.fetch('/health/ready')).body;
  expect(await codeFor(UNLISTED)).toBe('FORBIDDEN');
  await list(JSON.stringify({ one: UNLISTED }));
  await expect.poll(() => codeFor(UNLISTED)).toBe('OK');
  expect(await codeFor(ENTITY)).toBe('FORBIDDEN');
  await list('{ "one": ');
  await expect
    .poll(async () => JSON.stringify(await readiness()))
    .toMatch(/trusted documents","state":"DEGRADED/);
  expect(await codeFor(UNLISTED)).toBe('OK');
  await list(manifestOf(ENTITY));
  await expect.poll(() => codeFor(ENTITY)).toBe('OK');
  expect(JSON.stringify(await readiness())).not.toMatch(/DEGRADED/);
});

describe('a list', () => {
  test.each([
    ['that is no JSON', '{', /is not JSON/],
    ['of another format', '{"format":"x","version":1,"operations":[]}', /in no form that is known here/],
    [
      'with two texts under one id',
      manifestOf(ENTITY).replace('"operations":[', `"operations":[{"id":"${sha256(ENTITY)}","body":"{a}"},`),
      /two documents of the id/,
    ],
    [
      'with a text that nobody can run',
      '{"a":"{ nonsense"}',
      /a document "a" that cannot be read: Syntax Error/,
    ],
  ])('%s is refused', (_, text, message) => {
    expect(() => readManifest(text)).toThrow(message);
  });

  test('that is not there stops the start', async () => {
    const missing = { mode: 'only', file: join(directory, 'none.json') } as const;
    await expect(startTestGateway({ trustedDocuments: missing })).rejects.toThrow(
      /cannot be read \(ENOENT\)/,
    );
  });
});
