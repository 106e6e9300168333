import { randomUUID } from 'node:crypto';
import { describe, test, vi } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { SIDES, type SideName } from '../../stores/vectors/mirrored/mirror.ts';
import { createQdrantVectorStore } from '../../stores/vectors/qdrant/qdrant-vector-store.ts';
import { deleteCollections, QDRANT, STANDBY_QDRANT } from '../servers/qdrant.ts';
import { mirrorOn, mirrorOnEmbedded } from '../stores/vectors/mirrored/mirror-harness.ts';
import { describeVectorStore } from './vector-store.conformance.ts';

/** The same guarantees, whichever side is there. */
const AWAY: readonly (readonly [string, SideName | null])[] = [
  ['both sides of a mirror', null],
  ['a mirror without its primary', 'primary'],
];

for (const [engine, away] of AWAY)
  describeVectorStore(engine, async () => {
    const harness = await mirrorOnEmbedded();
    await harness.beginAlike();
    if (away !== null) harness.takeAway(away);
    return { create: () => harness.create(), shares: false, tearDown: harness.tearDown };
  });

if (QDRANT === null || STANDBY_QDRANT === null)
  describe('a vector store on two Qdrant', () => {
    test.skip('needs two servers: set QDRANT_URL and QDRANT_STANDBY_URL');
  });
else {
  vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
  const servers = { primary: QDRANT, standby: STANDBY_QDRANT };
  describeVectorStore('two Qdrant', async () => {
    const collectionPrefix = `test-${randomUUID()}`;
    const log = createLog({ level: 'silent' });
    const sideAt = (side: SideName) => createQdrantVectorStore({ ...servers[side], collectionPrefix, log });
    const harness = await mirrorOn(sideAt);
    await harness.beginAlike();
    return {
      create: () => harness.create(),
      shares: true,
      tearDown: async () => {
        await harness.tearDown();
        for (const side of SIDES) await deleteCollections(collectionPrefix, servers[side].url);
      },
    };
  });
}
