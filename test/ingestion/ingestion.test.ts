import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { entityId } from '../../model/ids.ts';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { entitiesNamed } from '../../stores/graph/statements/entities.ts';
import { chunksMentioning, entitiesSpelled } from '../../stores/graph/statements/expansion.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { entityKey } from '../../text/entity-key.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

describe('ingestion', () => {
  let rooms: Rooms;
  beforeEach(async () => {
    rooms = await openRooms();
  });
  afterEach(() => rooms.close());

  const submit = async (documents: Parameters<Rooms['ingestion']['submit']>[2], collection = 'notes') => {
    const result = await rooms.ingestion.submit(TENANT, collection, documents);
    return { ...result, job: result.jobId === null ? null : await rooms.finished(result.jobId) };
  };
  const chunksOf = (documentId: string) =>
    rooms.graph.read(chunksOfDocuments(TENANT, [documentId], { after: -1, limit: 1_000 }));
  const named = (name: string) => rooms.graph.read(entitiesNamed(TENANT, [entityKey(name)]));
  /** How many entities a walk may start from when a question says the name. */
  const walkable = async (name: string) =>
    (await rooms.graph.read(entitiesSpelled(TENANT, [entityKey(name)], { limit: 10, within: null }))).length;
  const found = async (text: string) =>
    (await rooms.vectors.searchKeyword([{ text, limit: 50 }], { tenant: TENANT }))[0]?.map(
      (hit) => hit.chunkId,
    ) ?? [];

  test('the same document twice is one document, and the second time there is nothing to do', async () => {
    const first = await submit([{ key: 'a', content: 'Ada Lovelace was born in London.' }]);
    const again = await submit([{ key: 'a', content: 'Ada Lovelace was born in London.' }]);
    expect(first.accepted[0]).toMatchObject({ outcome: 'NEW' });
    expect(again).toMatchObject({
      jobId: null,
      accepted: [{ outcome: 'UNCHANGED', documentId: first.accepted[0]?.documentId }],
    });
    expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0 });
  });

  test('content without a key is identified by its hash', async () => {
    const [first, again, other] = [
      await submit([{ content: 'One.' }]),
      await submit([{ content: 'One.' }]),
      await submit([{ content: 'Two.' }]),
    ];
    expect(again.accepted[0]?.documentId).toBe(first.accepted[0]?.documentId);
    expect(other.accepted[0]?.documentId).not.toBe(first.accepted[0]?.documentId);
  });

  test('of those who make a collection at once one has made it', async () => {
    const asked = Array.from({ length: 8 }, () => rooms.ingestion.createCollection(TENANT, 'once', 'One.'));
    const settled = await Promise.allSettled(asked);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of settled)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    await submit([{ key: 'a', content: 'One.' }], 'with documents');
    await expect(rooms.ingestion.createCollection(TENANT, 'with documents', null)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('equal documents in one call are told apart by what makes them equal', async () => {
    const { rejected } = await submit([
      { content: 'One.' },
      { content: 'One.' },
      { key: 'a', content: 'Two.' },
      { key: 'a', content: 'Three.' },
    ]);
    expect(rejected.map(({ index, message }) => [index, message.split(':', 1)[0]])).toEqual([
      [1, 'content'],
      [3, 'key'],
    ]);
  });

  test('a changed document indexes again only what changed, and forgets only what it no longer says', async () => {
    const section = (name: string) =>
      `## ${name}\n\n${`${name} is described here in some words. `.repeat(30)}\n\n`;
    const first = await submit([
      {
        key: 'a',
        mediaType: 'text/markdown',
        content: `# T\n\n${section('Alpha Centauri')}${section('Beta Pictoris')}`,
      },
    ]);
    const id = first.accepted[0]?.documentId ?? '';
    const before = await chunksOf(id);
    const changed = await submit([
      {
        key: 'a',
        mediaType: 'text/markdown',
        content: `# T\n\n${section('Alpha Centauri')}${section('Gamma Draconis')}`,
      },
    ]);
    expect(changed.accepted[0]?.outcome).toBe('CHANGED');
    const after = await chunksOf(id);
    const kept = after.filter((chunk) => before.some((old) => old.id === chunk.id));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(after.length);
    expect(await found('pictoris')).toEqual([]);
    expect((await found('draconis')).length).toBeGreaterThan(0);
    expect(await named('Beta Pictoris')).toEqual([]);
    expect(await named('Alpha Centauri')).toHaveLength(1);
    expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: after.length });
  });

  test('a new title is found at once, and the old one no more', async () => {
    await submit([{ key: 'a', title: 'Zanzibar', content: 'Some words.' }]);
    await submit([{ key: 'a', title: 'Madagascar', content: 'Some words.' }]);
    expect(await found('zanzibar')).toEqual([]);
    expect(await found('madagascar')).toHaveLength(1);
  });

  test('spellings resolve to one entity with the reason why', async () => {
    await submit([
      {
        key: 'a',
        title: 'Association for Computing Machinery',
        content: 'The Association for Computing Machinery (ACM) gives the Turing Award.',
      },
      {
        key: 'b',
        content: 'The Turing Award comes from the ACM. ASSOCIATION FOR COMPUTING MACHINERY is its name.',
      },
    ]);
    const [whole] = await named('Association for Computing Machinery');
    expect((await named('ACM')).map(({ id }) => id)).toContain(whole?.id);
  });

  test('a caller’s knowledge is kept beside what is found, at the chunk that says it', async () => {
    await submit([
      {
        key: 'a',
        content: 'Bob works there.',
        knowledge: {
          entities: [{ name: 'Robert Smith', type: 'person', aliases: ['Bob'], description: 'An engineer.' }],
          triples: [{ subject: 'Bob', predicate: 'works for', object: 'Initech' }],
        },
      },
    ]);
    const [bob] = (await named('Bob')).filter(({ name }) => name === 'Robert Smith');
    expect(bob).toMatchObject({ type: 'PERSON', description: 'An engineer.' });
    expect(await named('Initech')).toHaveLength(1);
  });

  test('the end of a triple that nobody names is kept as a value, and no walk starts from it', async () => {
    const [name, value] = ['Initech', 'monthly publication'];
    for (const key of ['a', 'b']) {
      await submit([
        {
          key,
          content: `${name} is a monthly publication, ${key}.`,
          knowledge: {
            entities: [{ name }],
            triples: [{ subject: name, predicate: 'is', object: value }],
          },
        },
      ]);
    }
    expect(await named(value)).toHaveLength(1);
    expect(await walkable(name)).toBe(1);
    expect(await walkable(value)).toBe(0);

    const naming = await submit([
      { key: 'c', content: value, knowledge: { entities: [{ name: value }], triples: [] } },
    ]);
    expect(await walkable(value)).toBe(1);
    const around = chunksMentioning({ tenant: TENANT, collectionIds: null, limit: 10 }, [
      entityId(TENANT, entityKey(value)),
    ]);
    // The chunks that have it as a value still do not lead to each other.
    expect(await rooms.graph.read(around)).toMatchObject([{ documentId: naming.accepted[0]?.documentId }]);
  });

  test('where only triples are given, what they are about is an entity', async () => {
    await submit([
      {
        key: 'a',
        content: 'aspirin treats headache',
        knowledge: {
          entities: [],
          triples: [{ subject: 'aspirin', predicate: 'treats', object: 'headache' }],
        },
      },
    ]);
    expect(await walkable('aspirin')).toBe(1);
    expect(await walkable('headache')).toBe(0);
  });

  test('an entity keeps its type when it is the end of a relationship', async () => {
    await submit([{ key: 'a', content: 'Ada Lovelace met Charles Babbage on 5 June 1833 in London.' }]);
    expect(await named('5 June 1833')).toMatchObject([{ type: 'DATE' }]);
  });

  test('a plan says what would be done, and does nothing', async () => {
    await submit([
      { key: 'a', content: 'One.' },
      { key: 'b', content: 'Two.' },
    ]);
    const before = await rooms.counts();
    const plan = await rooms.ingestion.plan(TENANT, 'notes', [
      { key: 'a', content: 'One.' },
      { key: 'b', content: 'Changed.' },
      { key: 'c', content: 'New.' },
      { key: 'd', mediaType: 'application/json', content: '{' },
    ]);
    expect(plan).toMatchObject({
      newDocuments: 1,
      changedDocuments: 1,
      unchangedDocuments: 1,
      chunks: 2,
      modelCalls: 0,
      rejected: [{ index: 3, code: 'UNPROCESSABLE_DOCUMENT' }],
    });
    expect(await rooms.counts()).toEqual(before);
  });

  test('deleting in any order what was put in in any order leaves nothing', async () => {
    const word = fc.constantFrom('Ada Lovelace', 'Charles Babbage', 'London', 'Analytical Engine');
    const text = fc
      .array(word, { minLength: 1, maxLength: 4 })
      .map((names) => `${names.join(' met ')}. ${names.join(' and ')}.`);
    const documents = fc.uniqueArray(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), content: text }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ key }) => key,
    });
    await fc.assert(
      fc.asyncProperty(documents, fc.boolean(), async (all, reversed) => {
        const { accepted } = await submit(all);
        const ids = accepted.map(({ documentId }) => documentId);
        for (const id of reversed ? ids.toReversed() : ids)
          await rooms.ingestion.delete(TENANT, { ids: [id], keys: [], collectionId: null });
        expect(await rooms.counts()).toEqual({
          Collection: 1,
          Document: 0,
          Chunk: 0,
          Entity: 0,
          Name: 0,
          Relationship: 0,
          Submission: 0,
          Removal: 0,
        });
        expect(await found('ada charles london engine')).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  test('deleting one of two documents leaves the other as if it had been alone', async () => {
    const alone = await openRooms();
    const kept = { key: 'kept', content: 'Ada Lovelace met Charles Babbage in London.' };
    const { jobId } = await alone.ingestion.submit(TENANT, 'notes', [kept]);
    await alone.finished(jobId);
    const { accepted } = await submit([
      kept,
      { key: 'gone', content: 'Ada Lovelace, daughter of Lord Byron, lived in London.' },
    ]);
    await rooms.ingestion.delete(TENANT, {
      ids: [accepted[1]?.documentId ?? ''],
      keys: [],
      collectionId: null,
    });
    expect(await rooms.counts()).toEqual(await alone.counts());
    await alone.close();
  });

  test('equal bytes of two documents go with the last of them', async () => {
    const { accepted } = await submit([
      { key: 'a', content: 'Same.' },
      { key: 'b', content: 'Same.' },
    ]);
    const remove = (at: number) =>
      rooms.ingestion.delete(TENANT, { ids: [accepted[at]?.documentId ?? ''], keys: [], collectionId: null });
    expect((await remove(0)).contents).toBe(0);
    expect((await remove(1)).contents).toBe(2);
  });

  test('a deletion while the document waits to be indexed is not undone by its job', async () => {
    const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'notes', [
      { key: 'a', content: 'Ada Lovelace.' },
      { key: 'b', content: 'Lord Byron.' },
    ]);
    await rooms.ingestion.delete(TENANT, {
      ids: [accepted[0]?.documentId ?? ''],
      keys: [],
      collectionId: null,
    });
    await rooms.finished(jobId);
    expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0 });
    expect(await found('ada')).toEqual([]);
  });

  test('a cancelled job keeps what is done and takes back what waits', async () => {
    const documents = Array.from({ length: 400 }, (_, at) => ({
      key: `k${at}`,
      content: `Text number ${at}.`,
    }));
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', documents);
    const job = await rooms.ingestion.cancel(TENANT, jobId ?? '');
    expect(job.state).toBe('CANCELLED');
    const counts = await rooms.counts();
    expect(counts.Submission).toBe(0);
    expect(counts.Chunk).toBe(counts.Document);
  });

  test('indexes that were lost are built anew at the next start', async () => {
    await submit(Array.from({ length: 70 }, (_, at) => ({ key: `k${at}`, content: `Marker number ${at}.` })));
    const { directory } = rooms;
    await rooms.close();
    await rm(join(directory, 'vectors'), { recursive: true });
    rooms = await openRooms({ directory });
    await submit([{ key: 'last', content: 'The last one.' }]);
    expect(await found('marker')).toHaveLength(50);
  });

  test('while it is worked on a new document is INDEXING, and one that has a version stays READY', async () => {
    await submit([{ key: 'old', content: 'As it was.' }]);
    const { directory } = rooms;
    await rooms.close();
    const lexical = createLexicalEmbedder();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    rooms = await openRooms({
      directory,
      embedder: { ...lexical, embed: async (...given) => opened.then(() => lexical.embed(...given)) },
    });
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [
      { key: 'old', content: 'As it is.' },
      { key: 'new', content: 'Never seen before.' },
    ]);
    const statuses = async () => {
      const rows = await rooms.graph.read({
        name: 'test.statuses',
        cypher: 'MATCH (d:Document) RETURN d.key AS key, d.status AS status ORDER BY key',
        parameters: {},
        decode: ({ key, status }) => `${key} ${status}`,
      });
      return rows;
    };
    await vi.waitFor(async () => expect(await statuses()).toEqual(['new INDEXING', 'old READY']), 30_000);
    open();
    await rooms.finished(jobId);
    expect(await statuses()).toEqual(['new READY', 'old READY']);
  });

  test('while indexes are rebuilt the worker says what is missing', async () => {
    const large = Array.from({ length: 60 }, (_, at) => `## Part ${at}\n\n${'Many words. '.repeat(60)}`);
    await submit([
      ...Array.from({ length: 40 }, (_, at) => ({ key: `k${at}`, content: `Marker number ${at}.` })),
      { key: 'large', mediaType: 'text/markdown', content: large.join('\n\n') },
    ]);
    const { Chunk: total = 0 } = await rooms.counts();
    expect(total).toBeGreaterThan(40 + 32);
    const { directory } = rooms;
    await rooms.close();
    await rm(join(directory, 'vectors'), { recursive: true });
    const lexical = createLexicalEmbedder();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    rooms = await openRooms({
      directory,
      embedder: { ...lexical, embed: async (...given) => opened.then(() => lexical.embed(...given)) },
    });
    await vi.waitFor(
      async () =>
        expect(await rooms.worker.health()).toMatchObject({
          state: 'DEGRADED',
          detail: expect.stringContaining(`0 of ${total} chunks`),
        }),
      20_000,
    );
    open();
    await vi.waitFor(async () => expect(await rooms.worker.health()).toMatchObject({ state: 'UP' }), 20_000);
    const all = await rooms.vectors.searchKeyword([{ text: 'marker words', limit: 200 }], { tenant: TENANT });
    expect(all[0]).toHaveLength(total);
  });

  test('jobs that nobody finished are finished after a restart', async () => {
    const { directory } = rooms;
    await rooms.close();
    rooms = await openRooms({ directory, startWorker: false });
    const { jobId } = await rooms.ingestion.submit(
      TENANT,
      'notes',
      Array.from({ length: 150 }, (_, at) => ({ key: `k${at}`, content: `Text ${at}.` })),
    );
    await rooms.close();
    rooms = await openRooms({ directory });
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 150, documentsTotal: 150 },
    });
  });
});
