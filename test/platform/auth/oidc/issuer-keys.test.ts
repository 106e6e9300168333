/** Keys of a real issuer that changes them and goes away, and of addresses that mean no good. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createIssuerKeys, type IssuerKeys } from '../../../../platform/auth/oidc/issuer-keys.ts';
import { Problem } from '../../../../platform/errors.ts';
import { createLog } from '../../../../platform/log.ts';
import { type OidcIssuer, startOidcIssuer } from '../../../servers/oidc-issuer.ts';

const MINUTE = 60_000;
const silent = createLog({ level: 'silent' });

async function problemOf(found: Promise<unknown>): Promise<Problem> {
  const error = await found.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error;
  throw new Error(`it was found, or failed otherwise: ${error}`);
}

describe('the keys of an issuer', () => {
  let idp: OidcIssuer;
  let keys: IssuerKeys;
  let now = 0;
  beforeEach(async () => {
    idp = await startOidcIssuer();
    now = Date.now();
    keys = createIssuerKeys({
      settings: { issuer: idp.issuer, jwksUrl: undefined },
      now: () => now,
      log: silent,
    });
  });
  afterEach(() => idp.close());
  const keyOf = (kid: string) => keys.keyOf({ alg: 'RS256', kid });

  test('are fetched once, however many tokens come at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => keyOf('key-1')));
    expect(idp.keyRequests()).toBe(1);
    await keyOf('key-1');
    expect(idp.keyRequests()).toBe(1);
  });

  test('are fetched anew for an unknown one, and not for each', async () => {
    await keyOf('key-1');
    await idp.rotate();
    // A moment after the last time, nobody is asked: a token may have been made up.
    expect(await problemOf(keyOf('key-2'))).toMatchObject({ code: 'UNAUTHENTICATED', retryAfterMs: 10_000 });
    expect(idp.keyRequests()).toBe(1);
    now += 10_000;
    await Promise.all(Array.from({ length: 20 }, () => keyOf('key-2')));
    expect(idp.keyRequests()).toBe(2);
    const forged = await Promise.allSettled(Array.from({ length: 100 }, (_, at) => keyOf(`forged-${at}`)));
    expect(forged.every(({ status }) => status === 'rejected')).toBe(true);
    expect(idp.keyRequests()).toBe(2);
  });

  test('that were withdrawn stop counting, beside the requests', async () => {
    await keyOf('key-1');
    const before = await keys.generation();
    await idp.rotate();
    now += 10 * MINUTE;
    await keyOf('key-1');
    await expect.poll(() => keys.generation()).not.toBe(before);
    expect(await problemOf(keyOf('key-1'))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('go on while it is away, for a day; unknown ones wait for it', async () => {
    await keyOf('key-1');
    await idp.away();
    now += 23 * 60 * MINUTE;
    await keyOf('key-1');
    const problem = await problemOf(keyOf('key-2'));
    expect(problem).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 2_000 });
    expect(problem.message).toBe(`The issuer ${idp.issuer} cannot be asked for its keys. Try again.`);
    now += 61 * MINUTE;
    expect(await problemOf(keyOf('key-1'))).toMatchObject({ code: 'UNAVAILABLE' });
    await idp.back();
    now += 2_000;
    expect(await keyOf('key-1')).toBeDefined();
  });

  test('are found later where it was away from the beginning', async () => {
    await idp.away();
    expect(await problemOf(keyOf('key-1'))).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 2_000 });
    await idp.back();
    expect(await problemOf(keyOf('key-1'))).toMatchObject({ code: 'UNAVAILABLE' });
    now += 2_000;
    await keyOf('key-1');
  });
});

describe('an address', () => {
  let server: Server;
  let origin = '';
  let answers: Readonly<Record<string, RequestListener>> = {};
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const json =
    (value: unknown): RequestListener =>
    (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const DISCOVERY = '/.well-known/openid-configuration';
  const tried = (jwksUrl?: string) => {
    const settings = { issuer: origin, jwksUrl };
    return problemOf(
      createIssuerKeys({ settings, now: Date.now, log: silent }).keyOf({ alg: 'RS256', kid: 'a' }),
    );
  };

  test('that leads elsewhere is not followed', async () => {
    answers = {
      [DISCOVERY]: json({ issuer: origin, jwks_uri: `${origin}/keys` }),
      '/keys': (_, response) => response.writeHead(302, { location: `${origin}/inside` }).end(),
      '/inside': json({ keys: [] }),
    };
    expect(await tried()).toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toEqual([DISCOVERY, '/keys']);
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/keys',
    'file:///etc/passwd',
    'http://localhost:1/keys',
    'not an address',
  ])('at another origin (%s) is not asked on an issuer’s word', async (jwks_uri) => {
    answers = { [DISCOVERY]: json({ issuer: origin, jwks_uri }) };
    expect(await tried()).toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toEqual([DISCOVERY]);
  });

  test('that is discovered for another issuer is not asked', async () => {
    answers = { [DISCOVERY]: json({ issuer: 'https://other.example', jwks_uri: `${origin}/keys` }) };
    expect(await tried()).toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toEqual([DISCOVERY]);
  });

  test('that gives more than a key set can be is left', async () => {
    let sent = 0;
    answers = {
      '/keys': (_, response) => {
        const more = () => {
          while (!response.destroyed && sent < 50_000_000) {
            sent += 65_536;
            if (!response.write('x'.repeat(65_536))) return void response.once('drain', more);
          }
          response.end();
        };
        response.writeHead(200);
        more();
      },
    };
    expect(await tried(`${origin}/keys`)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(sent).toBeLessThan(50_000_000);
  });

  test('that never answers is given up', async () => {
    answers = { '/keys': () => undefined };
    expect(await tried(`${origin}/keys`)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('that answers with something else is as good as none', async () => {
    for (const value of [null, [], 'keys', { keys: 'none' }, { keys: [{ kid: 'a' }] }]) {
      answers = { '/keys': json(value) };
      expect(await tried(`${origin}/keys`), JSON.stringify(value)).toMatchObject({ code: 'UNAVAILABLE' });
    }
  });
});
