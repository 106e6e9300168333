import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../../model/principal.ts';
import { publishedKeys } from '../../../../platform/auth/public-keys.ts';
import { type KeyState, TOKEN_MS_MAX } from '../../../../platform/auth/signing-keys/life-cycle.ts';
import { createSigningKeys, type SigningKeys } from '../../../../platform/auth/signing-keys/signing-keys.ts';
import {
  CLIENT_AUDIENCE,
  createTokenAuthority,
  createTokenVerifier,
  type TokenAuthority,
} from '../../../../platform/auth/token-authority.ts';

const ADA: Principal = { subject: 'ada', tenant: 'acme', scopes: ['documents:read'] };
const HOUR = 3_600_000;

let directory: string;
let clock: number;
let keys: SigningKeys;
let authority: TokenAuthority;

const now = () => clock;
const issue = (by: TokenAuthority, lifetimeSeconds = 3_600) =>
  by.issue({ principal: ADA, audience: CLIENT_AUDIENCE, lifetimeSeconds });
const verify = (by: { verify: TokenAuthority['verify'] }, token: string) =>
  by.verify(token, CLIENT_AUDIENCE).then(
    ({ subject }) => subject,
    (problem) => problem.message,
  );
const later = (ms: number) => {
  clock += ms;
};
async function kidOf(state: KeyState): Promise<string> {
  return (await keys.list()).find((key) => key.state === state)?.kid ?? '';
}
function another(): { readonly keys: SigningKeys; readonly authority: TokenAuthority } {
  const itsKeys = createSigningKeys({ directory, now });
  return { keys: itsKeys, authority: createTokenAuthority({ directory, now }, itsKeys) };
}

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'trellis-rotation-')), 'keys');
  clock = Date.parse('2026-06-01T12:00:00Z');
  ({ keys, authority } = another());
  await authority.open();
  later(10_000);
});

describe('a rotation', () => {
  test('lets the standby sign, which was published before, and takes what the former key signed', async () => {
    const published = authority.jwks().keys.map(({ kid }) => kid);
    const [standby, current] = [await kidOf('STANDBY'), await kidOf('CURRENT')];
    expect(published).toEqual([standby, current]);
    const before = await issue(authority);
    const states = (await keys.rotate()).map(({ state }) => state);
    expect(states).toEqual(['STANDBY', 'CURRENT', 'PREVIOUS']);
    const after = await issue(authority);
    expect(decodeProtectedHeader(after).kid).toBe(standby);
    expect([await verify(authority, before), await verify(authority, after)]).toEqual(['ada', 'ada']);
  });

  test('is known to the other processes of the folder within a second', async () => {
    const [other, subgraph] = [another(), createTokenVerifier({ keys: publishedKeys(directory, now), now })];
    await other.authority.open();
    await verify(subgraph, await issue(authority));
    await keys.rotate();
    later(1_000);
    const token = await issue(other.authority);
    expect(decodeProtectedHeader(token).kid).toBe(await kidOf('CURRENT'));
    expect([await verify(authority, token), await verify(subgraph, token)]).toEqual(['ada', 'ada']);
  });

  test('keeps the former key until the last token that it may have signed has expired', async () => {
    const current = await kidOf('CURRENT');
    const longest = await issue(authority, TOKEN_MS_MAX / 1_000);
    await keys.rotate();
    later(TOKEN_MS_MAX - 20_000);
    await keys.rotate();
    expect(await verify(authority, longest)).toBe('ada');
    later(30_000);
    await keys.rotate();
    expect((await keys.list()).map(({ kid }) => kid)).not.toContain(current);
  });

  test('right after another one is refused, saying when to try again', async () => {
    await keys.rotate();
    await expect(keys.rotate()).rejects.toMatchObject({ code: 'CONFLICT', retryAfterMs: 2_000 });
    later(2_000);
    await keys.rotate();
  });

  test('by many processes at once loses none and leaves one current key', async () => {
    const many = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const one = another();
        await one.authority.open();
        return one;
      }),
    );
    const outcomes = await Promise.allSettled(many.map((one) => one.keys.rotate()));
    const ring = await keys.list();
    expect(ring.filter(({ state }) => state === 'CURRENT')).toHaveLength(1);
    expect(ring.filter(({ state }) => state === 'STANDBY')).toHaveLength(1);
    // The others found a standby that was made a moment ago.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await readdir(directory)).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  test('by the clock comes once, when the key has signed long enough', async () => {
    const other = another();
    await other.authority.open();
    expect(await keys.rotateWhenOlder(HOUR)).toBe(false);
    later(HOUR);
    expect(await keys.rotateWhenOlder(HOUR)).toBe(true);
    expect(await other.keys.rotateWhenOlder(HOUR)).toBe(false);
  });

  test('under load refuses no token', async () => {
    const other = another();
    await other.authority.open();
    const subgraph = createTokenVerifier({ keys: publishedKeys(directory, now), now });
    const outcomes = new Set<string>();
    for (let round = 0; round < 40; round++) {
      if (round % 4 === 0) {
        later(2_000);
        await keys.rotate();
      }
      const tokens = await Promise.all([issue(authority), issue(other.authority)]);
      for (const token of tokens)
        for (const verifier of [authority, other.authority, subgraph])
          outcomes.add(await verify(verifier, token));
      later(300);
    }
    expect([...outcomes]).toEqual(['ada']);
  });
});

describe('a revoked key', () => {
  test('takes all its tokens along, also those that were verified before, in every process', async () => {
    const [other, subgraph] = [another(), createTokenVerifier({ keys: publishedKeys(directory, now), now })];
    await other.authority.open();
    const token = await issue(authority);
    const everywhere = () =>
      Promise.all([authority, other.authority, subgraph].map((verifier) => verify(verifier, token)));
    expect(await everywhere()).toEqual(['ada', 'ada', 'ada']);
    await keys.revoke(await kidOf('CURRENT'));
    later(1_000);
    for (const outcome of await everywhere()) expect(outcome).toMatch(/signed with a key that is not ours/);
  });

  test('that was current is followed by the standby, and nothing is left of its private half', async () => {
    const [standby, current] = [await kidOf('STANDBY'), await kidOf('CURRENT')];
    await keys.revoke(current);
    expect(await kidOf('CURRENT')).toBe(standby);
    expect(await verify(authority, await issue(authority))).toBe('ada');
    expect(authority.jwks().keys.map(({ kid }) => kid)).not.toContain(current);
    expect((await keys.list()).find(({ kid }) => kid === current)).toMatchObject({
      state: 'REVOKED',
      pair: null,
    });
  });

  test('that stood by is replaced', async () => {
    const standby = await kidOf('STANDBY');
    await keys.revoke(standby);
    expect(await kidOf('STANDBY')).not.toBe(standby);
  });

  test('can be revoked again without harm; an unknown one is NOT_FOUND', async () => {
    const current = await kidOf('CURRENT');
    await keys.revoke(current);
    const ring = await keys.list();
    await keys.revoke(current);
    expect(await keys.list()).toEqual(ring);
    await expect(keys.revoke('nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the folder of keys', () => {
  test('with one key for good goes on with it as the current one', async () => {
    directory = await mkdtemp(join(tmpdir(), 'trellis-single-'));
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const path = join(directory, 'signing-key.json');
    await writeFile(path, JSON.stringify(await exportJWK(privateKey)));
    await chmod(path, 0o600);
    ({ keys, authority } = another());
    await authority.open();
    const { pair } = (await keys.list()).find(({ state }) => state === 'CURRENT') ?? {};
    expect(pair?.jwk.d).toBe((await exportJWK(privateKey)).d);
    expect((await readdir(directory)).toSorted()).toEqual(['public-keys.json', 'signing-keys.00000001.json']);
  });

  test('keeps few versions, none of which others may read', async () => {
    for (let round = 0; round < 4; round++) {
      await keys.rotate();
      later(3_000);
    }
    const names = (await readdir(directory)).filter((name) => name.startsWith('signing-keys'));
    expect(names).toEqual(['signing-keys.00000004.json', 'signing-keys.00000005.json']);
  });

  test('that has no keys is told of to those who do not make any', async () => {
    const elsewhere = createSigningKeys({ directory: join(directory, 'none') });
    await expect(elsewhere.rotate()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(elsewhere.open({ make: false })).rejects.toMatchObject({
      message: expect.stringMatching(/no signing keys in .*TRELLIS_KEYS_DIR/),
    });
  });
});

test('EdDSA keys sign as well, beside those of the other kind', async () => {
  const before = await issue(authority);
  const edwards = createSigningKeys({ directory, now, algorithm: 'EdDSA' });
  await edwards.rotate();
  later(3_000);
  await edwards.rotate();
  later(1_000);
  const token = await issue(authority);
  expect(decodeProtectedHeader(token).alg).toBe('EdDSA');
  expect([await verify(authority, token), await verify(authority, before)]).toEqual(['ada', 'ada']);
  const published = JSON.parse(await readFile(join(directory, 'public-keys.json'), 'utf8'));
  expect(new Set(published.keys.map(({ alg }: { alg: string }) => alg))).toEqual(new Set(['EdDSA', 'ES256']));
});
