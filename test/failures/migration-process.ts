/** Makes the wanted migrations of the graph in a folder, and tells each piece: to be killed in the middle of one. */

import { createMigrations } from '../../operations/migrations/migrations.ts';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { countMarks } from './marking-migration.ts';

const [directory = ''] = process.argv.slice(2);
const log = createLog({ level: 'silent' });
const graph = createEmbeddedGraphStore({ directory, log });
await graph.open();
const stop = new AbortController();
const migrations = createMigrations({
  record: async () => undefined,
  graph,
  auto: true,
  log,
  now: () => new Date(),
  pauseMs: 0,
  lookEveryMs: 5,
  migrations: [countMarks((after) => process.stdout.write(`${after}\n`))],
});
const running = migrations.duty.run(stop.signal);
while ((await migrations.list()).some(({ state }) => state !== 'DONE'))
  await new Promise((resolve) => setTimeout(resolve, 5));
stop.abort();
await running;
await graph.close();
process.stdout.write('done\n');
