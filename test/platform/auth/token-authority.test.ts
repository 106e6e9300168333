import { chmod, mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
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

const create = () => createTokenAuthority({ directory, now: () => clock });
const issue = (lifetimeSeconds = 60) =>
  authority.issue({ principal: PRINCIPAL, audience: CLIENT_AUDIENCE, lifetimeSeconds });
const refusal = (token: string, audience = CLIENT_AUDIENCE) =>
  authority.verify(token, audience).then(
    () => 'accepted',
    (problem) => `${problem.code}: ${problem.message}`,
  );

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'trellis-auth-')), 'keys');
  clock = NOON;
  authority = create();
  await authority.open();
});

describe('the signing key', () => {
  test('is made at first start and readable by its owner alone', async () => {
    expect(await readdir(directory)).toEqual(['signing-key.json']);
    expect((await stat(join(directory, 'signing-key.json'))).mode & 0o777).toBe(0o600);
  });

  test('is the same after a restart, so tokens stay valid', async () => {
    const token = await issue();
    const again = create();
    await again.open();
    expect(await again.verify(token, CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
  });

  test('is refused when others may read it', async () => {
    await chmod(join(directory, 'signing-key.json'), 0o644);
    await expect(create().open()).rejects.toThrow(/Others may read the signing key \(mode 644\)/);
  });

  test('shows only its public half', () => {
    const [jwk] = authority.jwks().keys;
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(jwk).not.toHaveProperty('d');
  });
});

describe('a token', () => {
  test('gives back the principal it was made for', async () => {
    expect(await authority.verify(await issue(), CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
  });

  test('is refused once it has expired, also when it was verified before', async () => {
    const token = await issue(60);
    await authority.verify(token, CLIENT_AUDIENCE);
    clock += 70_000;
    expect(await refusal(token)).toMatch(/UNAUTHENTICATED: .*expired at 2026-06-01T12:01:00/);
  });

  test('for one audience is refused by another, also when it was verified before', async () => {
    const token = await issue();
    await authority.verify(token, CLIENT_AUDIENCE);
    expect(await refusal(token, subgraphAudience('documents'))).toMatch(/claim "aud"/);
  });

  test('without a signature is refused', async () => {
    const unsigned = new UnsecuredJWT({ tenant: 'acme', scope: 'admin:*' })
      .setIssuer(ISSUER)
      .setAudience(CLIENT_AUDIENCE)
      .setSubject('mallory')
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode();
    expect(await refusal(unsigned)).toMatch(/UNAUTHENTICATED/);
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(authority.jwks().keys[0]));
    const forged = await new SignJWT({ tenant: 'acme', scope: 'admin:*' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(CLIENT_AUDIENCE)
      .setSubject('mallory')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(secret);
    expect(await refusal(forged)).toMatch(/UNAUTHENTICATED/);
  });

  test('signed by another installation is refused', async () => {
    const other = createTokenAuthority({ directory: `${directory}-other`, now: () => clock });
    await other.open();
    const token = await other.issue({ principal: PRINCIPAL, audience: CLIENT_AUDIENCE, lifetimeSeconds: 60 });
    expect(await refusal(token)).toMatch(/signature that is not ours/);
  });

  test.each(['', 'x', 'a.b.c', '🙂', 'x'.repeat(100_000)])(
    'that is not one is refused and never echoed: %.10s',
    async (token) => {
      const said = await refusal(token);
      expect(said).toMatch(/UNAUTHENTICATED/);
      if (token.length > 8) expect(said).not.toContain(token);
    },
  );
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

  test('is never shared between principals, scopes or subgraphs', async () => {
    const tokens = await Promise.all([
      authority.issueFor(PRINCIPAL, 'documents'),
      authority.issueFor(PRINCIPAL, 'retrieval'),
      authority.issueFor({ ...PRINCIPAL, tenant: 'other' }, 'documents'),
      authority.issueFor({ ...PRINCIPAL, scopes: ['documents:read'] }, 'documents'),
    ]);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(await authority.verify(tokens[2] ?? '', subgraphAudience('documents'))).toMatchObject({
      tenant: 'other',
    });
  });
});
