/** Settings whose secrets are in Vault, from the start to their change, on a real OpenBao. */

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../platform/config.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import { type LiveSecrets, openSecrets } from '../../../platform/secrets/open-secrets.ts';
import { type OpenBao, openBaoMissing, startOpenBao } from '../../servers/openbao.ts';

describe.skipIf(openBaoMissing() !== null)(`secrets in Vault${openBaoMissing() ?? ''}`, () => {
  let bao: OpenBao;
  let path = '';
  let said: string[] = [];
  const opened: LiveSecrets[] = [];
  const log = createLog({ level: 'debug' }, { write: (line) => void said.push(line) });
  beforeAll(async () => {
    bao = await startOpenBao();
  });
  afterAll(() => bao?.close());
  beforeEach(() => {
    path = `trellis/${randomUUID()}`;
    said = [];
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  const put = (fields: object) => bao.ask('POST', `secret/data/${path}`, { data: fields });
  const open = async (environment: Readonly<Record<string, string>> = {}) => {
    const secrets = await openSecrets(
      {
        TRELLIS_VAULT_URL: bao.url,
        TRELLIS_VAULT_TOKEN: bao.rootToken,
        TRELLIS_VAULT_KV_PATH: path,
        TRELLIS_SECRETS_POLL_MS: '0',
        ...environment,
      },
      { log },
    );
    opened.push(secrets);
    return secrets;
  };
  const refusal = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error instanceof Problem) return error;
    throw new Error(`it was taken, or failed otherwise: ${error}`);
  };

  test('are as if they were in the environment', async () => {
    await put({ TRELLIS_LLM_API_KEY: 'sk-1', TRELLIS_REDIS_URL: 'redis://:pw@127.0.0.1:1', others: 'own' });
    const secrets = await open();
    expect(secrets.current('LLM_API_KEY')).toBe('sk-1');
    expect(readConfig(secrets.environment)).toMatchObject({
      LLM_API_KEY: 'sk-1',
      REDIS_URL: 'redis://:pw@127.0.0.1:1',
    });
  });

  test('take effect in a new version, by looking and by being told', async () => {
    await put({ TRELLIS_LLM_API_KEY: 'sk-1' });
    const [told, looking] = await Promise.all([open(), open({ TRELLIS_SECRETS_POLL_MS: '50' })]);
    await looking.start();
    await put({ TRELLIS_LLM_API_KEY: 'sk-2' });
    expect(told.current('LLM_API_KEY')).toBe('sk-1');
    await told.reload();
    expect(told.current('LLM_API_KEY')).toBe('sk-2');
    await expect.poll(() => looking.current('LLM_API_KEY')).toBe('sk-2');
    expect(said.join('')).not.toMatch(/sk-[12]/);
  });

  test('stay as they are while Vault gives nothing', async () => {
    await put({ TRELLIS_LLM_API_KEY: 'sk-1' });
    const secrets = await open();
    await bao.ask('DELETE', `secret/data/${path}`);
    for (let time = 0; time < 2; time++) await secrets.reload();
    expect(secrets.current('LLM_API_KEY')).toBe('sk-1');
    expect(said.filter((line) => line.includes('Secrets stay as they were'))).toHaveLength(1);
  });

  test('stop the start where one is given twice, or means nothing', async () => {
    await put({ TRELLIS_LLM_API_KEY: 'sk-1', TRELLIS_LLM_KEY: 'sk-2', TRELLIS_PORT: '1' });
    const problem = await refusal(open({ TRELLIS_LLM_API_KEY: 'sk-3' }));
    expect(problem.errors.map(({ field, message }) => `${field} ${message}`).toSorted()).toEqual([
      'TRELLIS_LLM_API_KEY is given twice: in Vault and outside it. Keep one',
      'TRELLIS_LLM_KEY is in Vault and is no secret setting that could come from there',
      'TRELLIS_PORT is in Vault and is no secret setting that could come from there',
    ]);
  });

  test('stop the start where there are none', async () => {
    expect(await refusal(open())).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('has no such secret'),
    });
    expect(await refusal(open({ TRELLIS_VAULT_URL: 'http://127.0.0.1:1' }))).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Vault at http://127.0.0.1:1 does not answer. Check TRELLIS_VAULT_URL and its log.',
    });
  });
});
