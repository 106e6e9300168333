import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createApiKeySecret } from '../../../platform/auth/api-key-secret.ts';
import { createRefreshTokens } from '../../../platform/auth/refresh-token.ts';

async function openTokens() {
  const secret = createApiKeySecret({ directory: await mkdtemp(join(tmpdir(), 'trellis-refresh-')) });
  await secret.open();
  return createRefreshTokens(secret);
}

test('a token is read as what it was made as, and the next one of its session is another', async () => {
  const tokens = await openTokens();
  const made = tokens.make();
  expect(tokens.read(made.text)).toEqual(made);
  expect(made.hash).toMatch(/^[0-9a-f]{64}$/);
  const next = tokens.make(made.session);
  expect(next.session).toBe(made.session);
  expect(next.text).not.toBe(made.text);
  expect(next.hash).not.toBe(made.hash);
});

test('what was changed anywhere, or made by another server, is no token', async () => {
  const [tokens, others] = [await openTokens(), await openTokens()];
  const { text } = tokens.make();
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'A' ? 'B' : 'A';
    expect(tokens.read(text.slice(0, at) + other + text.slice(at + 1)), `at ${at}`).toBeNull();
  }
  for (const wrong of ['', 'trs_', `${text}A`, text.slice(0, -1), others.make().text])
    expect(tokens.read(wrong)).toBeNull();
});
