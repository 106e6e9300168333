import { createInProcessQueue } from '../../platform/queue/in-process.ts';
import { describeQueue } from './queue.conformance.ts';

describeQueue('in process', async () => {
  const queue = createInProcessQueue({ retryAfterMs: 5 });
  return { queue, other: queue, close: () => queue.close() };
});
