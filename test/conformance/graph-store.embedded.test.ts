import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { describeGraphStore } from './graph-store.conformance.ts';

describeGraphStore('the embedded engine', {
  create: async () =>
    createEmbeddedGraphStore({
      directory: await mkdtemp(join(tmpdir(), 'trellis-graph-')),
      log: createLog({ level: 'silent' }),
    }),
});
