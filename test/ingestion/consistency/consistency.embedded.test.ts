import { join } from 'node:path';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { describeConsistency } from './consistency.conformance.ts';

const log = createLog({ level: 'silent' });

describeConsistency('the embedded graph', {
  options: async () => ({
    createGraph: (directory) => createEmbeddedGraphStore({ directory: join(directory, 'graph'), log }),
  }),
  // It forbids nothing.
  allowTwins: async () => async () => undefined,
});
