/** A process to be killed: takes one turn of the queue, says so, and never ends it. */

import { createLog } from '../../../platform/log.ts';
import { createBullQueue } from '../../../platform/queue/bullmq.ts';
import { createRedis } from '../../../platform/redis/redis.ts';

const [url = ''] = process.argv.slice(2);
const log = createLog({ level: 'silent' });
const queue = createBullQueue({
  redis: createRedis({ url, log }),
  log,
  prefix: 'killed',
  name: 'jobs',
  lockMs: 1_000,
  stalledEveryMs: 500,
});
queue.open();
queue.consume(
  (id) => {
    process.stdout.write(`${id}\n`);
    return new Promise(() => undefined);
  },
  { turnsAtOnce: 1 },
);
