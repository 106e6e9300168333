import { afterAll, beforeAll, describe } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { createBullQueue } from '../../platform/queue/bullmq.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { type RedisServer, redisMissing, startRedis } from '../servers/redis.ts';
import { describeQueue } from './queue.conformance.ts';

describe.skipIf(redisMissing !== null)(
  `with Redis${redisMissing === null ? '' : ` (${redisMissing})`}`,
  () => {
    let server: RedisServer;
    let installations = 0;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server.close());

    describeQueue('of BullMQ', async () => {
      const log = createLog({ level: 'silent' });
      const redis = createRedis({ url: server.url, log });
      const prefix = `test${installations++}`;
      const open = () => {
        const queue = createBullQueue({ redis, log, prefix, name: 'jobs', retryAfterMs: 5 });
        queue.open();
        return queue;
      };
      const [queue, other] = [open(), open()];
      return {
        queue,
        other,
        close: async () => {
          await Promise.all([queue.close(), other.close()]);
          redis.close();
        },
      };
    });
  },
);
