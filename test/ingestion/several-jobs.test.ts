/** Jobs that have to do with each other, whatever order they are worked on in. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { createInProcessQueue } from '../../platform/queue/in-process.ts';
import type { Queue } from '../../platform/queue/queue.ts';
import { statement } from '../../stores/graph/graph-store.ts';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { jobById } from '../../stores/graph/statements/jobs.ts';
import { failSubmissions, settleSubmissions } from '../../stores/graph/statements/submissions.ts';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

/** A queue that holds back what is pushed until the test says in which order it comes. */
function heldQueue() {
  const inner = createInProcessQueue({ retryAfterMs: 5 });
  const held: string[] = [];
  const turns: string[] = [];
  const queue: Queue = {
    ...inner,
    push: async (ids) => void held.push(...ids.filter((id) => !held.includes(id))),
    consume: (work, options) =>
      inner.consume(async (id, turn) => {
        const result = await work(id, turn);
        turns.push(`${id} ${result}`);
        return result;
      }, options),
  };
  return { queue, held, turns, push: inner.push };
}

describe('jobs on the same documents', () => {
  let rooms: Rooms;
  afterEach(() => rooms.close());

  const jobIds = () =>
    rooms.graph.read(statement('test.jobs', 'MATCH (j:Job) RETURN j.id AS id', {}, (row) => String(row.id)));
  const textsOf = async (documentId: string) =>
    (await rooms.graph.read(chunksOfDocuments(TENANT, [documentId], { after: -1, limit: 10 }))).map(
      ({ text }) => text,
    );
  const found = async (text: string) =>
    (await rooms.vectors.searchKeyword([{ text, limit: 50 }], { tenant: TENANT }))[0]?.length;

  test('of two versions the one submitted last stays, whichever job runs first', async () => {
    const { queue, held, push } = heldQueue();
    rooms = await openRooms({ queue, reconcileEveryMs: 1_000_000 });
    const older = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'a', content: 'Zanzibar.' }]);
    const newer = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'a', content: 'Madagascar.' }]);
    expect(held).toEqual(expect.arrayContaining([older.jobId, newer.jobId]));
    await push([newer.jobId ?? '']);
    expect(await rooms.finished(newer.jobId)).toMatchObject({ state: 'SUCCEEDED' });
    await push([older.jobId ?? '']);
    expect(await rooms.finished(older.jobId)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 1, documentsTotal: 1 },
    });
    expect(await textsOf(newer.accepted[0]?.documentId ?? '')).toEqual(['Madagascar.']);
    expect([await found('zanzibar'), await found('madagascar')]).toEqual([0, 1]);
    expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0 });
  });

  test('of two versions in one upload the later one stays', async () => {
    rooms = await openRooms();
    const stream = rooms.ingestion.openStream(TENANT, 'notes');
    await stream.add([{ key: 'a', content: 'Zanzibar.' }]);
    const second = await stream.add([{ key: 'a', content: 'Madagascar.' }]);
    expect(await rooms.finished(await stream.seal())).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 2, documentsTotal: 2 },
    });
    expect(await textsOf(second.accepted[0]?.documentId ?? '')).toEqual(['Madagascar.']);
    expect([await found('zanzibar'), await found('madagascar')]).toEqual([0, 1]);
  });

  test('two versions in one upload may have passages in common', async () => {
    rooms = await openRooms();
    const shared = 'Ada Lovelace wrote notes on the Analytical Engine. '.repeat(60);
    const stream = rooms.ingestion.openStream(TENANT, 'notes');
    await stream.add([
      { key: 'a', content: `# Notes\n\n${shared}\n\n# End\n\nZanzibar.`, mediaType: 'text/markdown' },
    ]);
    const second = await stream.add([
      { key: 'a', content: `# Notes\n\n${shared}\n\n# End\n\nMadagascar.`, mediaType: 'text/markdown' },
    ]);
    expect(await rooms.finished(await stream.seal())).toMatchObject({ state: 'SUCCEEDED' });
    const texts = (await textsOf(second.accepted[0]?.documentId ?? '')).join(' ');
    expect(texts).toContain('Madagascar.');
    expect(texts).not.toContain('Zanzibar.');
    expect([await found('zanzibar'), await found('madagascar')]).toEqual([0, 1]);
  });

  test('a job that is still streamed in is neither worked on nor said to be done', async () => {
    const { queue, turns, push } = heldQueue();
    rooms = await openRooms({ queue });
    const stream = rooms.ingestion.openStream(TENANT, 'notes');
    await stream.add([{ key: 'a', content: 'One.' }]);
    const [jobId = ''] = await jobIds();
    await push([jobId]);
    await vi.waitFor(() => expect(turns).toEqual([`${jobId} done`]), { timeout: 20_000 });
    expect(await rooms.ingestion.jobs(TENANT, [jobId])).toMatchObject([{ state: 'QUEUED' }]);
    expect(await rooms.counts()).toMatchObject({ Submission: 1, Chunk: 0 });
    await stream.add([{ key: 'b', content: 'Two.' }]);
    await stream.seal();
    await push([jobId]);
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 2, documentsTotal: 2 },
    });
  });

  test('what an upload left behind is indexed, and the upload cannot go on', async () => {
    rooms = await openRooms({ reconcileEveryMs: 20, abandonedAfterMs: 0 });
    const stream = rooms.ingestion.openStream(TENANT, 'notes');
    await stream.add([{ key: 'a', content: 'One.' }]);
    const [jobId = ''] = await jobIds();
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
    await expect(stream.add([{ key: 'b', content: 'Two.' }])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0 });
  });

  test('an upload whose job is cancelled cannot go on', async () => {
    rooms = await openRooms();
    const stream = rooms.ingestion.openStream(TENANT, 'notes');
    await stream.add([{ key: 'a', content: 'One.' }]);
    const [jobId = ''] = await jobIds();
    await rooms.ingestion.cancel(TENANT, jobId);
    await expect(stream.add([{ key: 'b', content: 'Two.' }])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await rooms.counts()).toMatchObject({ Document: 0, Submission: 0 });
  });

  test('a cancelled job takes no document back that another job waits to index', async () => {
    const { queue, push } = heldQueue();
    rooms = await openRooms({ queue });
    const first = await rooms.ingestion.submit(TENANT, 'notes', [
      { key: 'both', content: 'One.' },
      { key: 'mine', content: 'Mine.' },
    ]);
    const second = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'both', content: 'Two.' }]);
    await rooms.ingestion.cancel(TENANT, first.jobId ?? '');
    await push([second.jobId ?? '']);
    expect(await rooms.finished(second.jobId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await textsOf(second.accepted[0]?.documentId ?? '')).toEqual(['Two.']);
    expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0 });
  });

  test('a document deleted while it is read leaves nothing behind in the indexes', async () => {
    const lexical = createLexicalEmbedder();
    const { promise: reading, resolve: reads } = Promise.withResolvers<void>();
    const { promise: deleted, resolve: goOn } = Promise.withResolvers<void>();
    const embedder: Embedder = {
      ...lexical,
      embed: async (texts, input) => {
        reads();
        await deleted;
        return lexical.embed(texts, input);
      },
    };
    rooms = await openRooms({ embedder });
    const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'notes', [
      { key: 'gone', content: 'Zanzibar.' },
      { key: 'kept', content: 'Madagascar.' },
    ]);
    const ids = accepted.map(({ documentId }) => documentId);
    await reading;
    await rooms.ingestion.delete(TENANT, { ids: ids.slice(0, 1), keys: [], collectionId: null });
    goOn();
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 1, documentsTotal: 1 },
    });
    expect([await found('zanzibar'), await found('madagascar')]).toEqual([0, 1]);
    expect(await rooms.vectors.matching(ids, { tenant: TENANT })).toEqual(new Set(ids.slice(1)));
  });

  test('settling twice is settling once, whatever was done in between', async () => {
    rooms = await openRooms({ startWorker: false });
    const { jobId } = await rooms.ingestion.submit(
      TENANT,
      'notes',
      ['a', 'b', 'c'].map((key) => ({ key, content: key })),
    );
    const ids = await rooms.graph.read(
      statement('test.ids', 'MATCH (s:Submission) RETURN s.id AS id ORDER BY s.position', {}, (row) =>
        String(row.id),
      ),
    );
    const [a = '', b = '', c = ''] = ids;
    const failure = (id: string) => ({ id, step: 'WRITE' as const, code: 'INTERNAL', message: 'No.' });
    const at = new Date().toISOString();
    await rooms.graph.write(settleSubmissions([a]));
    await rooms.graph.write(settleSubmissions([a, b]));
    await rooms.graph.write(failSubmissions([failure(b), failure(c)], at));
    await rooms.graph.write(failSubmissions([failure(c)], at));
    await rooms.graph.write(settleSubmissions(ids));
    expect(await rooms.graph.read(jobById(jobId ?? ''))).toMatchObject([{ done: 2, failed: 1, total: 3 }]);
  });
});
