/** A server whose secrets are in files: told by SIGHUP that one has changed, and what it says all the while. */

import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOpenAiServer } from '../servers/openai-compatible.ts';
import { dataFolder, type Server, startServer, stop, trellis } from './harness.ts';

const SLOW_MS = 180_000;

describe('a server with secrets in files', () => {
  const keys = [randomUUID(), randomUUID(), randomUUID()] as const;
  const pepper = `${randomUUID()}${randomUUID()}`;
  const model: { apiKey?: string } = { apiKey: keys[0] };
  let openai: Awaited<ReturnType<typeof startOpenAiServer>>;
  let folder: string;
  let server: Server;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    [openai, folder] = await Promise.all([startOpenAiServer(model), dataFolder()]);
    await writeFile(file('llm-key'), `${keys[0]}\n`, { mode: 0o600 });
    await writeFile(file('pepper'), pepper, { mode: 0o644 });
    server = await startServer(join(folder, 'data'), {
      TRELLIS_SAMPLES: 'false',
      TRELLIS_LOG_LEVEL: 'debug',
      TRELLIS_LLM_URL: openai.url,
      TRELLIS_LLM_MODEL: 'scripted',
      TRELLIS_LLM_API_KEY_FILE: file('llm-key'),
      TRELLIS_API_KEY_SECRET_FILE: file('pepper'),
      TRELLIS_SECRETS_POLL_MS: '0',
    });
    openai.reply(JSON.stringify({ sentences: [] }));
    await writeFile(file('a.md'), 'Tommy Flowers built Colossus at Dollis Hill.');
    const ingested = await trellis(['ingest', file('a.md'), '--collection', 'notes'], server.settings).ended;
    expect(ingested.code).toBe(0);
  }, SLOW_MS);
  afterAll(async () => {
    await openai?.close();
    if (server !== undefined) await stop(server);
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async () => (await trellis(['ask', 'Who built Colossus?'], server.settings).ended).stdout;
  const keysSent = () => openai.requests.map(({ authorization }) => authorization);

  test(
    'uses what the file has now once it is sent SIGHUP, and goes on running',
    async () => {
      await ask();
      expect(keysSent().at(-1)).toBe(`Bearer ${keys[0]}`);
      model.apiKey = keys[1];
      await writeFile(file('llm-key'), `${keys[1]}\n`);
      server.child.kill('SIGHUP');
      await server.says('TRELLIS_LLM_API_KEY has changed').catch(() => undefined);
      await expect
        .poll(
          async () => {
            await ask();
            return keysSent().at(-1);
          },
          { timeout: 60_000 },
        )
        .toBe(`Bearer ${keys[1]}`);
    },
    SLOW_MS,
  );

  test(
    'says none of them: not in its log, its answers, its metrics or its health',
    async () => {
      // A model that refuses, and repeats the key that it was sent.
      model.apiKey = keys[2];
      openai.fail(...Array.from({ length: 10 }, () => ({ kind: 'status', status: 500 }) as never));
      const answers = [await ask()];
      const { stdout } = await trellis(['token'], server.settings).ended;
      for (const path of ['/metrics', '/health/ready', '/.well-known/jwks.json'])
        answers.push(await (await fetch(`${server.url}${path}`)).text());
      const health = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          query: '{ health { components { name detail engine } } signingKeys { state } }',
        }),
      });
      answers.push(await health.text());
      const ended = await stop(server);
      const everything = [...answers, ended.stdout, ended.stderr].join('\n');
      expect(everything).toContain('Everybody on this machine may read');
      for (const secret of [...keys, pepper]) expect(everything).not.toContain(secret);
    },
    SLOW_MS,
  );
});
