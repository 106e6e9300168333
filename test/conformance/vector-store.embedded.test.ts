import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedVectorStore } from '../../stores/vectors/embedded/embedded-vector-store.ts';
import { describeVectorStore } from './vector-store.conformance.ts';

describeVectorStore('the embedded engines', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-vectors-'));
  return {
    create: () => createEmbeddedVectorStore({ directory, log: createLog({ level: 'silent' }) }),
    shares: false,
  };
});
