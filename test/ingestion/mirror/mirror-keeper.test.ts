/** A mirrored index under ingestion: a side goes away, comes back and is brought up, and nothing is lost or embedded anew. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createExclusive } from '../../../ingestion/exclusive.ts';
import { keepMirror } from '../../../ingestion/mirror/mirror-keeper.ts';
import { mirrorMeasures } from '../../../ingestion/mirror/mirror-measures.ts';
import { collectionId } from '../../../model/ids.ts';
import { createLog } from '../../../platform/log.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import type { Leases } from '../../../stores/graph/leases/leases.ts';
import { createLocalLeases } from '../../../stores/graph/leases/local-leases.ts';
import { indexState } from '../../../stores/graph/statements/knowledge.ts';
import { lateRemovals } from '../../../stores/graph/statements/removals.ts';
import { otherSide, type SideName } from '../../../stores/vectors/mirrored/mirror.ts';
import type { MirroredVectorStore } from '../../../stores/vectors/mirrored/mirrored-vector-store.ts';
import type { VectorStore } from '../../../stores/vectors/vector-store.ts';
import { createLexicalEmbedder } from '../../../text/embedders/lexical.ts';
import { type MirrorHarness, mirrorOnEmbedded } from '../../stores/vectors/mirrored/mirror-harness.ts';
import { toldMeasures } from '../../told-measures.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const POLL = { timeout: 30_000, interval: 20 };
const never = new AbortController().signal;

describe('a mirrored index', { timeout: 120_000 }, () => {
  let harness: MirrorHarness;
  let rooms: Rooms;
  let mirrored: MirroredVectorStore;
  let graph: GraphStore;
  let leases: Leases;
  let embedded: number;
  const lexical = createLexicalEmbedder();
  const open = async (directory?: string, startWorker = true) => {
    rooms = await openRooms({
      startWorker,
      ...(directory === undefined ? {} : { directory }),
      createVectors: () => {
        mirrored = harness.create({ lookEveryMs: 20 });
        return mirrored;
      },
      leases: (made) => {
        graph = made;
        leases = createLocalLeases({ graph });
        return leases;
      },
      embedder: {
        ...lexical,
        embed: (texts, ...rest) => {
          embedded += texts.length;
          return lexical.embed(texts, ...rest);
        },
      },
    });
  };
  beforeEach(async () => {
    embedded = 0;
    harness = await mirrorOnEmbedded(() => graph);
    await open();
  });
  afterEach(async () => {
    await rooms.close();
    await harness.tearDown();
  });

  const keep = (mirror = mirrored.mirror) => {
    const tools = { ...rooms, mirror, exclusive: createExclusive(leases), now: () => new Date() };
    return keepMirror({ ...tools, log: createLog({ level: 'silent' }) }, never);
  };
  const isUp = (side: SideName) => expect.poll(() => mirrored.mirror.isUp(side), POLL).toBe(true);
  const inStep = async () => {
    await expect
      .poll(async () => {
        await keep();
        return (await harness.ledger.read()).behind;
      }, POLL)
      .toBeNull();
  };
  const ingest = async (...keys: readonly string[]) => {
    const documents = keys.map((key) => ({ key, content: `This is ${key}: Ada wrote to Babbage.` }));
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', documents);
    expect((await rooms.finished(jobId)).state).toBe('SUCCEEDED');
  };
  const remove = (key: string) =>
    rooms.ingestion.delete(TENANT, { ids: [], keys: [key], collectionId: collectionId(TENANT, 'notes') });
  const found = async (key: string, store: VectorStore = mirrored) => {
    const boundary = { tenant: TENANT };
    const [byWords = []] = await store.searchKeyword([{ text: key, limit: 50 }], boundary);
    const { embedder } = await store.current();
    if (embedder === null) return { byWords: byWords.length, dense: 0 };
    const [vector] = await lexical.embed([key], 'query');
    if (vector === undefined) throw new Error('one text gives one vector');
    const [dense = []] = await store.searchDense([{ vector, limit: 50 }], boundary);
    return { byWords: byWords.length, dense: dense.length };
  };
  const health = async () => mirrored.health();
  /** Both have the same, and neither knows of faults. */
  const areAlike = async () => {
    const [first, second] = await Promise.all(
      [harness.sides.primary, harness.sides.standby].map(async (side) => ({
        size: await side.size(),
        revision: await side.revision(),
        live: (await side.indexes()).live,
        held: (await side.held(TENANT, { after: null, limit: 1_000 })).entries.map(({ id }) => id).toSorted(),
      })),
    );
    expect(first).toEqual(second);
    expect(first?.revision).toBe((await rooms.graph.read(indexState()))[0]);
  };

  test('a standby that is new is brought up by copying, and then gets every change', async () => {
    await ingest('one', 'two');
    expect((await harness.sides.standby.size()).chunks).toBe(0);
    expect(await health()).toMatchObject({
      state: 'DEGRADED',
      detail: expect.stringMatching(/go on with the primary.*The standby has missed changes/s),
    });
    const before = embedded;
    await inStep();
    expect(embedded).toBe(before);
    await areAlike();
    await ingest('three');
    await areAlike();
    expect(await health()).toMatchObject({ state: 'UP', engine: expect.stringContaining('on two sides') });
  });

  test('metrics tell which side is behind, which one answered, and when none was behind again', async () => {
    const told = () => toldMeasures(mirrorMeasures(mirrored.mirror));
    const begunAt = Date.now() / 1_000;
    await expect.poll(told, POLL).toMatchObject({
      ...{ index_primary_up: 1, index_standby_up: 1, index_primary_behind: 0, index_standby_behind: 1 },
      ...{ index_mirror_repaired_timestamp_seconds: null, index_standby_reads_total: 0 },
    });
    await inStep();
    await expect.poll(told, POLL).toMatchObject({ index_primary_behind: 0, index_standby_behind: 0 });
    const { index_mirror_repaired_timestamp_seconds: repairedAt } = await told();
    expect(repairedAt).toBeGreaterThanOrEqual(begunAt);
    harness.takeAway('primary');
    await ingest('one');
    await found('one');
    const { index_standby_reads_total: reads, ...after } = await told();
    expect(reads).toBeGreaterThan(0);
    expect(after).toMatchObject({
      ...{ index_primary_behind: 1, index_standby_behind: 0, index_standby_reads_lagging_total: 0 },
      index_mirror_repaired_timestamp_seconds: repairedAt,
    });
  });

  test.each<SideName>(['primary', 'standby'])(
    'without its %s reads and writes go on, and what it missed is made up for before it is asked again',
    async (gone) => {
      await inStep();
      await ingest('one', 'two');
      harness.takeAway(gone);
      expect(await found('two')).toMatchObject({ byWords: 1, dense: 2 });
      await ingest('three');
      await remove('one');
      expect((await harness.ledger.read()).behind).toBe(gone);
      expect(await health()).toMatchObject({
        state: 'DEGRADED',
        detail: expect.stringMatching(
          new RegExp(`^The ${gone} .* does not answer .*go on with the ${otherSide(gone)}`),
        ),
      });
      // Back, it lacks one document and has one too many: it is not asked.
      harness.giveBack(gone);
      await isUp(gone);
      expect((await found('three', harness.sides[gone])).byWords).toBe(0);
      expect(await found('three')).toMatchObject({ byWords: 1 });
      const before = embedded;
      await inStep();
      expect(embedded).toBe(before);
      await areAlike();
      expect((await found('one', harness.sides[gone])).byWords).toBe(0);
    },
  );

  test('a change that only the side behind could take is refused, and reads say how far that side is', async () => {
    await inStep();
    await ingest('one');
    harness.takeAway('standby');
    await ingest('two');
    harness.giveBack('standby');
    await isUp('standby');
    harness.takeAway('primary');
    const change = { tenant: TENANT, removeChunkIds: ['none'] };
    await expect(mirrored.apply([change])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await found('one')).toMatchObject({ byWords: 1 });
    const [wanted = 0] = await graph.read(indexState());
    expect(await mirrored.revision()).toBeLessThan(wanted);
    await expect
      .poll(async () => (await health()).detail, POLL)
      .toMatch(/and say that they are not complete/);
    // The record knows better than whoever could reach only that side.
    expect((await harness.ledger.read()).behind).toBe('standby');
    harness.takeAway('standby');
    await expect
      .poll(health, POLL)
      .toMatchObject({ state: 'DOWN', detail: expect.stringMatching(/^Neither/) });
    harness.giveBack('primary');
    harness.giveBack('standby');
    await inStep();
    await areAlike();
  });

  test('a side that hangs holds up neither searches nor changes for long, and no change is lost', async () => {
    await inStep();
    await ingest('one');
    harness.takeAway('primary', 'HANGS');
    expect(await found('one')).toMatchObject({ byWords: 1 });
    await ingest('two');
    expect((await harness.ledger.read()).behind).toBe('primary');
    harness.giveBack('primary');
    await inStep();
    await areAlike();
  });

  test('a side that is set up anew is found to be empty, and filled', async () => {
    await inStep();
    await ingest('one', 'two');
    const { directory } = rooms;
    await rooms.close();
    await harness.wipe('primary');
    await open(directory, false);
    await isUp('primary');
    const before = embedded;
    await inStep();
    expect(embedded).toBe(before);
    await areAlike();
    expect(await found('two', harness.sides.primary)).toEqual({ byWords: 1, dense: 2 });
  });

  test('a re-embedding goes on while a side is away, which then has the same indexes', async () => {
    await inStep();
    await ingest('one', 'two');
    harness.takeAway('standby');
    const other = { fingerprint: 'other', dimensions: 3 };
    const prepared = await mirrored.prepareIndex(other);
    await mirrored.recordRevision(await mirrored.revision(), prepared.name);
    const before = (await mirrored.indexes()).live.name;
    harness.giveBack('standby');
    await inStep();
    expect((await harness.sides.standby.indexes()).beside).toEqual(prepared);
    harness.takeAway('standby');
    await mirrored.switchTo(prepared.name);
    await mirrored.dropIndex(before);
    harness.giveBack('standby');
    await inStep();
    expect(await harness.sides.standby.indexes()).toEqual({ live: prepared, beside: null });
    expect(await harness.sides.standby.revision()).toBe(await harness.sides.primary.revision());
    const [byWords] = await harness.sides.standby.searchKeyword([{ text: 'two', limit: 5 }], {
      tenant: TENANT,
    });
    expect(byWords).toHaveLength(1);
  });

  test('what was put ahead of the graph before a side is filled is put again, and is on both', async () => {
    await ingest('one');
    const [before = 0] = await graph.read(lateRemovals());
    await inStep();
    // Whoever compares that number with the one from before it put something ahead puts it again.
    expect((await graph.read(lateRemovals()))[0]).toBeGreaterThan(before);
  });

  test('changes while a side is filled reach it, and one that it misses begins the filling anew', async () => {
    await ingest('one', 'two', 'three');
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const { mirror } = mirrored;
    const standby: VectorStore = {
      ...mirror.sides.standby,
      apply: async (...given) => {
        reached.resolve();
        await gate.promise;
        return mirror.sides.standby.apply(...given);
      },
    };
    await isUp('standby');
    const filling = keep({ ...mirror, sides: { ...mirror.sides, standby } });
    await reached.promise;
    expect(await harness.ledger.read()).toMatchObject({ behind: 'standby', isFilling: true });
    harness.takeAway('standby');
    const missed = mirrored.apply([{ tenant: TENANT, removeChunkIds: ['none'] }]);
    await missed;
    expect(await harness.ledger.read()).toMatchObject({ behind: 'standby', isFilling: false });
    harness.giveBack('standby');
    gate.resolve();
    await filling;
    expect((await harness.ledger.read()).behind).toBe('standby');
    await inStep();
    await ingest('four');
    await areAlike();
  });
});
