/** Tokens that a real issuer gave, and those that somebody made of them. */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { type CryptoKey, decodeJwt, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuersSetting } from '../../../../platform/auth/oidc/issuer-settings.ts';
import { OutsideTokenRefused } from '../../../../platform/auth/oidc/outside-principal.ts';
import { createOutsideTokens } from '../../../../platform/auth/oidc/outside-tokens.ts';
import { Problem } from '../../../../platform/errors.ts';
import { createLog } from '../../../../platform/log.ts';
import { AUDIENCE, type OidcIssuer, startOidcIssuer } from '../../../servers/oidc-issuer.ts';

const SCOPES = {
  claim: 'scope',
  map: { 'kb.read': ['documents:read', 'graph:read'], 'kb.write': 'documents:write' },
};

let idp: OidcIssuer;
let other: OidcIssuer;
beforeAll(async () => {
  [idp, other] = await Promise.all([startOidcIssuer(), startOidcIssuer('ES256')]);
});
afterAll(() => Promise.all([idp?.close(), other?.close()]));

interface Wanted {
  readonly tenant?: unknown;
  readonly [setting: string]: unknown;
}

/** What takes tokens of these issuers, and its clock. */
function takes(...issuers: readonly Wanted[]) {
  let aheadMs = 0;
  const settings = issuers.map((given) => ({
    issuer: idp.issuer,
    audience: AUDIENCE,
    tenant: 'acme',
    scopes: SCOPES,
    ...given,
  }));
  const tokens = createOutsideTokens({
    issuers: issuersSetting.parse(JSON.stringify(settings)),
    operatorTenant: 'corp-operators',
    log: createLog({ level: 'silent' }),
    now: () => Date.now() + aheadMs,
  });
  const pass = (ms: number) => {
    aheadMs += ms;
  };
  return { ...tokens, pass };
}

async function problemOf(verified: Promise<unknown>): Promise<Problem> {
  const error = await verified.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error;
  throw new Error(`it was taken, or failed otherwise: ${error}`);
}

const refusal = async (verified: Promise<unknown>) => {
  const { code, message } = await problemOf(verified);
  return `${code}: ${message.replaceAll(idp.issuer, 'ISSUER')}`;
};

describe('a token that the issuer gave', () => {
  test('says who, of which tenant, and what of its scopes the tables know', async () => {
    const { verifyUntil } = takes({});
    const token = await idp.token({ scope: 'kb.read kb.write kb.unheard-of' });
    const verified = await verifyUntil(token);
    expect(verified?.principal).toEqual({
      subject: `${idp.issuer}|ada`,
      tenant: 'acme',
      scopes: ['documents:read', 'graph:read', 'documents:write'],
      issuer: idp.issuer,
    });
    expect(verified?.expiresAt).toBe((decodeJwt(token).exp ?? 0) + 30);
  });

  test('is told apart from one of the same subject elsewhere, and each issuer has its own tables', async () => {
    const { verifyUntil } = takes({}, { issuer: other.issuer, tenant: 'globex', scopes: undefined });
    const [mine, theirs] = await Promise.all([idp, other].map((one) => one.token({ scope: 'kb.read' })));
    expect((await verifyUntil(mine ?? ''))?.principal).toMatchObject({ subject: `${idp.issuer}|ada` });
    expect((await verifyUntil(theirs ?? ''))?.principal).toEqual({
      subject: `${other.issuer}|ada`,
      tenant: 'globex',
      scopes: [],
      issuer: other.issuer,
    });
  });

  test('has roles where a claim inside another says so', async () => {
    const roles = {
      claim: ['realm_access', 'roles'],
      map: { editors: 'editor', constructor: 'reader' },
    };
    const { verifyUntil } = takes({ scopes: undefined, roles });
    const token = await idp.token({ claims: { realm_access: { roles: ['editors', 'janitors', 7] } } });
    expect((await verifyUntil(token))?.principal.scopes).toEqual([
      'documents:read',
      'graph:read',
      'retrieval:read',
      'documents:write',
      'graph:write',
    ]);
    const flat = await idp.token({ claims: { 'realm_access.roles': ['editors'] } });
    expect((await verifyUntil(flat))?.principal.scopes).toEqual([]);
  });

  test('cannot ask a table for what every object has', async () => {
    const { verifyUntil } = takes({
      scopes: { claim: 'words', map: { read: 'documents:read' } },
      roles: { claim: ['constructor', 'name'], map: { Object: 'administrator' } },
    });
    const token = await idp.token({ claims: { words: 'constructor __proto__ toString read' } });
    expect((await verifyUntil(token))?.principal.scopes).toEqual(['documents:read']);
  });

  test('is not for us to judge where its issuer is none of these', async () => {
    const { verifyUntil } = takes({});
    expect(await verifyUntil(await other.token())).toBeNull();
    expect(await verifyUntil('not.a.token')).toBeNull();
  });
});

describe('the tenant', () => {
  const ESCAPE = /^UNAUTHENTICATED: The token of ISSUER names no tenant that this issuer may give/;

  test('is one that the issuer may give, by a list', async () => {
    const { verifyUntil } = takes({ tenant: { claim: 'org', allowed: ['acme', 'globex'] } });
    const from = async (org: unknown) => verifyUntil(await idp.token({ claims: { org } }));
    expect((await from('globex'))?.principal.tenant).toBe('globex');
    for (const org of ['initech', 'ACME', 'acme ', '', ['acme'], { toString: 'acme' }, null, undefined])
      expect(await refusal(from(org))).toMatch(ESCAPE);
  });

  test('is one that the issuer may give, by a table', async () => {
    const { verifyUntil } = takes({ tenant: { claim: ['org', 'id'], map: { o1: 'acme' } } });
    const from = async (id: string) => verifyUntil(await idp.token({ claims: { org: { id } } }));
    expect((await from('o1'))?.principal.tenant).toBe('acme');
    for (const id of ['acme', 'constructor', '__proto__']) expect(await refusal(from(id))).toMatch(ESCAPE);
  });

  test('stays under a prefix', async () => {
    const { verifyUntil } = takes({ tenant: { claim: 'org', prefix: 'corp-' } });
    const from = async (org: string) => verifyUntil(await idp.token({ claims: { org } }));
    expect((await from('acme'))?.principal.tenant).toBe('corp-acme');
    expect(await refusal(from('a b'))).toMatch(ESCAPE);
    expect(await refusal(from('operators'))).toMatch(
      /^UNAUTHENTICATED: The token of ISSUER names the tenant of those who run the installation/,
    );
  });

  test('that is refused is told with the subject that asked for it', async () => {
    const { verifyUntil } = takes({ tenant: { claim: 'org', allowed: ['acme'] } });
    const problem = await problemOf(verifyUntil(await idp.token({ claims: { org: 'initech' } })));
    expect(problem).toBeInstanceOf(OutsideTokenRefused);
    expect(problem).toMatchObject({ actor: `${idp.issuer}|ada` });
  });
});

describe('a token is refused', () => {
  test('for another audience, and where it has expired, with its issuer’s skew', async () => {
    const { verifyUntil, pass } = takes({ clockSkewSeconds: 60 });
    const elsewhere = await idp.token({ audience: 'https://elsewhere.example' });
    expect(await refusal(verifyUntil(elsewhere))).toBe(
      `UNAUTHENTICATED: The token of ISSUER is for another audience; here it must be ${AUDIENCE}. Get a new one from there.`,
    );
    const token = await idp.token({ seconds: 300 });
    expect(await verifyUntil(token)).not.toBeNull();
    pass(355_000);
    expect(await verifyUntil(token)).not.toBeNull();
    pass(10_000);
    expect(await refusal(verifyUntil(token))).toMatch(/^UNAUTHENTICATED: The token of ISSUER expired at /);
  });

  test('of another type than the issuer’s settings ask for', async () => {
    expect(await takes({ type: 'at+jwt' }).verifyUntil(await idp.token())).not.toBeNull();
    expect(await refusal(takes({ type: 'other+jwt' }).verifyUntil(await idp.token()))).toMatch(
      /another type/,
    );
  });

  test('whatever somebody makes of it who cannot sign', async () => {
    const { verifyUntil } = takes({});
    const token = await idp.token({ scope: 'kb.read' });
    const [head = '', body = '', signature = ''] = token.split('.');
    const payload = { ...decodeJwt(token), scope: 'kb.read kb.write' };
    const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
    const [jwk] = await idp.published();
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    const stranger = await generateKeyPair('RS256');
    const sign = (alg: string, secret: Uint8Array | CryptoKey | KeyObject, kid = jwk?.kid ?? '') =>
      new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'at+jwt' }).sign(secret);
    const pem = Buffer.from(key.export({ type: 'spki', format: 'pem' }));
    const refused = {
      'with other words under its signature': [`${head}.${encoded}.${signature}`, /signature/],
      'without a signature': [`${head}.${body}.`, /signature|malformed/],
      'by the algorithm none': [new UnsecuredJWT(payload).encode(), /algorithm|malformed/],
      'by HS256 with the public key as PEM': [await sign('HS256', pem), /algorithm/],
      'by HS256 with the public key as JWK': [
        await sign('HS256', new TextEncoder().encode(JSON.stringify(jwk))),
        /algorithm/,
      ],
      'by HS256 with the public key as DER': [
        await sign('HS256', key.export({ type: 'spki', format: 'der' })),
        /algorithm/,
      ],
      'by an algorithm that is not on the list': [
        await sign('RS512', (await generateKeyPair('RS512')).privateKey),
        /algorithm/,
      ],
      'with a stranger’s key under the issuer’s name': [
        await sign('RS256', stranger.privateKey),
        /signature/,
      ],
      'with a key that nobody publishes': [
        await sign('RS256', stranger.privateKey, 'made up'),
        /does not publish/,
      ],
      'by another issuer that uses this one’s name': [
        await new SignJWT(payload)
          .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
          .sign((await generateKeyPair('ES256')).privateKey),
        /does not publish/,
      ],
    } as const;
    for (const [how, [forged, why]] of Object.entries(refused)) {
      const said = await refusal(verifyUntil(forged));
      expect(said, how).toMatch(/^UNAUTHENTICATED: /);
      expect(said, how).toMatch(why);
      expect(said, how).not.toContain(signature);
    }
  });

  test('that its issuer signed, and that says too little, or too much', async () => {
    const { verifyUntil } = takes({});
    const said = decodeJwt(await idp.token());
    const from = async (claims: object) => verifyUntil(await idp.sign({ ...said, ...claims }));
    expect((await from({}))?.principal.subject).toBe(`${idp.issuer}|ada`);
    expect(await refusal(from({ exp: undefined }))).toMatch(/lacks the claim "exp"/);
    expect(await refusal(from({ sub: undefined }))).toMatch(/lacks the claim "sub"/);
    for (const sub of ['', ' ', 'ada\n', 'a\u0000b', 'ä', 'x'.repeat(256)])
      expect(await refusal(from({ sub })), JSON.stringify(sub)).toMatch(/no subject that could be one/);
    expect(await refusal(from({ nbf: Math.floor(Date.now() / 1_000) + 3_600 }))).toMatch(/not valid yet/);
    expect(await from({ padding: 'x'.repeat(16_000) })).toBeNull();
  });
});
