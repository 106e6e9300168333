/** What is taken from Vault, on a real OpenBao. */

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../platform/config.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import { type DataKey, newDataKey } from '../../../platform/sealing/data-key.ts';
import type { KeyWrapper } from '../../../platform/sealing/key-wrapper.ts';
import { createVault, type Vault } from '../../../platform/secrets/vault/vault.ts';
import { freePort } from '../../servers/free-port.ts';
import { type OpenBao, openBaoMissing, startOpenBao } from '../../servers/openbao.ts';

const SECRET = 'apps/trellis';
const CLUSTER = 'https://kubernetes.default.svc.cluster.local';
const POLICY = `
path "secret/data/${SECRET}" { capabilities = ["read"] }
path "transit/encrypt/backups" { capabilities = ["update"] }
path "transit/decrypt/backups" { capabilities = ["update"] }
`;

describe.skipIf(openBaoMissing() !== null)(`Vault${openBaoMissing() ?? ''}`, () => {
  let bao: OpenBao;
  const said: string[] = [];
  const log = createLog({ level: 'debug' }, { write: (line) => void said.push(line) });
  const opened: Vault[] = [];
  const vault = (
    settings: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>> = {},
  ) => {
    const given = Object.entries(settings).map(([name, value]) => [`TRELLIS_VAULT_${name}`, value]);
    const config = readConfig({
      TRELLIS_VAULT_URL: bao.url,
      TRELLIS_VAULT_KV_PATH: SECRET,
      TRELLIS_VAULT_TRANSIT_KEY: 'backups',
      ...Object.fromEntries(given),
    });
    const made = createVault({ url: bao.url, settings: config, credential: (name) => secrets[name], log });
    opened.push(made);
    return made;
  };
  const appRole = async (settings: object) => {
    const name = randomUUID();
    await bao.ask('POST', `auth/approle/role/${name}`, { token_policies: ['trellis'], ...settings });
    const { role_id } = (await bao.ask('GET', `auth/approle/role/${name}/role-id`)).data;
    const { secret_id } = (await bao.ask('POST', `auth/approle/role/${name}/secret-id`, {})).data;
    return {
      name,
      secretId: secret_id as string,
      login: () => vault({ AUTH: 'approle', ROLE_ID: role_id }, { VAULT_SECRET_ID: secret_id }),
    };
  };
  /** Tokens that a role has now, as the server knows them. */
  const tokensOf = async (role: string) => {
    const { keys } = (await bao.ask('GET', 'auth/token/accessors?list=true')).data;
    const asked = (keys as readonly string[]).map((accessor) =>
      bao
        .ask('POST', 'auth/token/lookup-accessor', { accessor })
        .then(({ data }) => data)
        // Some of those listed have ended since.
        .catch(() => null),
    );
    return (await Promise.all(asked)).filter((token) => token?.meta?.role_name === role);
  };
  const problemOf = async (asked: Promise<unknown>): Promise<Problem> => {
    const error = await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error instanceof Problem) return error;
    throw new Error(`it was done, or failed otherwise: ${error}`);
  };

  beforeAll(async () => {
    bao = await startOpenBao();
    await bao.ask('POST', 'sys/policies/acl/trellis', { policy: POLICY });
    await bao.ask('POST', 'sys/auth/approle', { type: 'approle' });
    await bao.ask('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
    await bao.ask('POST', 'sys/mounts/transit', { type: 'transit' });
    await bao.ask('POST', 'transit/keys/backups', {});
    await bao.ask('POST', `secret/data/${SECRET}`, { data: { TRELLIS_LLM_API_KEY: 'first', port: 7 } });
  });
  afterAll(async () => {
    bao?.thaw();
    await Promise.all(opened.map((one) => one.close()));
    await bao?.close();
  });

  describe('logs in', () => {
    test('by a token', async () => {
      const { auth } = await bao.ask('POST', 'auth/token/create', { policies: ['trellis'] });
      const { fields } = vault({}, { VAULT_TOKEN: auth.client_token });
      expect(await fields()).toEqual(new Map([['TRELLIS_LLM_API_KEY', 'first']]));
    });

    test('by AppRole, and renews its token until that goes no further, then logs in anew', async () => {
      const { name, login } = await appRole({ token_ttl: '2s', token_max_ttl: '5s' });
      const { fields } = login();
      const logins = new Set<string>();
      const renewed = new Set<string>();
      const look = async () => {
        expect((await fields()).get('TRELLIS_LLM_API_KEY')).toBe('first');
        for (const token of await tokensOf(name)) {
          logins.add(token.accessor);
          if (token.last_renewal_time !== undefined) renewed.add(token.accessor);
        }
        return [logins.size > 1, renewed.size > 0];
      };
      await expect.poll(look, { interval: 200 }).toEqual([true, true]);
    });

    test('anew where its token was revoked behind its back', async () => {
      const { login } = await appRole({ token_ttl: '1h' });
      const { fields } = login();
      await fields();
      await bao.ask('POST', 'sys/leases/revoke-prefix/auth/approle/login', { sync: true });
      expect((await fields()).get('TRELLIS_LLM_API_KEY')).toBe('first');
    });

    test('by the token of a pod, which Kubernetes is asked about', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'trellis-pod-'));
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const port = await freePort();
      const account = 'system:serviceaccount:prod:trellis';
      const jwt = await new SignJWT({
        'kubernetes.io': { namespace: 'prod', serviceaccount: { name: 'trellis', uid: 'u1' } },
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuer(CLUSTER)
        .setSubject(account)
        .setAudience([CLUSTER])
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey);
      // Stands for the API server, which this test does not have: it knows one pod.
      const kubernetes = createServer((_, response) => {
        const user = { username: account, uid: 'u1', groups: [] };
        const status = { authenticated: true, audiences: [CLUSTER], user };
        response.writeHead(201, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status }));
      }).listen(port, '127.0.0.1');
      try {
        await bao.ask('POST', 'auth/kubernetes/config', {
          kubernetes_host: `http://127.0.0.1:${port}`,
          token_reviewer_jwt: jwt,
          disable_local_ca_jwt: true,
          kubernetes_ca_cert: rootCertificates[0],
        });
        await bao.ask('POST', 'auth/kubernetes/role/trellis', {
          bound_service_account_names: ['trellis'],
          bound_service_account_namespaces: ['prod'],
          token_policies: ['trellis'],
        });
        await writeFile(join(folder, 'token'), `${jwt}\n`);
        const { fields } = vault({ AUTH: 'kubernetes', ROLE: 'trellis', JWT_PATH: join(folder, 'token') });
        expect((await fields()).get('TRELLIS_LLM_API_KEY')).toBe('first');
      } finally {
        kubernetes.close();
        await rm(folder, { recursive: true });
      }
    });
  });

  test('is not logged in to again and again where the policy forbids something', async () => {
    const { name, login } = await appRole({ token_policies: ['default'] });
    const { fields } = login();
    for (let time = 0; time < 3; time++)
      expect(await problemOf(fields())).toMatchObject({ message: expect.stringContaining('policy') });
    expect(await tokensOf(name)).toHaveLength(1);
  });

  test('gives the newest version of a secret', async () => {
    const { login } = await appRole({});
    const { fields } = login();
    await fields();
    await bao.ask('POST', `secret/data/${SECRET}`, { data: { TRELLIS_LLM_API_KEY: 'second' } });
    expect((await fields()).get('TRELLIS_LLM_API_KEY')).toBe('second');
  });

  describe('wraps keys', () => {
    const wrapperOf = ({ keyWrapper }: Vault): KeyWrapper => {
      if (keyWrapper === null) throw new Error('there is a key, so there is a wrapper');
      return keyWrapper;
    };
    const sameKey = (left: DataKey, right: DataKey) =>
      left.id === right.id && Buffer.from(left.bytes).equals(right.bytes);

    test('that only it opens again, and for what they were wrapped', async () => {
      const { login } = await appRole({});
      const wrapper = wrapperOf(login());
      expect(wrapper.masterKeyIds()).toEqual(['transit:transit/backups']);
      const key = newDataKey();
      const wrapped = await wrapper.wrapKey(key);
      expect(wrapped).toMatchObject({ id: key.id, masterKeyId: 'transit:transit/backups' });
      expect(wrapped.wrapped).toMatch(/^vault:v1:/);
      expect(sameKey(await wrapper.unwrapKey(wrapped), key)).toBe(true);
      await bao.ask('POST', 'transit/keys/backups/rotate', {});
      expect(sameKey(await wrapper.unwrapKey(wrapped), key)).toBe(true);
      expect((await wrapper.wrapKey(key)).wrapped).toMatch(/^vault:v2:/);
      for (const changed of [
        { id: newDataKey().id },
        { wrapped: `${wrapped.wrapped.slice(0, -1)}x` },
        { wrapped: wrapped.wrapped.replace('v1', 'v2') },
        { wrapped: 'nothing of the kind' },
      ])
        expect(await problemOf(wrapper.unwrapKey({ ...wrapped, ...changed })), changed.wrapped).toMatchObject(
          {
            code: 'BACKUP_DAMAGED',
          },
        );
    });

    test('and says whose key it is that a key needs, where it is not the one that is there', async () => {
      const { login } = await appRole({});
      const wrapper = wrapperOf(login());
      const wrapped = await wrapper.wrapKey(newDataKey());
      await bao.ask('POST', 'transit/keys/backups/config', { deletion_allowed: true });
      await bao.ask('DELETE', 'transit/keys/backups');
      const gone = await problemOf(wrapper.unwrapKey(wrapped));
      expect(await problemOf(wrapper.wrapKey(newDataKey()))).toMatchObject({ code: 'UNAVAILABLE' });
      await bao.ask('POST', 'transit/keys/backups', {});
      const another = await problemOf(wrapper.unwrapKey(wrapped));
      const kept = await wrapper.wrapKey(newDataKey());
      await bao.ask('POST', 'transit/keys/backups/rotate', {});
      await bao.ask('POST', 'transit/keys/backups/config', { min_decryption_version: 2 });
      const retired = await problemOf(wrapper.unwrapKey(kept));
      const unknown = await problemOf(
        wrapper.unwrapKey({ ...wrapped, masterKeyId: 'transit:transit/other' }),
      );
      for (const problem of [gone, another, retired, unknown])
        expect(problem).toMatchObject({
          code: 'BACKUP_KEY_MISMATCH',
          message: expect.stringContaining('TRELLIS_VAULT'),
        });
    });

    test('also opens what an earlier key has wrapped, as long as that is named', async () => {
      await bao.ask('POST', 'transit/keys/former', {});
      const settings = { TRANSIT_KEY: 'former' };
      const former = wrapperOf(vault(settings, { VAULT_TOKEN: bao.rootToken }));
      const key = newDataKey();
      const wrapped = await former.wrapKey(key);
      const now = { TRANSIT_KEY: 'backups', TRANSIT_PREVIOUS_KEYS: 'former' };
      const both = wrapperOf(vault(now, { VAULT_TOKEN: bao.rootToken }));
      expect((await both.wrapKey(key)).masterKeyId).toBe('transit:transit/backups');
      expect(sameKey(await both.unwrapKey(wrapped), key)).toBe(true);
    });

    test('not where no key is named, and says so where the policy forbids it', async () => {
      expect(
        createVault({ url: bao.url, settings: readConfig({}), credential: () => undefined, log }).keyWrapper,
      ).toBeNull();
      const { auth } = await bao.ask('POST', 'auth/token/create', { policies: ['default'] });
      const wrapper = wrapperOf(vault({}, { VAULT_TOKEN: auth.client_token }));
      expect(await problemOf(wrapper.wrapKey(newDataKey()))).toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('the policy'),
      });
    });
  });

  describe('that refuses', () => {
    test('says what to look at, and nothing that is secret', async () => {
      const canary = `canary-${randomUUID()}`;
      const { auth } = await bao.ask('POST', 'auth/token/create', { policies: ['default'] });
      const { login, secretId } = await appRole({});
      await bao.ask('POST', `secret/data/${SECRET}`, { data: { TRELLIS_LLM_API_KEY: canary } });
      await login().fields();
      const problems = await Promise.all(
        [
          vault({}, { VAULT_TOKEN: canary }).fields(),
          vault({}, { VAULT_TOKEN: auth.client_token }).fields(),
          vault({}).fields(),
          vault({ AUTH: 'approle', ROLE_ID: 'nobody' }, { VAULT_SECRET_ID: canary }).fields(),
          vault({ AUTH: 'kubernetes', ROLE: 'trellis', JWT_PATH: '/nowhere' }).fields(),
          vault({ KV_PATH: 'apps/other' }, { VAULT_TOKEN: bao.rootToken }).fields(),
          vault({ KV_MOUNT: 'nowhere' }, { VAULT_TOKEN: bao.rootToken }).fields(),
        ].map(problemOf),
      );
      expect(problems.map(({ code }) => code)).toEqual([
        'UNAVAILABLE',
        'UNAVAILABLE',
        'BAD_INPUT',
        'UNAVAILABLE',
        'BAD_INPUT',
        'UNAVAILABLE',
        'UNAVAILABLE',
      ]);
      expect(problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('does not take the login by token'),
        expect.stringContaining('Check TRELLIS_VAULT_KV_MOUNT, TRELLIS_VAULT_KV_PATH and the policy.'),
        expect.stringContaining('TRELLIS_VAULT_TOKEN is not given'),
        expect.stringContaining('does not take the login by approle'),
        expect.stringContaining('in /nowhere cannot be read (ENOENT)'),
        expect.stringContaining('has no such secret'),
        expect.stringContaining('has no such secret'),
      ]);
      const everything = [
        ...said,
        ...problems.map((one) => `${one.stack} ${one.message} ${JSON.stringify(one)} ${one.cause}`),
      ].join('\n');
      for (const secret of [canary, bao.rootToken, auth.client_token, secretId])
        expect(everything).not.toContain(secret);
    });

    test('answers in time where it hangs, and goes on when it is back', async () => {
      const { login } = await appRole({});
      const { fields, health } = login();
      await fields();
      expect(await health()).toMatchObject({
        name: 'vault',
        state: 'UP',
        engine: expect.stringMatching(/^Vault \d/),
      });
      await bao.freeze();
      const [problem, report] = await Promise.all([problemOf(fields()), health()]);
      bao.thaw();
      expect(problem).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 2_000 });
      expect(report).toMatchObject({ state: 'DEGRADED' });
      expect(await fields()).toBeDefined();
    });
  });
});
