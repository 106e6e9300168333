/** What others do at the target, or in the indexes, while a backup is made. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { compareInstallations } from '../../../operations/move/compare.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import type { IndexedChunk } from '../../../stores/vectors/indexed.ts';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

const { signal } = new AbortController();
let desk: Desk;
afterEach(() => desk.close());

const differences = async (id: string) =>
  compareInstallations(desk.rooms, await desk.restored(id), { signal, onProgress: () => undefined });

test('a part that is removed while it is reused is written again, and the set is whole', async () => {
  let remove: string | null = null;
  desk = await openDesk({
    wrapTarget: (target) => ({
      ...target,
      list: async function* (prefix, options) {
        yield* target.list(prefix, options);
        // Behind the first look at what is there.
        if (remove === null || !prefix.startsWith('parts/')) return;
        await rm(join(desk.folder, remove));
        remove = null;
      },
    }),
  });
  await ingestSamples(desk.rooms);
  const first = await desk.backUp();
  const { manifest } = await desk.sets.open(first.id);
  const gone = manifest.parts.find(({ kind }) => kind === 'chunks');
  remove = gone?.name ?? '';
  const second = await desk.backUp();
  expect(remove).toBeNull();
  expect(second).toMatchObject({ state: 'SUCCEEDED', storedBytes: first.storedBytes });
  expect(second.storedBytes - second.reusedBytes).toBe(gone?.cipherBytes);
  expect(await differences(second.id)).toEqual([]);
});

test('parts that go away each time are no backup, which says why', async () => {
  let isRemoving = false;
  desk = await openDesk({
    wrapTarget: (target) => ({
      ...target,
      list: async function* (prefix, options) {
        let last: string | null = null;
        for await (const object of target.list(prefix, options)) {
          last = object.name;
          yield object;
        }
        if (isRemoving && prefix.startsWith('parts/') && last !== null) await rm(join(desk.folder, last));
      },
    }),
  });
  await ingestSamples(desk.rooms);
  await desk.backUp();
  isRemoving = true;
  const failed = await desk.backUp();
  expect(failed).toMatchObject({
    state: 'FAILED',
    problem: expect.stringContaining('See what else removes files'),
  });
});

/** One of them, as an index takes it. */
const someChunk = statement(
  'test.chunk',
  'MATCH (c:Chunk) RETURN c.id AS chunkId, c.documentId AS documentId, c.collectionId AS collectionId, c.text AS text LIMIT 1',
  {},
  (row) => ({ ...row, title: '', headings: [] }) as unknown as Omit<IndexedChunk, 'vector'>,
);

const someContent = statement(
  'test.content',
  'MATCH (d:Document) RETURN d.contentHash AS hash LIMIT 1',
  {},
  ({ hash }) => String(hash),
);

test('a vector that comes after its document was carried ahead is in the set', async () => {
  let atCut: () => Promise<unknown> = async () => undefined;
  desk = await openDesk({
    alone: async (run) => {
      await atCut();
      return run();
    },
  });
  await ingestSamples(desk.rooms);
  const { vectors, graph } = desk.rooms;
  expect((await vectors.current()).embedder).not.toBeNull();
  const [chunk] = await graph.read(someChunk);
  if (chunk === undefined) throw new Error('nothing was ingested');
  const [vector = null] = await vectors.vectors([chunk.chunkId], 'acme');
  expect(vector).not.toBeNull();
  await vectors.apply([{ tenant: 'acme', removeChunkIds: [chunk.chunkId] }]);
  expect(await vectors.vectors([chunk.chunkId], 'acme')).toEqual([null]);
  atCut = () => vectors.apply([{ tenant: 'acme', chunks: [{ ...chunk, vector }] }]);
  const restored = await desk.restored((await desk.backUp()).id);
  expect(await restored.vectors.vectors([chunk.chunkId], 'acme')).toEqual([vector]);
});

test('a content that was lost, and is back before the cut, is in the set', async () => {
  let atCut: () => Promise<unknown> = async () => undefined;
  desk = await openDesk({
    alone: async (run) => {
      await atCut();
      return run();
    },
  });
  await ingestSamples(desk.rooms);
  const { content, graph } = desk.rooms;
  const [hash = ''] = await graph.read(someContent);
  const key = { tenant: 'acme', hash };
  const [bytes = null] = await content.get([key]);
  if (bytes === null) throw new Error('nothing was ingested');
  await content.delete([key]);
  atCut = () => content.put([{ ...key, bytes }]);
  const { id } = await desk.backUp();
  expect(await content.get([key])).toEqual([bytes]);
  const restored = await desk.restored(id);
  expect(await restored.content.get([key])).toEqual([bytes]);
  expect(await differences(id)).toEqual([]);
});

test('a page of backups opens no more of them than it has to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trellis-backups-'));
  const masterKey = Buffer.alloc(32, 7);
  desk = await openDesk({ folder, masterKey });
  for (let made = 0; made < 9; made++) await desk.backUp();
  const ids = (await desk.backups.list()).map(({ id }) => id);
  await desk.close();
  const opened: string[] = [];
  desk = await openDesk({
    ...{ folder, masterKey },
    wrapTarget: (target) => ({
      ...target,
      get: (name, options) => {
        if (name.endsWith('manifest.json')) opened.push(name);
        return target.get(name, options);
      },
    }),
  });
  const page = await desk.backups.page({ before: ids[0] ?? '', limit: 2 });
  expect(page.map(({ id }) => id)).toEqual(ids.slice(1, 3));
  expect(opened.length).toBeLessThanOrEqual(4);
  await desk.backups.list();
  await desk.backups.list();
  expect(opened.toSorted()).toEqual([...new Set(opened)].toSorted());
  await rm(folder, { recursive: true, force: true });
});
