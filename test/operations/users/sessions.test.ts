/** Sessions over a real graph, with a clock of our own: how they end, and what comes in between. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRoles } from '../../../operations/users/roles.ts';
import { createSessions, type Sessions, type SessionTokens } from '../../../operations/users/sessions.ts';
import { createSignIn, type SignIn } from '../../../operations/users/sign-in.ts';
import { createUsers, type Users } from '../../../operations/users/users.ts';
import { createAccessTokens } from '../../../platform/auth/access-tokens.ts';
import { createApiKeySecret } from '../../../platform/auth/api-key-secret.ts';
import { createPasswords, type Passwords } from '../../../platform/auth/password.ts';
import { createRefreshTokens } from '../../../platform/auth/refresh-token.ts';
import { createSigningKeys } from '../../../platform/auth/signing-keys/signing-keys.ts';
import { Problem } from '../../../platform/errors.ts';
import { createThrottle } from '../../../platform/rate-limits/throttle.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { sessionsOfUser } from '../../../stores/graph/statements/sessions.ts';
import { userToCheck } from '../../../stores/graph/statements/users.ts';
import { principal, silent } from '../../subgraphs/harness.ts';

const DAY_MS = 86_400_000;
const PASSWORD = 'correct horse battery';
const ADMIN = principal(['admin:users', 'documents:read', 'graph:read', 'retrieval:read']);
const CHEAP = createPasswords({ memory: 64, passes: 1, parallelism: 1 });

let directory: string;
let graph: GraphStore;
let clock: number;
let sessions: Sessions;
let users: Users;
let signIn: SignIn;
let id: string;
const now = () => new Date(clock);
const told = { tell: () => undefined };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-sessions-'));
  graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log: silent });
  await graph.open();
  clock = Date.parse('2026-03-01T00:00:00Z');
  await createSigningKeys({ directory: join(directory, 'keys') }).open();
  const secret = createApiKeySecret({ directory: join(directory, 'secrets') });
  await secret.open();
  const roles = createRoles({ graph, now });
  sessions = createSessions({
    ...{ graph, roles, now, days: 30, changes: told },
    refreshTokens: createRefreshTokens(secret),
    // Opened by nobody, as in a process with the admin part alone.
    accessTokens: accessTokens('keys'),
  });
  users = createUsers({ graph, roles, passwords: CHEAP, changes: told, now });
  signIn = signInWith(CHEAP);
  ({ id } = await users.create(ADMIN, { name: 'Ada', password: PASSWORD, roles: ['reader'] }));
});
afterEach(async () => {
  await graph.close();
  await rm(directory, { recursive: true });
});

const accessTokens = (folder: string) =>
  createAccessTokens({
    keys: createSigningKeys({ directory: join(directory, folder) }),
    lifetimeSeconds: 900,
    now,
  });
const signInWith = (passwords: Passwords, free = { name: 100, address: 100 }) => {
  const throttle = (count: number) =>
    createThrottle({ name: 't', free: count, waitSecondsMax: 300, redis: null });
  const throttles = { name: throttle(free.name), address: throttle(free.address) };
  return createSignIn({ graph, passwords, sessions, throttles, changes: told, now });
};
const enter = (password = PASSWORD): Promise<SessionTokens> =>
  signIn.signIn({ tenant: 'acme', name: 'ada', password, address: '::1', onUser: () => undefined });
const refresh = (token: string) => sessions.refresh(token, () => undefined);
const kept = () => graph.read(sessionsOfUser(id));

describe('a session', () => {
  test('is refreshed until its time is over, which refreshing does not put off', async () => {
    let { refreshToken, sessionExpiresAt } = await enter();
    for (let day = 0; day < 29; day++) {
      clock += DAY_MS;
      const next = await refresh(refreshToken);
      expect(next.sessionExpiresAt).toBe(sessionExpiresAt);
      ({ refreshToken, sessionExpiresAt } = next);
    }
    clock += DAY_MS;
    await expect(refresh(refreshToken)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/whose time is over/),
    });
  });

  test('that is over is let go of when its user signs in again', async () => {
    await enter();
    const { refreshToken } = await enter();
    await sessions.signOut(refreshToken, () => undefined);
    expect(await kept()).toHaveLength(2);
    clock += 31 * DAY_MS;
    await enter();
    expect(await kept()).toHaveLength(1);
  });

  test('of which a user has too many takes the place of the oldest', async () => {
    const first = await enter();
    clock += 1_000;
    const second = await enter();
    for (let count = 0; count < 99; count++) {
      clock += 1_000;
      await enter();
    }
    expect(await kept()).toHaveLength(100);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await refresh(second.refreshToken);
  });

  test('is kept without anything by which it could be refreshed', async () => {
    const { refreshToken } = await enter();
    expect(JSON.stringify(await kept())).not.toContain(refreshToken.slice(24));
  });

  test('is not begun where nobody can sign its token, and what to do is said', async () => {
    const roles = createRoles({ graph, now });
    const refreshTokens = createRefreshTokens({ hashOf: (text) => text });
    const apart = createSessions({
      graph,
      roles,
      now,
      days: 30,
      changes: told,
      refreshTokens,
      accessTokens: accessTokens('elsewhere'),
    });
    const [user] = await graph.read(userToCheck('acme', id));
    if (user === undefined) throw new Error('the user was made');
    const { passwordHash } = user;
    await expect(apart.begin(user, { passwordHash, nextHash: passwordHash })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/TRELLIS_KEYS_DIR/),
    });
    expect(await kept()).toEqual([]);
  });
});

describe('a password that changes while it is checked', () => {
  /** Does something between the check and the session. */
  const during = (what: () => Promise<unknown>): Passwords => ({
    ...CHEAP,
    check: async (...given) => {
      const verdict = await CHEAP.check(...given);
      await what();
      return verdict;
    },
  });

  test('lets nobody in with the one before', async () => {
    signIn = signInWith(during(() => users.setPassword(ADMIN, id, 'another long password')));
    await expect(enter()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    signIn = signInWith(CHEAP);
    await enter('another long password');
    await expect(enter()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('nor does a user come in who is disabled meanwhile', async () => {
    signIn = signInWith(during(() => users.disable(ADMIN, id)));
    await expect(enter()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await kept()).toEqual([]);
  });
});

test('a name that nobody has is checked as long as one that somebody has', async () => {
  const checked: (string | null)[] = [];
  signIn = signInWith({
    ...CHEAP,
    check: (password, hash) => {
      checked.push(hash);
      return CHEAP.check(password, hash);
    },
  });
  const attempt = { tenant: 'acme', name: 'nobody', password: PASSWORD, address: '::1' };
  await expect(signIn.signIn({ ...attempt, onUser: () => undefined })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  expect(checked).toEqual([null]);
});

describe('what is counted', () => {
  const attempt = (name: string, password: string) =>
    signIn.signIn({ tenant: 'acme', name, password, address: '::1', onUser: () => undefined }).then(
      () => 'OK',
      ({ code }) => String(code),
    );

  test('is no attempt that was right, refused, or could not be made', async () => {
    const busy = new Problem('TOO_MANY_REQUESTS', 'Too many passwords are checked at this moment.');
    let isBusy = true;
    const check: Passwords['check'] = async (...given) => {
      if (isBusy) throw busy;
      return CHEAP.check(...given);
    };
    signIn = signInWith({ ...CHEAP, check }, { name: 2, address: 6 });
    for (let count = 0; count < 10; count++) expect(await attempt('ada', PASSWORD)).toBe(busy.code);
    isBusy = false;
    for (let count = 0; count < 10; count++) expect(await attempt('ada', PASSWORD)).toBe('OK');
    // Seven are let through at the address, however many are refused for their name; more where this takes long.
    const codes: string[] = [];
    for (let count = 0; count < 20; count++) codes.push(await attempt('ada', 'wrong'));
    for (let count = 0; count < 20; count++) codes.push(await attempt(`nobody${count}`, 'wrong'));
    expect(codes.slice(0, 20)).toContain('TOO_MANY_REQUESTS');
    expect(codes.slice(20)).toContain('TOO_MANY_REQUESTS');
    expect(codes.filter((code) => code === 'UNAUTHENTICATED').length).toBeGreaterThanOrEqual(7);
  });
});

test('a password that was kept with less is kept with more once it was right', async () => {
  const hash = async () => (await graph.read(userToCheck('acme', id)))[0]?.passwordHash;
  expect(await hash()).toMatch(/m=64,t=1,/);
  const { passwordChangedAt } = (await users.byIds('acme', [id]))[0] ?? {};
  signIn = signInWith(createPasswords({ memory: 128, passes: 2, parallelism: 1 }));
  await expect(enter('not the right one')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await hash()).toMatch(/m=64,t=1,/);
  const { refreshToken } = await enter();
  expect(await hash()).toMatch(/m=128,t=2,/);
  expect((await users.byIds('acme', [id]))[0]?.passwordChangedAt).toBe(passwordChangedAt);
  await enter();
  await refresh(refreshToken);
});
