/** Re-embedding on real stores: nobody who searches or writes meanwhile notices, and the new index misses nothing. */

import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Reembedding } from '../../model/reembedding.ts';
import { createLog } from '../../platform/log.ts';
import { createRetrieval } from '../../retrieval/retrieval.ts';
import { createQdrantVectorStore } from '../../stores/vectors/qdrant/qdrant-vector-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { deleteCollections } from '../servers/qdrant.ts';
import { openRooms, type Rooms, type RoomsOptions, TENANT } from './harness.ts';
import { gate, testModel, wrongVectors } from './reembedding-harness.ts';

const log = createLog({ level: 'silent' });
const qdrant = process.env.QDRANT_URL;
const apiKey = process.env.QDRANT_API_KEY;

/** An installation's vectors: the same ones each time it is opened. */
interface Engine {
  readonly createVectors?: () => VectorStore;
  readonly tearDown?: () => Promise<void>;
}

const ENGINES: readonly (readonly [string, (() => Engine) | null])[] = [
  ['the embedded engines', () => ({})],
  ['Qdrant', qdrant === undefined ? null : () => onQdrant(qdrant)],
];

function onQdrant(url: string): Engine {
  const collectionPrefix = `test-${randomUUID()}`;
  const address = { url, apiKey: () => apiKey };
  return {
    createVectors: () => createQdrantVectorStore({ ...address, collectionPrefix, log }),
    tearDown: () => deleteCollections(collectionPrefix),
  };
}

const lexical = createLexicalEmbedder();

describe.each(ENGINES)('re-embedding on %s', (_, engineOf) => {
  if (engineOf === null) {
    test.skip('needs a server: set QDRANT_URL, and QDRANT_API_KEY where it wants a key');
    return;
  }
  vi.setConfig({ testTimeout: 180_000 });
  let engine: Engine;
  let directory: string;
  let rooms: Rooms;

  /** Opens the installation, for the first time with the lexical embedder. */
  const open = async (options: RoomsOptions = {}) => {
    const { createVectors } = engine;
    rooms = await openRooms({
      directory,
      ...(createVectors === undefined ? {} : { createVectors }),
      ...options,
    });
  };
  const reopen = async (
    embedder: Embedder,
    otherEmbedders: readonly Embedder[] = [lexical],
    more: RoomsOptions = {},
  ) => {
    await rooms.close();
    await open({ embedder, otherEmbedders, ...more });
  };
  /** Gives the documents' keys by their ids. */
  const begin = async (documents = 40) => {
    engine = engineOf();
    directory = await mkdtemp(join(tmpdir(), 'trellis-reembedding-'));
    await open();
    const keys = Array.from({ length: documents }, (_, at) => `k${at}`);
    const ids = await ingest(keys.map((key, at) => ({ key, content: `Zanzibar lies at ${at} degrees.` })));
    const idOf = new Map(keys.map((key, at) => [key, ids[at] ?? '']));
    const inOrder = keys.toSorted((left, right) =>
      (idOf.get(left) ?? '') < (idOf.get(right) ?? '') ? -1 : 1,
    );
    await ingest([{ key: 'rival', content: 'Mauritius is of another tenant.' }], 'rival');
    return inOrder;
  };
  afterEach(async () => {
    await rooms.close();
    await engine.tearDown?.();
  });

  const ingest = async (
    documents: readonly { key: string; content: string; title?: string }[],
    tenant = TENANT,
  ) => {
    const { jobId, accepted } = await rooms.ingestion.submit(tenant, 'notes', documents);
    const job =
      jobId === null ? null : await rooms.ingestion.watch(tenant, jobId, AbortSignal.timeout(60_000));
    if (job !== null) for await (const { state } of job) if (state === 'FAILED') throw new Error('it failed');
    return accepted.map(({ documentId }) => documentId);
  };
  const remove = (...keys: string[]) =>
    rooms.ingestion.delete(TENANT, { ids: keys, keys: [], collectionId: null });
  const search = (query: string) =>
    createRetrieval({ ...rooms, languageModel: null, log }).search(
      { tenant: TENANT, query, first: 5, arms: ['DENSE', 'KEYWORD'] },
      new AbortController().signal,
    );
  const armsOf = async (query: string) => {
    const { hits, degraded } = await search(query);
    return { arms: new Set(hits.flatMap((hit) => hit.arms.map(({ arm }) => arm))), degraded };
  };
  const reached = async (phase: Reembedding['phase']) => {
    await expect
      .poll(async () => (await rooms.reembeddings.last())?.phase, { timeout: 60_000, interval: 50 })
      .toBe(phase);
    return rooms.reembeddings.last();
  };
  const liveIs = async () => (await rooms.vectors.indexes()).live.embedder?.fingerprint;

  test('goes on while documents are searched, ingested, changed and deleted, and the new index has them all', async () => {
    await begin();
    const held = gate();
    let calls = 0;
    const model = testModel('model', { before: async () => (++calls === 2 ? held.pass() : undefined) });
    await reopen(model);
    const ids = await ingest([
      { key: 'early', content: 'Madagascar.' },
      { key: 'old', content: 'Comoros.' },
    ]);
    expect(model.asked).toEqual([]);

    expect(await rooms.reembeddings.begin()).toMatchObject({
      phase: 'RUNNING',
      from: { fingerprint: 'lexical-v1' },
      to: { fingerprint: 'model', dimensions: 32 },
      total: 43,
    });
    await held.reached;
    expect(await armsOf('Zanzibar degrees')).toEqual({ arms: new Set(['KEYWORD', 'DENSE']), degraded: [] });
    await ingest([
      { key: 'new', content: 'Seychelles.' },
      { key: 'old', content: 'Comoros, and more of them.' },
      { key: 'k7', content: 'Zanzibar lies at 7 degrees.', title: 'Another title' },
    ]);
    await remove(ids[0] ?? '', ...(await ingest([{ key: 'k9', content: 'Zanzibar moved.' }])));
    expect(await armsOf('Seychelles')).toMatchObject({ arms: new Set(['KEYWORD', 'DENSE']), degraded: [] });
    expect(await wrongVectors(rooms, lexical)).toEqual([]);
    expect(await liveIs()).toBe('lexical-v1');
    held.open();

    expect(await reached('SWITCHED')).toMatchObject({ done: 43, total: 43, refused: 0, problem: null });
    expect(await liveIs()).toBe('model');
    expect(await wrongVectors(rooms, model)).toEqual([]);
    expect((await armsOf('Seychelles')).degraded).toEqual([]);
    const [words = []] = await rooms.vectors.searchKeyword([{ text: 'madagascar moved', limit: 5 }], {
      tenant: TENANT,
    });
    expect(words).toEqual([]);
    expect(
      (await rooms.vectors.searchKeyword([{ text: 'zanzibar', limit: 100 }], { tenant: TENANT }))[0],
    ).toHaveLength(39);
    expect(await rooms.vectors.revision()).toBeGreaterThan(0);

    await rooms.reembeddings.confirm();
    expect(await reached('CONFIRMED')).toMatchObject({ finishedAt: expect.any(String) });
    expect((await rooms.vectors.indexes()).beside).toBeNull();
    await reopen(model, []);
    expect(await wrongVectors(rooms, model)).toEqual([]);
    expect((await armsOf('Zanzibar')).degraded).toEqual([]);
  });

  test('what is written while the last vectors are put in has one before the switch', async () => {
    // In the order in which the index is filled.
    const [first = '', second = ''] = await begin();
    const [page, missing] = [gate(), gate()];
    let calls = 0;
    const model = testModel('model', {
      before: async (texts) => {
        if (++calls === 2) await page.pass();
        if (texts.some((text) => text.includes('Seychelles'))) await missing.pass();
      },
    });
    await reopen(model);
    await rooms.reembeddings.begin();
    await page.reached;
    await ingest([{ key: first, content: 'Seychelles.' }]);
    page.open();
    await missing.reached;
    await ingest([{ key: second, content: 'Comoros.' }]);
    missing.open();
    await reached('SWITCHED');
    expect(model.asked.filter((text) => text.includes('Comoros'))).toHaveLength(1);
    expect(await wrongVectors(rooms, model)).toEqual([]);
  });

  test.skipIf(engineOf().createVectors === undefined)(
    'other processes that only search have both embedders’ answers, and never a mix',
    async () => {
      await begin();
      const model = testModel('model');
      await reopen(model);
      const other = engine.createVectors?.();
      if (other === undefined) throw new Error('the engine is shared');
      const { embedders, graph } = rooms;
      await other.open(embedders.wanted());
      const retrieval = createRetrieval({ graph, vectors: other, embedders, languageModel: null, log });
      const seen = new Set<string | undefined>();
      const searchOn = async () => {
        for (;;) {
          const { embedder } = await other.current();
          const request = { tenant: TENANT, query: 'Zanzibar degrees', first: 3, arms: ['DENSE'] };
          const { hits, degraded } = await retrieval.search(request, new AbortController().signal);
          expect([hits.length, degraded]).toEqual([3, []]);
          seen.add(embedder?.fingerprint);
          if (seen.size === 2) return;
        }
      };
      const searching = searchOn();
      await rooms.reembeddings.begin();
      await reached('SWITCHED');
      await searching;
      await other.close();
      expect([...seen]).toEqual(['lexical-v1', 'model']);
    },
  );

  test('goes back to the old index with all that was written since', async () => {
    await begin();
    const model = testModel('model');
    await reopen(model);
    await rooms.reembeddings.begin();
    await reached('SWITCHED');
    await expect(rooms.reembeddings.begin()).rejects.toMatchObject({ code: 'CONFLICT' });
    const [gone = ''] = await ingest([{ key: 'k3', content: 'Madagascar.' }]);
    await ingest([
      { key: 'since', content: 'Seychelles.' },
      { key: 'k4', content: 'Comoros.' },
    ]);
    await remove(gone);
    expect(await wrongVectors(rooms, model)).toEqual([]);

    expect(await rooms.reembeddings.revert()).toMatchObject({ phase: 'REVERTING' });
    await reached('REVERTED');
    expect(await liveIs()).toBe('lexical-v1');
    expect((await rooms.vectors.indexes()).beside).toBeNull();
    expect(await wrongVectors(rooms, lexical)).toEqual([]);
    expect((await search('Madagascar')).hits.filter(({ documentId }) => documentId === gone)).toEqual([]);
    await expect(rooms.reembeddings.revert()).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(rooms.reembeddings.confirm()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a batch that is put ahead into the old index and written after the switch is in the new one', async () => {
    await begin(5);
    const held = gate();
    const model = testModel('model');
    await reopen(model, [lexical], {
      wrapVectors: (vectors) => ({
        ...vectors,
        apply: async (changes, index) => {
          const removal = await vectors.apply(changes, index);
          if (changes.some(({ chunks = [] }) => chunks.some(({ text }) => text.includes('Seychelles'))))
            await held.pass();
          return removal;
        },
      }),
    });
    const ingesting = ingest([{ key: 'ahead', content: 'Seychelles.' }]);
    await held.reached;
    await rooms.reembeddings.begin();
    await reached('SWITCHED');
    held.open();
    await ingesting;
    expect(await wrongVectors(rooms, model)).toEqual([]);
    await rooms.reembeddings.revert();
    await reached('REVERTED');
    expect(await wrongVectors(rooms, lexical)).toEqual([]);
  });

  test('notes a switch, there and back, that was cut off before it was noted', async () => {
    await begin(5);
    const model = testModel('model');
    let cuts = 2;
    await reopen(model, [lexical], {
      wrapVectors: (vectors) => ({
        ...vectors,
        switchTo: async (index) => {
          const { live } = await vectors.indexes();
          await vectors.switchTo(index);
          if (live.name !== index && cuts-- > 0) throw new Error('Cut off.');
        },
      }),
    });
    await rooms.reembeddings.begin();
    expect(await reached('SWITCHED')).toMatchObject({ switchedAt: expect.any(String), problem: null });
    expect(await wrongVectors(rooms, model)).toEqual([]);
    await rooms.reembeddings.revert();
    await reached('REVERTED');
    expect(cuts).toBe(0);
    expect(await liveIs()).toBe('lexical-v1');
    expect((await rooms.vectors.indexes()).beside).toBeNull();
  });

  test('a page of the new index that is lost unnoticed is put in before the switch, and nothing else again', async () => {
    await begin();
    const model = testModel('model');
    let losses = 1;
    await reopen(model, [lexical], {
      wrapVectors: (vectors) => ({
        ...vectors,
        apply: async (changes, index) => {
          const { beside } = await vectors.indexes();
          if (index === undefined || index !== beside?.name || losses-- <= 0)
            return vectors.apply(changes, index);
          return { vectors: 0, postings: 0 };
        },
      }),
    });
    await rooms.reembeddings.begin();
    await reached('SWITCHED');
    expect(losses).toBeLessThan(0);
    expect(await wrongVectors(rooms, model)).toEqual([]);
    expect(model.asked.length).toBeGreaterThan(41);
    expect(model.asked.length).toBeLessThan(2 * 41);
  });

  test('is given up in the middle, and begun again', async () => {
    await begin();
    const held = gate();
    let isHeld = true;
    const model = testModel('model', { before: async () => (isHeld ? held.pass() : undefined) });
    await reopen(model);
    await rooms.reembeddings.begin();
    await held.reached;
    expect(await rooms.reembeddings.revert()).toMatchObject({ phase: 'REVERTING' });
    isHeld = false;
    held.open();
    await reached('REVERTED');
    expect((await rooms.vectors.indexes()).beside).toBeNull();
    expect(await wrongVectors(rooms, lexical)).toEqual([]);
    await rooms.reembeddings.begin();
    await reached('SWITCHED');
    expect(await wrongVectors(rooms, model)).toEqual([]);
  });

  test('without the old embedder, searches go on by words, and what is written waits for its vectors', async () => {
    await begin(5);
    const first = testModel('first');
    await reopen(first);
    await rooms.reembeddings.begin();
    await reached('SWITCHED');
    await rooms.reembeddings.confirm();
    await reached('CONFIRMED');

    const second = testModel('second', { dimensions: 16 });
    await reopen(second, []);
    const { arms, degraded } = await armsOf('Zanzibar');
    expect(arms).toEqual(new Set(['KEYWORD']));
    expect(degraded).toEqual([
      { arm: 'DENSE', kind: 'LEFT_OUT', reason: expect.stringMatching(/first \[32\].*reembed/) },
    ]);
    await ingest([{ key: 'meanwhile', content: 'Seychelles.' }]);
    expect((await search('Seychelles')).hits).toHaveLength(1);
    expect(await wrongVectors(rooms, first)).toHaveLength(1);

    // Set back, the old embedder makes up for it at the start.
    await reopen(first, []);
    await expect.poll(() => wrongVectors(rooms, first)).toEqual([]);

    await reopen(second, []);
    await ingest([{ key: 'again', content: 'Comoros.' }]);
    await rooms.reembeddings.begin();
    await reached('SWITCHED');
    expect(await wrongVectors(rooms, second)).toEqual([]);
    await expect(rooms.reembeddings.revert()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('TRELLIS_PREVIOUS_EMBEDDER'),
    });
    expect((await armsOf('Comoros')).degraded).toEqual([]);
  });

  test('leaves a text that the new embedder refuses without a vector, and says how many', async () => {
    await begin(5);
    await ingest([{ key: 'refused', content: 'Seychelles.' }]);
    const model = testModel('model', { refuses: 'Seychelles' });
    await reopen(model);
    await rooms.reembeddings.begin();
    expect(await reached('SWITCHED')).toMatchObject({ refused: 1 });
    const readable = testModel('model');
    expect(await wrongVectors(rooms, readable)).toEqual([expect.stringContaining('Seychelles')]);
    expect((await search('Seychelles')).hits).toHaveLength(1);
  });

  test('says why it does not go on while its embedder fails, and goes on when it is back', async () => {
    await begin(5);
    let isDown = true;
    const model = testModel('model', {
      before: async () => {
        if (isDown) throw new Error('The plug is out.');
      },
    });
    await reopen(model);
    await rooms.reembeddings.begin();
    await expect.poll(async () => (await rooms.reembeddings.last())?.problem).toEqual(expect.any(String));
    expect(await liveIs()).toBe('lexical-v1');
    isDown = false;
    expect(await reached('SWITCHED')).toMatchObject({ problem: null });
    expect(await wrongVectors(rooms, model)).toEqual([]);
  });

  test('is not needed where the configured embedder has filled the index', async () => {
    await begin(1);
    await expect(rooms.reembeddings.begin()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('TRELLIS_EMBEDDER'),
    });
    expect(await rooms.reembeddings.last()).toBeNull();
  });
});
