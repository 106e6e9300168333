import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../model/principal.ts';
import { fetchedKeys, publishedKeys, publishKeys } from '../../../platform/auth/public-keys.ts';
import {
  CLIENT_AUDIENCE,
  createTokenAuthority,
  createTokenVerifier,
  type TokenAuthority,
} from '../../../platform/auth/token-authority.ts';

const PRINCIPAL: Principal = { subject: 'ada', tenant: 'acme', scopes: ['documents:read'] };

const newFolder = async () => join(await mkdtemp(join(tmpdir(), 'trellis-keys-')), 'keys');
const issueBy = (authority: TokenAuthority, lifetimeSeconds = 600) =>
  authority.issue({ principal: PRINCIPAL, audience: CLIENT_AUDIENCE, lifetimeSeconds });

let directory: string;
let authority: TokenAuthority;
let stranger: TokenAuthority;
beforeEach(async () => {
  directory = await newFolder();
  authority = createTokenAuthority({ directory });
  stranger = createTokenAuthority({ directory: await newFolder() });
  await stranger.open();
});

describe('keys that a gateway published in a folder', () => {
  test('hold no private half', async () => {
    await authority.open();
    expect(JSON.parse(await readFile(join(directory, 'public-keys.json'), 'utf8'))).toEqual(authority.jwks());
    expect(authority.jwks().keys[0]).not.toHaveProperty('d');
  });

  test('verify as soon as they are there, whoever started first', async () => {
    const { verify } = createTokenVerifier({ keys: publishedKeys(directory) });
    const token = await issueBy(stranger);
    await expect(verify(token, CLIENT_AUDIENCE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/Start a gateway that has this folder, or set TRELLIS_JWKS_URL/),
    });
    await authority.open();
    expect(await verify(await issueBy(authority), CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
    await expect(verify(token, CLIENT_AUDIENCE)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('are read again for a key that is new, and not for each token of a stranger', async () => {
    let now = 0;
    await stranger.open();
    await authority.open();
    const keys = publishedKeys(directory, () => now);
    const kid = (of: TokenAuthority) => String(of.jwks().keys[0]?.kid);
    expect(await keys.keyOf(kid(stranger), 'ES256')).toBeUndefined();
    await publishKeys(directory, { keys: [...authority.jwks().keys, ...stranger.jwks().keys] });
    expect(await keys.keyOf(kid(stranger), 'ES256')).toBeUndefined();
    now += 1_001;
    expect(await keys.keyOf(kid(stranger), 'ES256')).toBeDefined();
    expect(await keys.keyOf(kid(authority), 'ES256')).toBeDefined();
  });
});

describe('keys at an address', () => {
  let server: Server;
  let url: string;
  let fetches: number;
  beforeEach(async () => {
    fetches = 0;
    await authority.open();
    server = createServer((_, response) => {
      fetches += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(authority.jwks()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  test('are fetched once for all tokens, and not again for each token of a stranger', async () => {
    const { verify } = createTokenVerifier({ keys: fetchedKeys(url) });
    for (const seconds of [600, 601, 602])
      expect(await verify(await issueBy(authority, seconds), CLIENT_AUDIENCE)).toEqual(PRINCIPAL);
    for (const seconds of [600, 601, 602]) {
      await expect(verify(await issueBy(stranger, seconds), CLIENT_AUDIENCE)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    expect(fetches).toBe(1);
  });

  test('that cannot be fetched make the answer UNAVAILABLE, not a refusal', async () => {
    server.close();
    server.closeAllConnections();
    const { verify } = createTokenVerifier({ keys: fetchedKeys(url) });
    await expect(verify(await issueBy(authority), CLIENT_AUDIENCE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryAfterMs: 1_000,
    });
  });
});
