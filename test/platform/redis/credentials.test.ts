import { expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { createRedis } from '../../../platform/redis/redis.ts';
import { redisMissing, startRedis } from '../../servers/redis.ts';

test.skipIf(redisMissing !== null)(
  'a connection that comes up again takes the password of that moment',
  async () => {
    const server = await startRedis();
    const user = (password: string) =>
      server.command('ACL', 'SETUSER', 'trellis', 'reset', 'on', `>${password}`, '~*', '&*', '+@all');
    const address = (password: string) => server.url.replace('redis://', `redis://trellis:${password}@`);
    await user('one');
    let password = 'one';
    const said: string[] = [];
    const log = createLog({ level: 'debug' }, { write: (line) => void said.push(line) });
    const redis = createRedis({ url: address('one'), urlNow: () => address(password), log });
    const state = async () => (await redis.health()).state;
    try {
      redis.open();
      await expect.poll(state).toBe('UP');
      await user('t%23wo');
      await server.command('CLIENT', 'KILL', 'USER', 'trellis');
      await expect.poll(state).toBe('DEGRADED');
      password = 't%2523wo';
      await expect.poll(state).toBe('UP');
      expect(await server.command('ACL', 'WHOAMI')).toBe('default');
      expect(said.join('')).not.toContain('wo@');
    } finally {
      redis.close();
      await server.close();
    }
  },
);
