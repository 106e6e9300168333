/** What a search says while a standby of the search index answers it, on two real indexes of which one is taken away. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { createRetrieval, type Retrieval } from '../../retrieval/retrieval.ts';
import { createStandIns, NO_STAND_INS } from '../../retrieval/stand-ins.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createLocalLeases } from '../../stores/graph/leases/local-leases.ts';
import { createStandbyReadCounter } from '../../stores/standby-reads.ts';
import type { MirroredVectorStore } from '../../stores/vectors/mirrored/mirrored-vector-store.ts';
import { openRooms, type Rooms, TENANT } from '../ingestion/harness.ts';
import { type MirrorHarness, mirrorOnEmbedded } from '../stores/vectors/mirrored/mirror-harness.ts';

const log = createLog({ level: 'silent' });

describe('with two search indexes', () => {
  let graph: GraphStore;
  let harness: MirrorHarness;
  let mirrored: MirroredVectorStore;
  let rooms: Rooms;
  let retrieval: Retrieval;

  beforeEach(async () => {
    harness = await mirrorOnEmbedded(() => graph);
    rooms = await openRooms({
      createVectors: () => {
        mirrored = harness.create({ lookEveryMs: 20 });
        return mirrored;
      },
      leases: (made) => {
        graph = made;
        return createLocalLeases({ graph });
      },
    });
    await harness.beginAlike();
    const standIns = createStandIns({ graph: null, index: mirrored.mirror.standbyReads });
    retrieval = createRetrieval({ ...rooms, languageModel: null, log, standIns });
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [
      { content: 'Ada wrote from Zanzibar.' },
    ]);
    await rooms.finished(jobId);
  });
  afterEach(async () => {
    await rooms.close();
    await harness.tearDown();
  });

  const { signal } = new AbortController();
  const search = async (arms?: readonly string[]) => {
    const { hits, degraded } = await retrieval.search(
      { tenant: TENANT, query: 'Zanzibar', first: 5, ...(arms === undefined ? {} : { arms }) },
      signal,
    );
    return { hits: hits.length, degraded: degraded.map(({ arm, kind }) => `${arm} ${kind}`).toSorted() };
  };

  test('a search names the arms that a standby answered, and no others', async () => {
    expect(await search()).toEqual({ hits: 1, degraded: [] });
    harness.takeAway('primary');
    expect(await search()).toEqual({ hits: 1, degraded: ['DENSE STANDBY', 'KEYWORD STANDBY'] });
    expect(await search(['KEYWORD'])).toEqual({ hits: 1, degraded: ['KEYWORD STANDBY'] });
    const answer = await retrieval.ask({ tenant: TENANT, question: 'Who wrote from Zanzibar?' }, signal);
    expect(answer.degraded.map(({ kind }) => kind)).toEqual(['STANDBY', 'STANDBY']);
    harness.giveBack('primary');
    await expect.poll(() => search()).toEqual({ hits: 1, degraded: [] });
  });

  test('where what answered has missed changes, a search says that there may be more', async () => {
    harness.takeAway('standby');
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [
      { content: 'Grace wrote from Zanzibar.' },
    ]);
    await rooms.finished(jobId);
    expect(await search()).toEqual({ hits: 2, degraded: [] });
    harness.giveBack('standby');
    harness.takeAway('primary');
    await expect.poll(() => search(['KEYWORD'])).toEqual({ hits: 1, degraded: ['KEYWORD INCOMPLETE'] });
  });
});

test('an answer tells of what stood in while it was made, and not of what did before', () => {
  const graphReads = createStandbyReadCounter();
  const standIns = createStandIns({ graph: graphReads, index: null });
  graphReads.count({ isWhole: false });
  const stoodIn = standIns.watch();
  expect(stoodIn()).toEqual([]);
  graphReads.count({ isWhole: true });
  expect(stoodIn()).toMatchObject([{ arm: 'GRAPH', kind: 'STANDBY' }]);
  graphReads.count({ isWhole: false });
  expect(stoodIn()).toMatchObject([{ arm: 'GRAPH', kind: 'INCOMPLETE' }]);
  expect(NO_STAND_INS.watch()()).toEqual([]);
});
