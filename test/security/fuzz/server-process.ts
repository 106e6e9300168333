/** Trellis whole in a process of its own, so that its memory is its own: told over IPC to say what it holds. */

import { setTimeout as pause } from 'node:timers/promises';
import { createApp } from '../../../app.ts';
import { readConfig } from '../../../platform/config.ts';

const app = createApp(readConfig(process.env));
process.on('message', async () => {
  // What one collection frees holds what the next one does.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await pause(50);
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  process.send?.({ heapUsed, rss, external });
});
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.once('disconnect', () => process.exit(1));
await app.start();
process.send?.(app.url());
