import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { describeBoundKnowledge } from './bound-knowledge.conformance.ts';

describeBoundKnowledge('the embedded engine', {
  runs: 25,
  create: async () => {
    const store = createEmbeddedGraphStore({
      directory: await mkdtemp(join(tmpdir(), 'trellis-bound-')),
      log: createLog({ level: 'silent' }),
    });
    await store.open();
    return store;
  },
});
