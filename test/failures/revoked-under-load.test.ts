/**
 * Rotations and revocations while two gateways are asked without a pause: nobody is refused who may go on, and whoever
 * was refused once, by a gateway, is never taken there again. The processes share a Redis, as on servers.
 */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { type Listening, partUrls, startParts } from '../scenarios/apart.ts';
import { leftOut } from '../servers/asked-for.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { UNLIMITED } from '../unlimited.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
type Data = any;

const ROOMS = ['documents', 'traversal', 'retrieval', 'admin', 'worker'] as const;
/** Who asks at once, of each gateway. */
const ASKERS = 3;
/** Answers of each gateway before something happens, and after it. */
const ANSWERS = 40;
const SLOW_MS = 300_000;

const newFolder = () => mkdtemp(join(tmpdir(), 'trellis-revoked-'));

const title = `under load${leftOut === null ? '' : ` (${leftOut})`}`;
describe.skipIf(leftOut !== null)(title, { timeout: SLOW_MS }, () => {
  let redis: RedisServer;
  let keys: string;
  let rooms: Listening;
  let gateways: readonly Listening[] = [];
  let root: string;
  beforeAll(async () => {
    redis = await startRedis();
    keys = join(await newFolder(), 'keys');
    const shared = {
      TRELLIS_MODE: 'production',
      TRELLIS_REDIS_URL: redis.url,
      TRELLIS_KEYS_DIR: keys,
      TRELLIS_SAMPLES: 'false',
      TRELLIS_OPERATOR_TENANT: 'default',
      ...UNLIMITED,
    };
    rooms = await startParts(ROOMS, { ...shared, TRELLIS_DATA_DIR: await newFolder(), TRELLIS_PORT: '0' });
    const gateway = async () =>
      startParts(['gateway'], {
        ...shared,
        TRELLIS_DATA_DIR: await newFolder(),
        TRELLIS_PORT: '0',
        TRELLIS_PART_URLS: partUrls([[ROOMS, rooms]]),
      });
    gateways = await Promise.all([gateway(), gateway()]);
    root = await createDevelopmentToken(keys, {});
  }, SLOW_MS);
  afterAll(async () => {
    await Promise.all([rooms, ...gateways].map((one) => one?.stop('SIGKILL')));
    await redis?.close();
  });

  const post = async (url: string, query: string, token: string | null, variables: Data = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { readonly data: Data; readonly errors?: readonly Data[] };
  };
  const run = async (query: string, variables: Data = {}, token: string | null = root): Promise<Data> => {
    const { data, errors } = await post(gateways[0]?.url ?? '', query, token, variables);
    if (errors !== undefined) throw new Error(`${query}: ${errors[0].message}`);
    return data;
  };
  const makeKey = async () =>
    (
      await run('mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { secret key { id } } }', {
        i: { name: 'load', scopes: ['documents:read'] },
      })
    ).createApiKey;

  /**
   * What a credential is answered by each gateway, without a pause until `end`. `TAKEN AGAIN` is an answer to what was asked
   * when that gateway had refused it before.
   */
  const ask = (tokenOf: () => string | Promise<string>) => {
    const stop = new AbortController();
    const answers = gateways.map((): string[] => []);
    const asking = gateways.flatMap(({ url }, at) =>
      Array.from({ length: ASKERS }, async () => {
        while (!stop.signal.aborted) {
          const taken = answers[at]?.includes('UNAUTHENTICATED') ? 'TAKEN AGAIN' : 'OK';
          const { errors } = await post(url, '{ documents { nodes { id } } }', await tokenOf());
          answers[at]?.push(errors?.[0].extensions.code ?? taken);
        }
      }),
    );
    const has = (count: number, code: string) =>
      answers.every((all) => all.filter((one) => one === code).length >= count);
    return {
      /** Waits for so many more answers like this from every gateway. */
      more: async (code: string, count = ANSWERS) => {
        const before = Math.max(...answers.map((all) => all.filter((one) => one === code).length));
        await expect.poll(() => has(before + count, code), { timeout: SLOW_MS, interval: 20 }).toBe(true);
      },
      end: async () => {
        stop.abort();
        await Promise.all(asking);
        return answers;
      },
    };
  };
  /** Taken, then refused: nothing else. */
  const expectOneTurn = (answers: readonly (readonly string[])[]) => {
    for (const all of answers) expect(new Set(all)).toEqual(new Set(['OK', 'UNAUTHENTICATED']));
  };
  const expectAllTaken = (answers: readonly (readonly string[])[]) => {
    for (const all of answers) expect(new Set(all)).toEqual(new Set(['OK']));
  };

  test('a revoked API key is refused by every gateway from then on, and no other key is', async () => {
    const [doomed, other] = [await makeKey(), await makeKey()];
    const [load, beside] = [ask(() => doomed.secret), ask(() => other.secret)];
    await load.more('OK');
    await run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { key { id } } }', {
      id: doomed.key.id,
    });
    await load.more('UNAUTHENTICATED');
    expectOneTurn(await load.end());
    expectAllTaken(await beside.end());
  });

  test('a key that is rotated is taken with both secrets during its grace', async () => {
    const { secret, key } = await makeKey();
    let now: string = secret;
    const [former, latter] = [ask(() => secret), ask(() => now)];
    await former.more('OK');
    const { rotateApiKey } = await run(
      'mutation ($i: RotateApiKeyInput!) { rotateApiKey(input: $i) { secret } }',
      { i: { id: key.id, graceSeconds: 3_600 } },
    );
    now = rotateApiKey.secret;
    await Promise.all([former.more('OK'), latter.more('OK')]);
    expectAllTaken([...(await former.end()), ...(await latter.end())]);
  });

  test('a signing key that is rotated refuses no token, of those before and of those signed meanwhile', async () => {
    const before = ask(() => root);
    const meanwhile = ask(() => createDevelopmentToken(keys, {}));
    await Promise.all([before.more('OK'), meanwhile.more('OK')]);
    const ROTATE = 'mutation { rotateSigningKey(input: {}) { signingKeys { id state } } }';
    const { rotateSigningKey } = await run(ROTATE);
    expect(rotateSigningKey.signingKeys.map(({ state }: Data) => state)).toContain('PREVIOUS');
    await Promise.all([before.more('OK'), meanwhile.more('OK')]);
    expectAllTaken([...(await before.end()), ...(await meanwhile.end())]);
  });

  test('who is disabled is refused by every gateway from then on, with the token that was good before', async () => {
    const user = { name: 'load', password: 'nineteen grey herons', roles: ['reader'] };
    const { createUser } = await run(
      'mutation ($i: CreateUserInput!) { createUser(input: $i) { user { id } } }',
      { i: user },
    );
    const { signIn } = await run(
      'mutation ($i: SignInInput!) { signIn(input: $i) { accessToken } }',
      { i: { tenant: 'default', name: user.name, password: user.password } },
      null,
    );
    const [load, beside] = [ask(() => signIn.accessToken), ask(() => root)];
    await load.more('OK');
    await run('mutation ($id: ID!) { disableUser(input: { id: $id }) { user { id } } }', {
      id: createUser.user.id,
    });
    await load.more('UNAUTHENTICATED');
    expectOneTurn(await load.end());
    expectAllTaken(await beside.end());
  });

  test('a signing key that is revoked takes its tokens along, in every gateway', async () => {
    const token = await createDevelopmentToken(keys, {});
    const load = ask(() => token);
    await load.more('OK');
    const { signingKeys } = await run('{ signingKeys { id state } }');
    const current = signingKeys.find(({ state }: Data) => state === 'CURRENT').id;
    await run('mutation ($id: ID!) { revokeSigningKey(input: { id: $id }) { signingKeys { id } } }', {
      id: current,
    });
    await load.more('UNAUTHENTICATED');
    expectOneTurn(await load.end());
  });
});
