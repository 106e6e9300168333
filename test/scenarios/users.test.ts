/** Users from the first administrator on, through the gateway, as a client meets them. */

import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Scope } from '../../model/principal.ts';
import { type Answer, type Data, type Scenario, startScenario } from './harness.ts';

const BOOTSTRAP =
  'mutation ($input: BootstrapAdministratorInput!) { bootstrapAdministrator(input: $input) { user { id name roles scopes createdBy } } }';
const TOKENS =
  'accessToken accessExpiresAt refreshToken sessionExpiresAt user { id name lastSignInAt scopes }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { ${TOKENS} } }`;
const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${TOKENS} } }`;
const SIGN_OUT = 'mutation ($input: SignOutInput!) { signOut(input: $input) { ended } }';
const CREATE =
  'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id name state roles scopes createdBy } } }';
const SET_ROLES =
  'mutation ($input: SetUserRolesInput!) { setUserRoles(input: $input) { user { id roles scopes } } }';
const SET_PASSWORD =
  'mutation ($input: SetUserPasswordInput!) { setUserPassword(input: $input) { user { id } } }';
const CHANGE = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }';
const DISABLE = 'mutation ($id: ID!) { disableUser(input: { id: $id }) { user { id state disabledAt } } }';
const ENABLE = 'mutation ($id: ID!) { enableUser(input: { id: $id }) { user { id state disabledAt } } }';
const VIEWER = '{ viewer { subject tenant scopes user { id name roles } } }';
const ROLE =
  'mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { name scopes isBuiltIn } } }';
const ROLE_SCOPES =
  'mutation ($input: SetRoleScopesInput!) { setRoleScopes(input: $input) { role { name scopes } } }';
const NO_ROLE = 'mutation ($name: String!) { deleteRole(input: { name: $name }) { name } }';

const PASSWORD = 'correct horse battery';

let trellis: Scenario;
let root: Data;
beforeAll(async () => {
  trellis = await startScenario({ settings: { TRELLIS_TRUSTED_PROXIES: 'loopback' } });
});
afterAll(() => trellis?.close());

const secretFile = () => join(trellis.directory, 'secrets', 'bootstrap-secret');
const code = ({ errors }: Answer) => errors[0]?.extensions.code;
const given = ({ data, errors }: Answer): Data => {
  if (errors.length > 0) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return Object.values(data)[0];
};
/** As a client at this address, without a token. */
async function from(address: string, query: string, variables: Data = {}): Promise<Answer> {
  const response = await fetch(`${trellis.app.url()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ query, variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as Data;
  return { status: response.status, data, errors };
}
/** Each caller has an address of its own, so that failures of one test slow down no other. */
let addresses = 0;
const anonymously = (query: string, input: Data) => {
  addresses++;
  return from(`10.1.${addresses >> 8}.${addresses & 255}`, query, { input });
};
const signIn = (name: string, password = PASSWORD, tenant = 'acme') =>
  anonymously(SIGN_IN, { tenant, name, password });
const create = async (name: string, roles: readonly string[], token?: string): Promise<Data> =>
  given(await trellis.run(CREATE, { input: { name, password: PASSWORD, roles } }, token ?? root.accessToken))
    .user;
const auditOf = async (action: string): Promise<readonly Data[]> => {
  const query = `query ($action: String!) { auditLog(filter: { action: $action }, first: 100) { nodes { actor address targets outcome code detail } } }`;
  return given(await trellis.run(query, { action })).nodes;
};

describe('the first administrator', () => {
  test('is made by whoever reads the secret on the disk, once', async () => {
    expect((await stat(secretFile())).mode & 0o777).toBe(0o600);
    const secret = await readFile(secretFile(), 'utf8');
    const first = { tenant: 'acme', name: 'Root', password: PASSWORD };
    const wrong = await anonymously(BOOTSTRAP, { ...first, secret: 'guess' });
    expect(code(wrong)).toBe('UNAUTHENTICATED');
    const short = await anonymously(BOOTSTRAP, { ...first, secret, password: 'short' });
    expect(short.errors[0]).toMatchObject({
      message: expect.stringMatching(/has 5 characters and must have at least 12/),
      extensions: { code: 'BAD_INPUT' },
    });
    const { user } = given(await anonymously(BOOTSTRAP, { ...first, secret }));
    expect(user).toMatchObject({ name: 'Root', roles: ['operator'], createdBy: 'bootstrap' });
    expect(user.scopes).toContain('admin:*');
    await expect(access(secretFile())).rejects.toMatchObject({ code: 'ENOENT' });
    const again = await anonymously(BOOTSTRAP, { ...first, name: 'Second', secret });
    expect(code(again)).toBe('CONFLICT');
    root = given(await signIn('root'));
    await trellis.restart();
    await expect(access(secretFile())).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a user who signs in', () => {
  test('has a token that says who it is and lives for 15 minutes', async () => {
    const user = await create('Ada', ['reader']);
    expect(user).toMatchObject({ state: 'ACTIVE', roles: ['reader'], createdBy: `user:${root.user.id}` });
    const tokens = given(await signIn(' ADA '));
    const { iat = 0, exp = 0 } = decodeJwt(tokens.accessToken);
    expect(exp - iat).toBe(900);
    expect(Date.parse(tokens.accessExpiresAt)).toBe(exp * 1_000);
    const life = Date.parse(tokens.sessionExpiresAt) - Date.parse(tokens.user.lastSignInAt);
    expect(life).toBe(30 * 86_400_000);
    const { viewer } = (await trellis.run(VIEWER, {}, tokens.accessToken)).data;
    expect(viewer).toEqual({
      subject: `user:${user.id}`,
      tenant: 'acme',
      scopes: ['documents:read', 'graph:read', 'retrieval:read'],
      user: { id: user.id, name: 'Ada', roles: ['reader'] },
    });
    const kept = (await auditOf('Mutation.signIn')).find(({ actor }) => actor === `user:${user.id}`);
    expect(kept).toMatchObject({ outcome: 'DONE', address: expect.stringMatching(/^10\.1\./) });
  });

  test('hears the same of a wrong password, an unknown name, another tenant and a disabled user', async () => {
    const { id } = await create('Blaise', ['reader']);
    const answers = [
      await signIn('blaise', 'wrong password, wrong'),
      await signIn('nobody'),
      await signIn('blaise', PASSWORD, 'globex'),
      await signIn('blaise', PASSWORD, 'not a tenant'),
    ];
    given(await trellis.run(DISABLE, { id }, root.accessToken));
    answers.push(await signIn('blaise'));
    const said = answers.map(({ status, data, errors: [{ message, extensions }] }) => ({
      ...{ status, data, message },
      extensions: { ...extensions, instance: null },
    }));
    expect(new Set(said.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(said[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    given(await trellis.run(ENABLE, { id }, root.accessToken));
    expect(given(await signIn('blaise')).user.id).toBe(id);
  });

  test('refreshes with each refresh token once; a second time ends the session', async () => {
    await create('Carl', ['reader']);
    const first = given(await signIn('carl'));
    const second = given(await anonymously(REFRESH, { refreshToken: first.refreshToken }));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.sessionExpiresAt).toBe(first.sessionExpiresAt);
    const other = given(await signIn('carl'));
    const reused = await anonymously(REFRESH, { refreshToken: first.refreshToken });
    expect(reused.errors[0]).toMatchObject({
      message: expect.stringMatching(/was used before.*its session has ended/),
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(code(await anonymously(REFRESH, { refreshToken: second.refreshToken }))).toBe('UNAUTHENTICATED');
    given(await anonymously(REFRESH, { refreshToken: other.refreshToken }));
    // Refusals are gathered for a moment before they are kept.
    const refused = { outcome: 'REFUSED', actor: null, targets: [`user:${first.user.id}`] };
    await vi.waitFor(
      async () =>
        expect(await auditOf('Mutation.refreshSession')).toContainEqual(expect.objectContaining(refused)),
      30_000,
    );
  });

  test('of two refreshes at the same moment at most one is given, and the session does not outlive it', async () => {
    await create('Charles', ['reader']);
    const { refreshToken } = given(await signIn('charles'));
    const both = await Promise.all([
      anonymously(REFRESH, { refreshToken }),
      anonymously(REFRESH, { refreshToken }),
    ]);
    expect(both.filter(({ errors }) => errors.length === 0).length).toBeLessThanOrEqual(1);
    for (const { data } of both.filter(({ errors }) => errors.length === 0))
      expect(code(await anonymously(REFRESH, { refreshToken: data.refreshSession.refreshToken }))).toBe(
        'UNAUTHENTICATED',
      );
  });

  test('cannot have a session ended by who only knows its name', async () => {
    await create('Dora', ['reader']);
    const { refreshToken } = given(await signIn('dora'));
    const forged = `${refreshToken.slice(0, 20)}${'A'.repeat(65)}`;
    expect(code(await anonymously(REFRESH, { refreshToken: forged }))).toBe('UNAUTHENTICATED');
    expect(code(await anonymously(SIGN_OUT, { refreshToken: forged }))).toBe('UNAUTHENTICATED');
    given(await anonymously(REFRESH, { refreshToken }));
  });

  test('signs out', async () => {
    await create('Emmy', ['reader']);
    const { refreshToken } = given(await signIn('emmy'));
    expect(given(await anonymously(SIGN_OUT, { refreshToken }))).toEqual({ ended: true });
    expect(given(await anonymously(SIGN_OUT, { refreshToken }))).toEqual({ ended: false });
    expect(code(await anonymously(REFRESH, { refreshToken }))).toBe('UNAUTHENTICATED');
  });

  test('who is disabled or gets another password has no session left', async () => {
    const { id } = await create('Fibonacci', ['reader']);
    const one = given(await signIn('fibonacci'));
    expect(given(await trellis.run(DISABLE, { id }, root.accessToken)).user.state).toBe('DISABLED');
    expect(code(await anonymously(REFRESH, { refreshToken: one.refreshToken }))).toBe('UNAUTHENTICATED');
    given(await trellis.run(ENABLE, { id }, root.accessToken));
    expect(code(await anonymously(REFRESH, { refreshToken: one.refreshToken }))).toBe('UNAUTHENTICATED');
    const two = given(await signIn('fibonacci'));
    const password = 'another long password';
    given(await trellis.run(SET_PASSWORD, { input: { id, password } }, root.accessToken));
    expect(code(await anonymously(REFRESH, { refreshToken: two.refreshToken }))).toBe('UNAUTHENTICATED');
    expect(code(await signIn('fibonacci'))).toBe('UNAUTHENTICATED');
    const three = given(await signIn('fibonacci', password));
    const wrong = await trellis.run(CHANGE, { input: { current: PASSWORD, password } }, three.accessToken);
    expect(code(wrong)).toBe('UNAUTHENTICATED');
    const input = { current: password, password: 'my own long password' };
    given(await trellis.run(CHANGE, { input }, three.accessToken));
    given(await signIn('fibonacci', 'my own long password'));
    expect(code(await trellis.run(CHANGE, { input }))).toBe('FORBIDDEN');
  });

  test('has other scopes from the next refresh on where the roles change', async () => {
    const { id } = await create('Gauss', ['reader']);
    const before = given(await signIn('gauss'));
    given(await trellis.run(SET_ROLES, { input: { id, roles: ['editor'] } }, root.accessToken));
    const after = given(await anonymously(REFRESH, { refreshToken: before.refreshToken }));
    expect((await trellis.run(VIEWER, {}, after.accessToken)).data.viewer.scopes).toContain(
      'documents:write',
    );
  });
});

describe('nobody gives more than they have', () => {
  let admin: Data;
  beforeAll(async () => {
    await create('Hilbert', ['administrator']);
    admin = given(await signIn('hilbert'));
  });
  const as = async (query: string, variables: Data, token = admin.accessToken) =>
    code(await trellis.run(query, variables, token));

  test('nor takes hold of a user who has more', async () => {
    const { id } = root.user;
    const operator = { name: 'x1', password: PASSWORD, roles: ['operator'] };
    expect(await as(CREATE, { input: operator })).toBe('FORBIDDEN');
    expect(await as(SET_PASSWORD, { input: { id, password: 'taken over by me' } })).toBe('FORBIDDEN');
    expect(await as(SET_ROLES, { input: { id, roles: ['reader'] } })).toBe('FORBIDDEN');
    expect(await as(DISABLE, { id })).toBe('FORBIDDEN');
    expect(await as(ENABLE, { id })).toBe('FORBIDDEN');
    expect(await as(SET_ROLES, { input: { id: admin.user.id, roles: ['operator'] } })).toBe('FORBIDDEN');
    expect(await as(ROLE, { input: { name: 'all', scopes: ['admin:*'] } })).toBe('FORBIDDEN');
    // What stands behind pseudonyms is not an administrator's, nor an administrator's to give.
    expect(admin.user.scopes.filter((scope: string) => scope.startsWith('privacy:'))).toEqual([]);
    const officer = { input: { id: admin.user.id, roles: ['administrator', 'privacy-officer'] } };
    expect(await as(SET_ROLES, officer)).toBe('FORBIDDEN');
    expect(await as(ROLE, { input: { name: 'all', scopes: ['privacy:reveal'] } })).toBe('FORBIDDEN');
    const few: readonly Scope[] = ['admin:users', 'documents:read'];
    const token = await trellis.token({ scopes: few });
    expect(await as(CREATE, { input: { ...operator, roles: ['reader'] } }, token)).toBe('FORBIDDEN');
  });

  test('nor lasts longer than the key that it was made with', async () => {
    const query = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const input = { name: 'ci', scopes: ['admin:users', 'documents:read'], expiresAt };
    const { secret } = given(await trellis.run(query, { input }, root.accessToken));
    expect(await as(CREATE, { input: { name: 'x2', password: PASSWORD, roles: [] } }, secret)).toBe(
      'FORBIDDEN',
    );
  });

  test('roles are made, changed and deleted within that', async () => {
    const { role } = given(
      await trellis.run(
        ROLE,
        { input: { name: ' Curator ', scopes: ['documents:read'] } },
        admin.accessToken,
      ),
    );
    expect(role).toEqual({ name: 'curator', scopes: ['documents:read'], isBuiltIn: false });
    expect(await as(ROLE, { input: { name: 'CURATOR', scopes: ['documents:read'] } })).toBe('BAD_INPUT');
    expect(await as(ROLE, { input: { name: 'reader', scopes: ['documents:read'] } })).toBe('BAD_INPUT');
    expect(await as(ROLE_SCOPES, { input: { name: 'reader', scopes: ['admin:read'] } })).toBe('CONFLICT');
    const user = await create('Ingrid', ['curator']);
    expect(user.scopes).toEqual(['documents:read']);
    given(
      await trellis.run(
        ROLE_SCOPES,
        { input: { name: 'curator', scopes: ['documents:write'] } },
        admin.accessToken,
      ),
    );
    const { user: seen, roles } = (
      await trellis.run(
        'query ($id: ID!) { user(id: $id) { scopes } roles { name isBuiltIn } }',
        { id: user.id },
        admin.accessToken,
      )
    ).data;
    expect(seen.scopes).toEqual(['documents:write']);
    expect(roles.map(({ name }: Data) => name)).toEqual([
      ...['reader', 'editor', 'administrator', 'privacy-officer', 'operator'],
      'curator',
    ]);
    expect(await as(NO_ROLE, { name: 'curator' })).toBe('CONFLICT');
    given(await trellis.run(SET_ROLES, { input: { id: user.id, roles: [] } }, admin.accessToken));
    given(await trellis.run(NO_ROLE, { name: 'curator' }, admin.accessToken));
    expect(await as(SET_ROLES, { input: { id: user.id, roles: ['curator'] } })).toBe('BAD_INPUT');
  });

  test('nobody sees or changes users of another tenant', async () => {
    const other = await trellis.token({ tenant: 'globex' });
    const { id } = await create('Jacobi', ['reader']);
    const seen = await trellis.run(
      'query ($id: ID!) { user(id: $id) { id } users { nodes { id } } }',
      { id },
      other,
    );
    expect(seen.data).toEqual({ user: null, users: { nodes: [] } });
    for (const [query, variables] of [
      [DISABLE, { id }],
      [ENABLE, { id }],
      [SET_ROLES, { input: { id, roles: [] } }],
      [SET_PASSWORD, { input: { id, password: 'taken over by me' } }],
    ] as const)
      expect(await as(query, variables, other)).toBe('NOT_FOUND');
    given(await trellis.run(CREATE, { input: { name: 'Jacobi', password: PASSWORD, roles: [] } }, other));
    expect(given(await signIn('jacobi', PASSWORD, 'globex')).user.id).not.toBe(id);
    expect(await as(CREATE, { input: { name: 'JACOBI', password: PASSWORD, roles: [] } })).toBe('BAD_INPUT');
  });

  test('nobody disables themselves', async () => {
    expect(await as(DISABLE, { id: admin.user.id })).toBe('CONFLICT');
  });

  test('users are listed by name, page by page', async () => {
    const query =
      'query ($after: String) { users(first: 4, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }';
    const names: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Data = given(await trellis.run(query, { after }, admin.accessToken));
      names.push(...page.nodes.map(({ name }: Data) => name.toLowerCase()));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(names).toEqual(names.toSorted());
    expect(names).toContain('jacobi');
    expect(names.filter((name) => name === 'jacobi')).toHaveLength(1);
  });
});

describe('failures slow down', () => {
  const attempt = (address: string, name: string, password: string) =>
    from(address, SIGN_IN, { input: { tenant: 'acme', name, password } });

  /** Waits double, so however slow this is, one comes before its time. */
  const failUntilSlowed = async (address: string, name: string) => {
    for (let failures = 0; ; failures++) {
      const { status, errors } = await attempt(address, name, 'wrong');
      const { code: said, retryAfterMs } = errors[0].extensions;
      if (said === 'TOO_MANY_REQUESTS') return { failures, retryAfterMs, status };
      expect(said).toBe('UNAUTHENTICATED');
    }
  };

  test('a name at one address, and not the same name elsewhere', async () => {
    await create('Kepler', ['reader']);
    const slowed = await failUntilSlowed('10.2.0.1', 'kepler');
    expect(slowed.failures).toBeGreaterThanOrEqual(6);
    expect(slowed.retryAfterMs).toBeGreaterThan(0);
    expect(slowed.status).toBe(200);
    given(await attempt('10.2.0.2', 'kepler', PASSWORD));
  });

  test('an address that tries many names, and no other address', async () => {
    await create('Lagrange', ['reader']);
    const codes = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => code(await attempt('10.3.0.1', `nobody${at}`, 'wrong'))),
    );
    expect(codes.filter((one) => one === 'UNAUTHENTICATED').length).toBeGreaterThanOrEqual(31);
    expect(codes.filter((one) => one === 'TOO_MANY_REQUESTS').length).toBeGreaterThanOrEqual(1);
    given(await attempt('10.3.0.2', 'lagrange', PASSWORD));
  });
});
