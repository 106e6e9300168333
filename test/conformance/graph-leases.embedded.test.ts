import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { checkingStore } from '../stores/graph/leases/checking-store.ts';
import { describeGraphLeases } from './graph-leases.conformance.ts';

const log = createLog({ level: 'silent' });

describeGraphLeases('the embedded graph', {
  create: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'trellis-leases-'));
    return checkingStore(createEmbeddedGraphStore({ directory, log }));
  },
  orders: 150,
});
