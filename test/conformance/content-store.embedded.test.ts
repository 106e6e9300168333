import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedContentStore } from '../../stores/content/embedded/embedded-content-store.ts';
import { describeContentStore } from './content-store.conformance.ts';

describeContentStore('the embedded engine', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-content-'));
  return { create: () => createEmbeddedContentStore({ directory }) };
});
