/** The same on a real Qdrant: its points are corrupted behind everybody's back. */

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { pointId } from '../../../stores/vectors/qdrant/point-id.ts';
import { createQdrantVectorStore } from '../../../stores/vectors/qdrant/qdrant-vector-store.ts';
import { deleteCollections, QDRANT } from '../../servers/qdrant.ts';
import { type Rooms, TENANT } from '../harness.ts';
import { checked, documentsOf, filledRooms, kindsOf } from './harness.ts';

if (QDRANT === null)
  describe('the points of Qdrant', () => {
    test.skip('needs a server: set QDRANT_URL, and QDRANT_API_KEY where it wants a key');
  });
else describeOnQdrant(QDRANT);

function describeOnQdrant(server: NonNullable<typeof QDRANT>): void {
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

  describe('the points of Qdrant', () => {
    let rooms: Rooms;
    let collectionPrefix: string;
    beforeEach(async () => {
      collectionPrefix = `test-${randomUUID()}`;
      rooms = await filledRooms({
        createVectors: () =>
          createQdrantVectorStore({ ...server, collectionPrefix, log: createLog({ level: 'silent' }) }),
      });
    });
    afterEach(async () => {
      await rooms.close();
      await deleteCollections(collectionPrefix);
    });

    const apiKeyHeader = (): Record<string, string> => {
      const key = server.apiKey?.();
      return key === undefined ? {} : { 'api-key': key };
    };
    const send = async (method: string, path: string, body: unknown) => {
      const response = await fetch(`${server.url}/collections/${collectionPrefix}-v1/${path}?wait=true`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...apiKeyHeader(),
        },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as { readonly result: readonly Record<string, unknown>[] };
    };
    const oneChunk = async () => {
      const [first] = await documentsOf(rooms);
      const [chunk] = first?.chunks ?? [];
      if (first === undefined || chunk === undefined) throw new Error('there is a document with a chunk');
      const point = pointId('chunk', TENANT, chunk.id);
      return { point, document: pointId('document', TENANT, first.document.id) };
    };
    const findAndMend = async (kinds: readonly string[]) => {
      const found = await checked(rooms);
      expect(found.problem).toBeNull();
      expect(kindsOf(found.findings)).toEqual(kinds.toSorted());
      const mended = await checked(rooms, { mends: true });
      expect(mended.findings.filter(({ isMended }) => !isMended)).toEqual([]);
      expect((await checked(rooms)).findings).toEqual([]);
    };

    test('as ingestion leaves them have no fault', async () => {
      expect(await checked(rooms)).toMatchObject({ state: 'DONE', findings: [] });
    });

    test('that are lost come again', async () => {
      const { point, document } = await oneChunk();
      await send('POST', 'points/delete', { points: [point] });
      await findAndMend(['POSTING_MISSING', 'VECTOR_MISSING']);
      await send('POST', 'points/delete', { points: [document] });
      await findAndMend(['FACTS_MISSING']);
    });

    test('that lost their vectors get them again', async () => {
      const { point } = await oneChunk();
      await send('POST', 'points/vectors/delete', { points: [point], vector: ['dense'] });
      await findAndMend(['VECTOR_MISSING']);
      await send('POST', 'points/vectors/delete', { points: [point], vector: ['bm25'] });
      await findAndMend(['POSTING_DIFFERS']);
    });

    test('that say something else are put right', async () => {
      const { point, document } = await oneChunk();
      await send('POST', 'points/payload', { points: [point], payload: { words: 'quite | another | text' } });
      await findAndMend(['POSTING_DIFFERS']);
      await send('POST', 'points/payload', { points: [point], payload: { documentId: 'doc_other' } });
      await findAndMend(['POSTING_DIFFERS']);
      await send('POST', 'points/payload', { points: [document], payload: { document: { mediaType: 'x' } } });
      await findAndMend(['FACTS_DIFFER']);
    });

    test('of nobody, and those that are there twice, go', async () => {
      const { point } = await oneChunk();
      const { result } = await send('POST', 'points', {
        ids: [point],
        with_payload: true,
        with_vector: true,
      });
      const [twin] = result;
      const payload = { ...(twin?.['payload'] as object), chunkId: 'chk_ghost', documentId: 'doc_ghost' };
      await send('PUT', 'points', {
        points: [
          { ...twin, id: randomUUID() },
          { ...twin, id: pointId('chunk', TENANT, 'chk_ghost'), payload },
        ],
      });
      await findAndMend(['ENTRY_STRAY', 'ENTRY_UNKNOWN']);
      expect(await rooms.vectors.size()).toEqual({ chunks: 3, vectors: 3 });
    });
  });
}
