/** Sessions that end, and users who are disabled or deleted: their access tokens are refused everywhere. */

import { createClient } from 'graphql-ws';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type Answer, type Data, type Scenario, startScenario, TRANSPORTS } from './harness.ts';

const PASSWORD = 'correct horse battery';
const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken user { id } } }';
const CREATE = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }';
const REFRESH = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }';
const SIGN_OUT = 'mutation ($input: SignOutInput!) { signOut(input: $input) { ended } }';
const DISABLE = 'mutation ($id: ID!) { disableUser(input: { id: $id }) { user { state } } }';
const DELETE = 'mutation ($id: ID!) { deleteUser(input: { id: $id }) { id } }';
const END = 'mutation ($id: ID!) { endSession(input: { id: $id }) { ended } }';
const END_ALL = 'mutation ($user: ID) { endSessions(input: { user: $user }) { ended } }';
const MINE = '{ viewer { user { sessions { id createdAt refreshedAt expiresAt isCurrent } } } }';
const OF_USER = 'query ($id: ID!) { user(id: $id) { sessions { id isCurrent } } }';
const VIEWER = '{ viewer { subject } }';

const code = ({ errors }: Answer) => errors[0]?.extensions.code ?? 'OK';
const given = ({ data, errors }: Answer): Data => {
  if (errors.length > 0) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return Object.values(data)[0];
};

describe.each(TRANSPORTS)('with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({ transport });
  });
  afterAll(() => trellis?.close());

  const create = async (name: string, roles: readonly string[] = ['reader']): Promise<string> =>
    given(await trellis.run(CREATE, { input: { name, password: PASSWORD, roles } })).user.id;
  const signIn = async (name: string): Promise<Data> =>
    given(await trellis.run(SIGN_IN, { input: { tenant: 'acme', name, password: PASSWORD } }, null));
  const sees = async (token: string) => code(await trellis.run(VIEWER, {}, token));
  /** At once in the process with the admin part and over Redis, within seconds elsewhere. */
  const isRefused = (token: string) => expect.poll(() => sees(token)).toBe('UNAUTHENTICATED');

  test('one lists their own sessions, ends one of them, then all', async () => {
    await create('Ada');
    const [first, second, third] = [await signIn('ada'), await signIn('ada'), await signIn('ada')];
    for (const { accessToken } of [first, second, third]) expect(await sees(accessToken)).toBe('OK');
    const { user } = given(await trellis.run(MINE, {}, second.accessToken));
    expect(user.sessions.map(({ isCurrent }: Data) => isCurrent)).toEqual([false, true, false]);
    expect(user.sessions[1].id).toBe(decodeJwt(second.accessToken)['sid']);
    const [one] = user.sessions;
    expect(given(await trellis.run(END, { id: one.id }, second.accessToken))).toEqual({ ended: true });
    await isRefused(first.accessToken);
    expect(given(await trellis.run(END, { id: one.id }, second.accessToken))).toEqual({ ended: false });
    expect(code(await trellis.run(REFRESH, { input: { refreshToken: first.refreshToken } }, null))).toBe(
      'UNAUTHENTICATED',
    );
    expect(await sees(second.accessToken)).toBe('OK');
    expect(given(await trellis.run(END_ALL, {}, second.accessToken))).toEqual({ ended: 2 });
    await isRefused(second.accessToken);
    await isRefused(third.accessToken);
  });

  test('signing out ends the access token as well, and says why it is refused', async () => {
    await create('Bea');
    const { accessToken, refreshToken } = await signIn('bea');
    expect(await sees(accessToken)).toBe('OK');
    given(await trellis.run(SIGN_OUT, { input: { refreshToken } }, null));
    await isRefused(accessToken);
    const { status, errors } = await trellis.run(VIEWER, {}, accessToken);
    expect(`${status} ${errors[0].message}`).toMatch(
      /^401 The session of this token has ended\. Sign in again/,
    );
  });

  test('who is disabled is out with all tokens and connections', async () => {
    const id = await create('Cleo');
    const { accessToken } = await signIn('cleo');
    const closed = Promise.withResolvers<{ readonly code: number; readonly reason: string }>();
    const client = createClient({
      url: `${trellis.app.url().replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
      connectionParams: { authorization: `Bearer ${accessToken}` },
      on: { closed: (event) => closed.resolve(event as { code: number; reason: string }) },
    });
    expect((await client.iterate({ query: VIEWER }).next()).value).toMatchObject({ data: { viewer: {} } });
    given(await trellis.run(DISABLE, { id }));
    await isRefused(accessToken);
    expect(await closed.promise).toMatchObject({
      code: 4401,
      reason: expect.stringMatching(/not taken any more/),
    });
    await client.dispose();
  });

  test('who is deleted is gone with sessions and tokens; the audit log has an id, and no name', async () => {
    const id = await create('Desdemona');
    const { accessToken, refreshToken } = await signIn('desdemona');
    expect(given(await trellis.run(OF_USER, { id })).sessions).toHaveLength(1);
    expect(given(await trellis.run(DELETE, { id }))).toEqual({ id });
    await isRefused(accessToken);
    expect(code(await trellis.run(REFRESH, { input: { refreshToken } }, null))).toBe('UNAUTHENTICATED');
    expect(given(await trellis.run(OF_USER, { id }))).toBeNull();
    const again = await trellis.run(
      SIGN_IN,
      { input: { tenant: 'acme', name: 'Desdemona', password: PASSWORD } },
      null,
    );
    expect(code(again)).toBe('UNAUTHENTICATED');
    expect(code(await trellis.run(DELETE, { id }))).toBe('NOT_FOUND');
    const log = await trellis.run('{ auditLog(first: 100) { nodes { action actor targets detail } } }');
    expect(JSON.stringify(log.data)).not.toMatch(/desdemona/i);
    expect(given(log).nodes).toContainEqual(
      expect.objectContaining({ action: 'Mutation.deleteUser', targets: [id] }),
    );
    // Whoever has the name next is not let in by what was before.
    await create('Desdemona');
    expect(await sees(accessToken)).toBe('UNAUTHENTICATED');
  });

  test('sessions of others are ended by who manages them, and by nobody else', async () => {
    const id = await create('Ellen');
    await create('Fanny');
    await create('Grace', ['administrator']);
    const [ellen, fanny, grace] = [await signIn('ellen'), await signIn('fanny'), await signIn('grace')];
    const session = decodeJwt(ellen.accessToken)['sid'];
    const as = async (query: string, variables: Data, token: string) =>
      code(await trellis.run(query, variables, token));
    expect(await as(END, { id: session }, fanny.accessToken)).toBe('NOT_FOUND');
    expect(await as(END_ALL, { user: id }, fanny.accessToken)).toBe('FORBIDDEN');
    expect(await as(OF_USER, { id }, fanny.accessToken)).toBe('FORBIDDEN');
    const globex = await trellis.token({ tenant: 'globex' });
    expect(await as(END, { id: session }, globex)).toBe('NOT_FOUND');
    expect(await as(END_ALL, { user: id }, globex)).toBe('NOT_FOUND');
    expect(await as(DELETE, { id }, globex)).toBe('NOT_FOUND');
    const operator = await create('Hanna', ['operator']);
    const hanna = await signIn('hanna');
    expect(await as(END_ALL, { user: operator }, grace.accessToken)).toBe('FORBIDDEN');
    expect(await as(END, { id: decodeJwt(hanna.accessToken)['sid'] }, grace.accessToken)).toBe('FORBIDDEN');
    expect(await as(DELETE, { id: operator }, grace.accessToken)).toBe('FORBIDDEN');
    expect(await as(DELETE, { id: operator }, hanna.accessToken)).toBe('CONFLICT');
    expect(await as(END_ALL, {}, await trellis.token())).toBe('FORBIDDEN');
    expect(await sees(ellen.accessToken)).toBe('OK');
    expect(await as(END, { id: session }, grace.accessToken)).toBe('OK');
    await isRefused(ellen.accessToken);
    expect(await sees(hanna.accessToken)).toBe('OK');
  });
});
