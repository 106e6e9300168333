import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { dropQdrantNamespace, listQdrantNamespaces } from '../../../../stores/vectors/qdrant/namespaces.ts';
import { createQdrantVectorStore } from '../../../../stores/vectors/qdrant/qdrant-vector-store.ts';
import type { VectorStore } from '../../../../stores/vectors/vector-store.ts';
import { deleteCollections, QDRANT } from '../../../servers/qdrant.ts';

const TENANT = 'acme';
const ONE = { fingerprint: 'one', dimensions: 2 };
const OTHER = { fingerprint: 'other', dimensions: 3 };
const reason = QDRANT === null ? ' (needs a server: set QDRANT_URL)' : '';

describe.skipIf(QDRANT === null)(`namespaces on one Qdrant${reason}`, { timeout: 300_000 }, () => {
  let collectionPrefix: string;
  let stores: VectorStore[];
  const server = { url: QDRANT?.url ?? '', apiKey: () => QDRANT?.apiKey() };
  const open = async (namespace: string, embedder = ONE) => {
    const log = createLog({ level: 'silent' });
    const store = createQdrantVectorStore({ ...server, collectionPrefix, namespace, log });
    stores.push(store);
    await store.open(embedder);
    return store;
  };
  const add = (store: VectorStore, chunkId: string) =>
    store.apply([
      {
        tenant: TENANT,
        chunks: [
          {
            ...{ chunkId, documentId: `document-${chunkId}`, collectionId: 'people', headings: [] },
            ...{ title: chunkId, text: 'Basel', vector: new Float32Array([1, 0]) },
          },
        ],
      },
    ]);
  const found = async (store: VectorStore) => {
    const [hits = []] = await store.searchKeyword([{ text: 'Basel', limit: 10 }], { tenant: TENANT });
    return hits.map(({ chunkId }) => chunkId).toSorted();
  };
  const list = () => listQdrantNamespaces({ ...server, collectionPrefix });
  const drop = (namespace: string) => dropQdrantNamespace({ ...server, collectionPrefix }, { namespace });

  beforeEach(() => {
    collectionPrefix = `test-${randomUUID()}`;
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await deleteCollections(collectionPrefix);
  });

  test('do not see each other, and each has its own revision', async () => {
    const [first, other] = [await open(''), await open('r1')];
    await add(first, 'a');
    await add(other, 'b');
    await other.recordRevision(7);
    expect(await found(first)).toEqual(['a']);
    expect(await found(other)).toEqual(['b']);
    expect([await first.revision(), await other.revision()]).toEqual([0, 7]);
    expect(await list()).toEqual(['', 'r1']);
  });

  test('each switches between its two indexes by itself', async () => {
    const [first, other] = [await open(''), await open('r1')];
    await add(first, 'a');
    await add(other, 'b');
    const { name } = await other.prepareIndex(OTHER);
    await other.switchTo(name);
    expect((await other.current()).embedder).toEqual(OTHER);
    expect((await first.current()).embedder).toEqual(ONE);
    expect(await found(first)).toEqual(['a']);
    expect(await list()).toEqual(['', 'r1']);
    await drop('');
    expect((await (await open('r1', OTHER)).current()).name).toBe(name);
  });

  test('dropping one leaves the others whole, whichever it is, and can be done again', async () => {
    for (const namespace of ['', 'r1', 'r11']) await add(await open(namespace), `in-${namespace}`);
    const { name } = await (await open('r1')).prepareIndex(OTHER);
    expect(name).toContain('_r1-');
    await drop('r1');
    await drop('r1');
    expect(await list()).toEqual(['', 'r11']);
    expect(await found(await open(''))).toEqual(['in-']);
    await drop('');
    expect(await list()).toEqual(['r11']);
    expect(await found(await open('r11'))).toEqual(['in-r11']);
    expect(await found(await open('r1'))).toEqual([]);
  });
});
