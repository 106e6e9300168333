import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAskAdmin } from '../../../gateway/credentials/ask-admin.ts';
import type { SubgraphEndpoint } from '../../../gateway/subgraph-endpoint.ts';
import { createTokenAuthority, type TokenAuthority } from '../../../platform/auth/token-authority.ts';
import { Problem } from '../../../platform/errors.ts';

let directory: string;
let authority: TokenAuthority;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-ask-admin-'));
  authority = createTokenAuthority({ directory });
  await authority.open();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const asking = (execute: SubgraphEndpoint['execute']) =>
  createAskAdmin(
    {
      name: 'admin',
      execute,
      subscribe: () => Promise.reject(new Error('nobody subscribes')),
      ping: async () => 0,
      close: async () => undefined,
    },
    authority,
  )('{ __typename }', {});

test.each<readonly [string, SubgraphEndpoint['execute']]>([
  ['is cut off on the way', () => Promise.reject(new Problem('TIMEOUT', 'The deadline passed.'))],
  [
    'says itself that it had no time',
    async () => ({ errors: [{ message: 'Late.', extensions: { code: 'TIMEOUT' } }] }),
  ],
])(
  'an admin part that %s is one to ask again, and not a client that asked for too much',
  async (_, execute) => {
    await expect(asking(execute)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The part that knows who may do what did not answer within 10 s. Try again.',
    });
  },
);

test('what it refuses stays what it is', async () => {
  const errors = [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }];
  expect(await asking(async () => ({ errors }))).toEqual({ errors });
});
