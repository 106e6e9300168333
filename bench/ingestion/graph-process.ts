/** A process that opens a graph, and nothing else, and says how much memory that took. */

import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';

const [directory = ''] = process.argv.slice(2);
const before = process.memoryUsage.rss();
const graph = createEmbeddedGraphStore({
  directory: join(directory, 'graph'),
  log: createLog({ level: 'silent' }),
});
await graph.open();
process.send?.(process.memoryUsage.rss() - before);
await graph.close();
process.disconnect();
