/** What is deleted, replaced or cancelled leaves every store, and takes with it nothing that somebody still has. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { contentHash } from '../../model/ids.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

const bytesHash = (text: string) => contentHash(new TextEncoder().encode(text));
const textHash = (text: string) => contentHash(new Uint8Array(Buffer.from(text, 'utf16le')));

/** Stops whoever passes until it is opened. */
function gate() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return {
    reached,
    open,
    pass: async () => {
      reach();
      await opened;
    },
  };
}

describe('removals', () => {
  let rooms: Rooms;
  afterEach(() => rooms.close());

  const ingest = async (key: string, content: string) => {
    const result = await rooms.ingestion.submit(TENANT, 'notes', [{ key, content }]);
    return { id: result.accepted[0]?.documentId ?? '', job: await rooms.finished(result.jobId) };
  };
  const remove = (id: string) => rooms.ingestion.delete(TENANT, { ids: [id], keys: [], collectionId: null });
  const holds = (...hashes: string[]) => rooms.content.has(hashes.map((hash) => ({ tenant: TENANT, hash })));

  test('a document with the content of one that is being deleted keeps it', async () => {
    const { reached, open, pass } = gate();
    rooms = await openRooms({
      wrapContent: (content): ContentStore => ({
        ...content,
        delete: async (keys) => {
          await pass();
          return content.delete(keys);
        },
      }),
    });
    const { id } = await ingest('a', 'Zanzibar.');
    const removing = remove(id);
    await reached;
    const submitting = rooms.ingestion.submit(TENANT, 'notes', [{ key: 'b', content: 'Zanzibar.' }]);
    await vi.waitFor(async () => expect(await rooms.counts()).toMatchObject({ Submission: 1 }), 20_000);
    open();
    await removing;
    const { jobId } = await submitting;
    expect(await holds(bytesHash('Zanzibar.'))).toEqual([true]);
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await holds(bytesHash('Zanzibar.'), textHash('Zanzibar.'))).toEqual([true, true]);
  });

  test('a document that is deleted while an equal one is indexed leaves that one its text', async () => {
    const { reached, open, pass } = gate();
    let gated = false;
    rooms = await openRooms({
      wrapVectors: (vectors) => ({
        ...vectors,
        apply: async (changes) => {
          if (gated && changes.some(({ chunks = [] }) => chunks.length > 0)) await pass();
          return vectors.apply(changes);
        },
      }),
    });
    const { id } = await ingest('a', 'Zanzibar.');
    gated = true;
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'b', content: 'Zanzibar.' }]);
    await reached;
    await remove(id);
    open();
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await holds(bytesHash('Zanzibar.'), textHash('Zanzibar.'))).toEqual([true, true]);
  });

  test('a replaced version leaves the content store, and the last one goes with the document', async () => {
    rooms = await openRooms();
    const { id } = await ingest('a', 'Zanzibar.');
    await ingest('a', 'Madagascar.');
    expect(await holds(bytesHash('Zanzibar.'), textHash('Zanzibar.'))).toEqual([false, false]);
    expect(await holds(bytesHash('Madagascar.'), textHash('Madagascar.'))).toEqual([true, true]);
    expect(await remove(id)).toMatchObject({ contents: 2 });
    expect(await holds(bytesHash('Madagascar.'), textHash('Madagascar.'))).toEqual([false, false]);
    expect(await rooms.counts()).toMatchObject({ Removal: 0 });
  });

  test('a replaced version that another document has as well stays', async () => {
    rooms = await openRooms();
    await ingest('a', 'Zanzibar.');
    await ingest('b', 'Zanzibar.');
    await ingest('a', 'Madagascar.');
    expect(await holds(bytesHash('Zanzibar.'), textHash('Zanzibar.'))).toEqual([true, true]);
  });

  test('a document that is deleted while it waits, and one that is cancelled, leave nothing', async () => {
    rooms = await openRooms({ startWorker: false });
    const first = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'a', content: 'Zanzibar.' }]);
    const second = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'a', content: 'Madagascar.' }]);
    await rooms.ingestion.cancel(TENANT, second.jobId ?? '');
    expect(await holds(bytesHash('Zanzibar.'), bytesHash('Madagascar.'))).toEqual([true, false]);
    await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'a', content: 'Mauritius.' }]);
    await remove(first.accepted[0]?.documentId ?? '');
    expect(await holds(bytesHash('Zanzibar.'), bytesHash('Mauritius.'))).toEqual([false, false]);
    expect(await rooms.counts()).toMatchObject({ Document: 0, Submission: 0, Removal: 0 });
  });

  test('content that is missing is told as a loss, not as an empty document', async () => {
    rooms = await openRooms({ startWorker: false });
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [
      { key: 'lost', content: 'Zanzibar.' },
      { key: 'kept', content: 'Madagascar.' },
    ]);
    await rooms.content.delete([{ tenant: TENANT, hash: bytesHash('Zanzibar.') }]);
    await rooms.worker.start();
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'PARTIAL',
      failures: [{ key: 'lost', code: 'INTERNAL', message: expect.stringContaining(bytesHash('Zanzibar.')) }],
    });
  });
});
