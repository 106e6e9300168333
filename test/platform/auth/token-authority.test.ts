import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../model/principal.ts';
import {
  CLIENT_AUDIENCE,
  createTokenAuthority,
  ISSUER,
  subgraphAudience,
  type TokenAuthority,
} from '../../../platform/auth/token-authority.ts';

const PRINCIPAL: Principal = { subject: 'ada', tenant: 'acme', scopes: ['documents:read', 'graph:read'] };
const NOON = Date.parse('2026-06-01T12:00:00Z');

let directory: string;
let clock: number;
let authority: TokenAuthority;

const FILES = ['public-keys.json', 'signing-keys.00000001.json'];
const keyFile = () => join(directory, 'signing-keys.00000001.json');
const create = () => createTokenAuthority({ directory, now: () => clock });
const issue = (lifetimeSeconds = 60) =>
  authority.issue({ principal: PRINCIPAL, audience: CLIENT_AUDIENCE, lifetimeSeconds });
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (problem) => `${problem.code}: ${problem.message}`,
  );
const refusal = (token: string, audience = CLIENT_AUDIENCE) => outcome(authority.verify(token, audience));

/** A token signed with our own key, of claims that we would never sign. */
async function forge(
  claims: Readonly<Record<string, unknown>>,
  header: { readonly kid?: string } = {},
): Promise<string> {
  const now = clock / 1_000;
  const [{ pair }] = JSON.parse(await readFile(keyFile(), 'utf8'));
  return new SignJWT({
    iss: ISSUER,
    aud: CLIENT_AUDIENCE,
    sub: 'mallory',
    tenant: 'acme',
    scope: 'admin:*',
    iat: now,
    exp: now + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: authority.jwks().keys[0]?.kid ?? '', ...header })
    .sign(await importJWK(pair.jwk, 'ES256'));
}

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'trellis-auth-')), 'keys');
  clock = NOON;
  authority = create();
  await authority.open();
});

describe('the signing key', () => {
  test('is made at first start, whole, and readable by its owner alone', async () => {
    expect(await readdir(directory)).toEqual(FILES);
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test('is the same after a restart, so tokens stay valid', async () => {
    const token = await issue();
    const again = create();
    await again.open();
    expect(await again.verify(token, CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
  });

  test('is the same for all that start together', async () => {
    directory = `${directory}-together`;
    const authorities = Array.from({ length: 8 }, create);
    await Promise.all(authorities.map((one) => one.open()));
    expect(new Set(authorities.map((one) => one.jwks().keys[0]?.kid)).size).toBe(1);
    expect(await readdir(directory)).toEqual(FILES);
  });

  test('is refused when others may read it', async () => {
    await chmod(keyFile(), 0o644);
    expect(await outcome(create().open())).toMatch(/CONFLICT: Others may read the signing keys \(mode 644\)/);
  });

  test.each(['', '{', '{}', '{"kty":"oct","k":"AAAA"}', '[]'])(
    'is refused, never replaced, when it is damaged: %s',
    async (text) => {
      await writeFile(keyFile(), text);
      expect(await outcome(create().open())).toMatch(/CONFLICT: The signing keys in .* cannot be read/);
      expect(await readFile(keyFile(), 'utf8')).toBe(text);
    },
  );

  test('without its private half is refused', async () => {
    const ring = JSON.parse(await readFile(keyFile(), 'utf8'));
    for (const { pair } of ring) delete pair.jwk.d;
    await writeFile(keyFile(), JSON.stringify(ring));
    expect(await outcome(create().open())).toMatch(/CONFLICT: .*one of them is no key pair/);
  });

  test('shows only its public half, under its RFC 7638 thumbprint', () => {
    const [jwk] = authority.jwks().keys;
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(jwk?.kid).toMatch(/^[\w-]{43}$/);
    expect(jwk).not.toHaveProperty('d');
  });

  test('is needed before any token', async () => {
    expect(await outcome(create().issueFor(PRINCIPAL, 'documents'))).toMatch(/before they are opened/);
  });
});

describe('a token', () => {
  test('gives back the principal it was made for', async () => {
    expect(await authority.verify(await issue(), CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
  });

  test('that was verified is not verified again, and its principal cannot be changed', async () => {
    const token = await issue();
    const principal = await authority.verify(token, CLIENT_AUDIENCE);
    expect(await authority.verify(token, CLIENT_AUDIENCE)).toBe(principal);
    expect(Object.isFrozen(principal) && Object.isFrozen(principal.scopes)).toBe(true);
  });

  test('is refused once it has expired, also when it was verified before', async () => {
    const token = await issue(60);
    await authority.verify(token, CLIENT_AUDIENCE);
    clock += 70_000;
    expect(await refusal(token)).toMatch(
      /UNAUTHENTICATED: .*expired at 2026-06-01T12:01:00.000Z, 10 s ago.*trellis token/,
    );
  });

  test('for one audience is refused by another, also when it was verified before', async () => {
    const token = await issue();
    await authority.verify(token, CLIENT_AUDIENCE);
    expect(await refusal(token, subgraphAudience('documents'))).toMatch(
      /for another audience; here it must be "trellis:documents"/,
    );
  });

  test('without a signature is refused', async () => {
    const unsigned = new UnsecuredJWT({ tenant: 'acme', scope: 'admin:*' })
      .setIssuer(ISSUER)
      .setAudience(CLIENT_AUDIENCE)
      .setSubject('mallory')
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode();
    expect(await refusal(unsigned)).toMatch(/UNAUTHENTICATED: .*algorithm that is not allowed/);
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const [jwk] = authority.jwks().keys;
    const forged = await new SignJWT({ tenant: 'acme', scope: 'admin:*' })
      .setProtectedHeader({ alg: 'HS256', kid: jwk?.kid ?? '' })
      .setIssuer(ISSUER)
      .setAudience(CLIENT_AUDIENCE)
      .setSubject('mallory')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    expect(await refusal(forged)).toMatch(/UNAUTHENTICATED: .*algorithm that is not allowed/);
  });

  test('signed by another installation is refused, also under the name of our key', async () => {
    const ours = authority.jwks().keys[0]?.kid ?? '';
    directory = `${directory}-other`;
    const other = create();
    await other.open();
    const theirs = await other.issue({
      principal: PRINCIPAL,
      audience: CLIENT_AUDIENCE,
      lifetimeSeconds: 60,
    });
    expect(await refusal(theirs)).toMatch(/with a key that is not ours/);
    expect(await refusal(await forge({}, { kid: ours }))).toMatch(/signature that does not fit/);
  });

  test('of changed content is refused', async () => {
    const [header, , signature] = (await issue()).split('.');
    const content = (await forge({ sub: 'ada', scope: 'admin:*' })).split('.')[1];
    expect(await refusal([header, content, signature].join('.'))).toMatch(/signature that does not fit/);
  });

  test.each<readonly [string, Readonly<Record<string, unknown>>, RegExp]>([
    ['no end', { exp: undefined }, /lacks the claim "exp"/],
    ['no time of issue', { iat: undefined }, /lacks the claim "iat"/],
    ['no subject', { sub: undefined }, /lacks the claim "sub"/],
    ['an empty subject', { sub: '' }, /names no subject/],
    ['no tenant', { tenant: undefined }, /names no tenant/],
    ['an empty tenant', { tenant: '' }, /a tenant that cannot be one/],
    ['a tenant with a line break', { tenant: 'a\nb' }, /a tenant that cannot be one/],
    ['a tenant that is a list', { tenant: ['acme', 'other'] }, /names no tenant/],
    ['scopes as a list', { scope: ['admin:*'] }, /names no scopes/],
    ['collections that are no list', { collections: 'col_a' }, /collections that cannot be read/],
    ['collections that are none', { collections: null }, /collections that cannot be read/],
    ['a collection that is no text', { collections: ['col_a', 1] }, /collections that cannot be read/],
    ['too many collections', { collections: Array(51).fill('col_a') }, /more than 50 collections/],
    ['another issuer', { iss: 'https://evil.example' }, /from another issuer/],
    ['no audience', { aud: undefined }, /lacks the claim "aud"/],
    ['a beginning later on', { nbf: NOON / 1_000 + 600 }, /not valid yet/],
    ['a time of issue later on', { iat: NOON / 1_000 + 600, exp: NOON / 1_000 + 660 }, /in the future/],
  ])('of our key with %s is refused', async (_, claims, reason) => {
    const said = await refusal(await forge(claims));
    expect(said).toMatch(/^UNAUTHENTICATED/);
    expect(said).toMatch(reason);
  });

  test('of a client does not say that it is a gateway, a key, or somewhere else', async () => {
    const token = await forge({ gateway: true, api_key: 'one', address: '10.0.0.1', collections: ['col_a'] });
    expect(await authority.verify(token, CLIENT_AUDIENCE)).toEqual({
      subject: 'mallory',
      tenant: 'acme',
      scopes: ['admin:*'],
      collections: ['col_a'],
    });
  });

  test('grants only the scopes that are known', async () => {
    const token = await forge({ scope: 'documents:read root  documents:all graph:read' });
    expect((await authority.verify(token, CLIENT_AUDIENCE)).scopes).toEqual(['documents:read', 'graph:read']);
  });

  test.each([
    ['nothing', ''],
    ['one letter', 'x'],
    ['three letters', 'a.b.c'],
    ['no ASCII', '🙂'],
    ['a very long text', 'x'.repeat(100_000)],
    ['only a header', 'eyJhbGciOiJFUzI1NiJ9..'],
  ])('that is none is refused and never echoed: %s', async (_, token) => {
    const said = await refusal(token);
    expect(said).toMatch(/UNAUTHENTICATED/);
    if (token.length > 8) expect(said).not.toContain(token);
  });

  test.each<readonly [string, Partial<Principal>, number]>([
    ['a tenant with a space', { tenant: 'a b' }, 60],
    ['no time to live', {}, 0],
    ['half a second to live', {}, 0.5],
  ])('is not signed for %s', async (_, change, lifetimeSeconds) => {
    const principal = { ...PRINCIPAL, ...change };
    const audience = CLIENT_AUDIENCE;
    expect(await outcome(authority.issue({ principal, audience, lifetimeSeconds }))).toMatch(/^BAD_INPUT/);
  });
});

describe('a token between gateway and subgraph', () => {
  test('is used again while it has 20 s left, then made anew, and never lives longer than 60 s', async () => {
    const first = await authority.issueFor(PRINCIPAL, 'documents');
    clock += 40_000;
    expect(await authority.issueFor(PRINCIPAL, 'documents')).toBe(first);
    clock += 1_000;
    const second = await authority.issueFor(PRINCIPAL, 'documents');
    expect(second).not.toBe(first);
    const { exp = 0, iat = 0 } = decodeJwt(second);
    expect(exp - iat).toBe(60);
  });

  test('is refused by a subgraph when it lives longer', async () => {
    const audience = subgraphAudience('documents');
    const token = await authority.issue({ principal: PRINCIPAL, audience, lifetimeSeconds: 61 });
    expect(await refusal(token, audience)).toMatch(/lives longer than the 60 s/);
  });

  test('is no client token', async () => {
    expect(await refusal(await authority.issueFor(PRINCIPAL, 'documents'))).toMatch(/another audience/);
  });

  test('is never shared between tenants, subjects, scopes or subgraphs, and says what it was made for', async () => {
    const requests: readonly (readonly [Principal, string])[] = [
      [PRINCIPAL, 'documents'],
      [PRINCIPAL, 'retrieval'],
      [{ ...PRINCIPAL, tenant: 'other' }, 'documents'],
      [{ ...PRINCIPAL, subject: 'bob' }, 'documents'],
      [{ ...PRINCIPAL, tenant: 'ada', subject: 'acme' }, 'documents'],
      [{ ...PRINCIPAL, scopes: ['documents:read'] }, 'documents'],
      [{ ...PRINCIPAL, scopes: [] }, 'documents'],
      [{ ...PRINCIPAL, collections: [] }, 'documents'],
      [{ ...PRINCIPAL, collections: ['col_a'] }, 'documents'],
      [{ ...PRINCIPAL, collections: ['col_a', 'col_b'] }, 'documents'],
      [{ ...PRINCIPAL, apiKey: 'one' }, 'documents'],
      [{ ...PRINCIPAL, address: '::1' }, 'documents'],
      [{ ...PRINCIPAL, isGateway: true }, 'documents'],
    ];
    const issueAll = () => Promise.all(requests.map((request) => authority.issueFor(...request)));
    const tokens = await issueAll();
    expect(new Set(tokens).size).toBe(requests.length);
    expect(await issueAll()).toEqual(tokens);
    for (const [at, [principal, subgraph]] of requests.entries()) {
      expect(await authority.verify(tokens[at] ?? '', subgraphAudience(subgraph))).toEqual(principal);
    }
  });
});

describe('how a request came in', () => {
  const WAYS = [
    { isAnonymous: true },
    { isGateway: true },
    { address: '192.0.2.7' },
    { apiKey: 'k' },
  ] as const;

  test('is said between gateway and subgraph alone: a client’s token says nothing of it', async () => {
    for (const way of WAYS) {
      const principal = { ...PRINCIPAL, ...way };
      const inner = await authority.issueFor(principal, 'admin');
      expect(await authority.verify(inner, subgraphAudience('admin'))).toEqual(principal);
      const token = await authority.issue({ principal, audience: CLIENT_AUDIENCE, lifetimeSeconds: 60 });
      expect(await authority.verify(token, CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
    }
    const forged = await forge({ anonymous: true, gateway: true, address: '192.0.2.7', api_key: 'k' });
    expect(await authority.verify(forged, CLIENT_AUDIENCE)).toEqual({
      subject: 'mallory',
      tenant: 'acme',
      scopes: ['admin:*'],
    });
  });
});
