/** The parts that are its arguments, in a process of their own, their store calls counted: asked and answered over IPC. */

import { createApp } from '../../app.ts';
import { readConfig } from '../../platform/config.ts';
import { readParts } from '../../platform/placement.ts';
import { countCalls } from './count-calls.ts';

const calls: string[] = [];
const app = createApp(readConfig(process.env), {
  parts: readParts(process.argv.slice(2)),
  wrapStores: (stores) => countCalls(stores, calls),
});
process.on('message', () => process.send?.(calls.splice(0)));
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.once('disconnect', () => process.exit(1));
await app.start();
process.send?.(app.url());
