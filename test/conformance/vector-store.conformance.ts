/** What every vector store guarantees, whatever engine is behind it. */

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../model/documents.ts';
import type { DocumentFilter } from '../../model/filter.ts';
import type { IndexedChunk, IndexedDocument } from '../../stores/vectors/indexed.ts';
import type { ScoredChunk, VectorStore } from '../../stores/vectors/vector-store.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { bm25, fixedPassages, type Passage, WORDS } from './bm25-reference.ts';

const TENANT = 'acme';
const embedder = createLexicalEmbedder();
const IDENTITY = { fingerprint: 'lexical-v1', dimensions: 256 };
const OTHER = { fingerprint: 'other', dimensions: 3 };

const PASSAGES = {
  euler: ['Leonhard Euler', 'He was born in Basel and solved the problem of the seven bridges.'],
  bernoulli: ['Johann Bernoulli', 'A mathematician of Basel who taught the young Euler.'],
  turing: ['Alan Turing', 'He broke Enigma messages at Bletchley Park and described a universal machine.'],
  flowers: ['Tommy Flowers', 'The engineer who built Colossus for Bletchley Park.'],
  paris: ['Café de Flore', 'A café in Paris where writers met.'],
} as const;

type Name = keyof typeof PASSAGES;

/** What means something to one search engine or another. */
const HOSTILE = [
  '"',
  '*',
  'NEAR(',
  'a AND',
  'title:',
  '-',
  'OR',
  '(((',
  "'; DROP TABLE chunk; --",
  '\u0000',
  '^x',
  '{',
  '\\',
  'a + b',
  '\ud800',
];

async function embed(text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], 'passage');
  if (vector === undefined) throw new Error('one text gives one vector');
  return vector;
}

async function chunk(name: Name, changes: Partial<IndexedChunk> = {}): Promise<IndexedChunk> {
  const [title, text] = PASSAGES[name];
  return {
    chunkId: `chunk-${name}`,
    documentId: `document-${name}`,
    collectionId: 'people',
    title,
    headings: [],
    text,
    vector: await embed(`${title} ${text}`),
    ...changes,
  };
}

function document(name: string, changes: Partial<IndexedDocument> = {}): IndexedDocument {
  return {
    documentId: `document-${name}`,
    collectionId: 'people',
    mediaType: 'text/plain',
    metadata: {},
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

export interface VectorStoreHarness {
  /** A store on the same data each time, not yet open. */
  create(): VectorStore;
  /** Whether several processes may have the data open at once. */
  readonly shares: boolean;
  /** Takes the data away, once every store is closed. */
  tearDown?(): Promise<void>;
}

export function describeVectorStore(engine: string, setUp: () => Promise<VectorStoreHarness>): void {
  describe(`a vector store on ${engine}`, () => {
    let harness: VectorStoreHarness;
    let store: VectorStore;

    beforeEach(async () => {
      harness = await setUp();
      store = harness.create();
      await store.open(IDENTITY);
    });
    afterEach(async () => {
      await store.close();
      await harness.tearDown?.();
    });

    const addAll = async (tenant = TENANT) => {
      const names = Object.keys(PASSAGES) as Name[];
      const chunks = await Promise.all(names.map((name) => chunk(name)));
      await store.apply([{ tenant, chunks, documents: names.map((name) => document(name)) }]);
    };
    const keyword = async (text: string, boundary = {}, limit = 10) => {
      const [hits = []] = await store.searchKeyword([{ text, limit }], { tenant: TENANT, ...boundary });
      return hits.map((hit) => hit.chunkId.replace('chunk-', ''));
    };
    const dense = async (text: string, boundary = {}, limit = 10) => {
      const query = { vector: await embed(text), limit };
      const [hits = []] = await store.searchDense([query], { tenant: TENANT, ...boundary });
      return hits.map((hit) => hit.chunkId.replace('chunk-', ''));
    };

    test('finds by words, best first, a title counting more than the text', async () => {
      await addAll();
      expect(await keyword('Euler')).toEqual(['euler', 'bernoulli']);
      expect(await keyword('bletchley engineers')).toEqual(['flowers', 'turing']);
    });

    test('finds words without regard to accents, case and endings', async () => {
      await addAll();
      expect(await keyword('CAFE')).toEqual(['paris']);
      expect(await keyword('mathematicians')).toEqual(['bernoulli']);
    });

    test('takes no word of a question as an operator', async () => {
      await addAll();
      for (const hostile of HOSTILE) {
        await expect(keyword(hostile)).resolves.toBeInstanceOf(Array);
        expect(await keyword(`${hostile} turing`)).toContain('turing');
      }
    });

    test('answers any question at all, however long', async () => {
      await addAll();
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
          await expect(keyword(text)).resolves.toBeInstanceOf(Array);
          expect(await store.countPhrases([text], { tenant: TENANT }, 5)).toHaveLength(1);
        }),
        { numRuns: 40 },
      );
      expect(await keyword(`turing ${'word '.repeat(100_000)}`)).toContain('turing');
      const words = Array.from({ length: 20_000 }, (_, at) => `w${at}`).join(' ');
      expect(await keyword(`turing ${words}`)).toContain('turing');
    });

    test('uses the words that every passage has only when there are no others', async () => {
      await addAll();
      expect(await keyword('Who was the engineer?')).toEqual(['flowers']);
      expect((await keyword('where')).length + (await keyword('who')).length).toBeGreaterThan(0);
    });

    test('answers a question without any word with nothing', async () => {
      await addAll();
      expect(await keyword('?!…')).toEqual([]);
      expect(await keyword('')).toEqual([]);
    });

    test('gives scores above 0 for words and the cosine for vectors', async () => {
      await addAll();
      const [[word] = []] = await store.searchKeyword([{ text: 'enigma', limit: 1 }], { tenant: TENANT });
      expect(word?.score).toBeGreaterThan(0);
      const turing = await chunk('turing');
      const vector = turing.vector ?? new Float32Array();
      const [[same] = []] = await store.searchDense([{ vector, limit: 1 }], { tenant: TENANT });
      expect(same?.chunkId).toBe('chunk-turing');
      expect(same?.score).toBeCloseTo(1, 4);
    });

    test('finds near vectors, nearest first, exactly as a scan would', async () => {
      await addAll();
      const query = await embed('engineer at Bletchley Park');
      const scored = await Promise.all(
        (Object.keys(PASSAGES) as Name[]).map(async (name) => {
          const { vector } = await chunk(name);
          return { name, score: vector?.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0) ?? 0 };
        }),
      );
      const expected = scored.toSorted((a, b) => b.score - a.score).map(({ name }) => name);
      expect(await dense('engineer at Bletchley Park')).toEqual(expected);
    });

    test('ranks keywords by BM25 over the tenant’s chunks as they are now, ties by chunk id', async () => {
      const first = fixedPassages(90, { seed: 1, textMax: 25 });
      await store.apply([
        asChange(first, TENANT),
        asChange(fixedPassages(60, { seed: 2, textMax: 40 }), 'b'),
      ]);
      await expectRanking(store, first);
      const longer = fixedPassages(30, { seed: 3, textMax: 400 });
      const removeDocumentIds = first.slice(0, 40).map(({ id }) => id);
      await store.apply([{ ...asChange(longer, TENANT), removeDocumentIds }]);
      await expectRanking(store, [...first.slice(40), ...longer]);
    });

    test('counts a term for each form of it that a question names', async () => {
      await addAll();
      const score = async (text: string) => {
        const [[hit] = []] = await store.searchKeyword([{ text, limit: 1 }], { tenant: TENANT });
        return hit?.score ?? Number.NaN;
      };
      expect(await score('engineer engineers engineered')).toBeCloseTo(3 * (await score('engineer')), 9);
    });

    test('cuts hits of equal score at the limit by chunk id', async () => {
      const ids = Array.from({ length: 200 }, (_, at) => `k${(at * 37) % 200}`);
      const equal = ids.map((id) => ({ id, title: ['zab'], headings: [], text: ['zac'] }));
      const others = Array.from({ length: 400 }, (_, at) => ({
        id: `other${at}`,
        title: ['zad'],
        headings: [],
        text: ['zac'],
      }));
      await store.apply([asChange([...equal, ...others], TENANT)]);
      expect(await keyword('zab', {}, 20)).toEqual(ids.toSorted().slice(0, 20));
    });

    test('answers several queries in one call, each with its own list', async () => {
      await addAll();
      const lists = await store.searchKeyword(
        [
          { text: 'enigma', limit: 5 },
          { text: 'colossus', limit: 5 },
        ],
        { tenant: TENANT },
      );
      expect(lists.map((hits) => hits.map((hit) => hit.chunkId))).toEqual([
        ['chunk-turing'],
        ['chunk-flowers'],
      ]);
    });

    test('shows nothing of one tenant to another', async () => {
      await addAll('other');
      expect(await keyword('euler')).toEqual([]);
      expect(await dense('euler')).toEqual([]);
      expect(await store.vectors(['chunk-euler'], TENANT)).toEqual([null]);
      expect(await store.countPhrases(['euler'], { tenant: TENANT }, 10)).toEqual([0]);
      expect([...(await store.matching(['document-euler'], { tenant: TENANT }))]).toEqual([]);
      await store.apply([{ tenant: TENANT, removeDocumentIds: ['document-euler'] }]);
      const [hits] = await store.searchKeyword([{ text: 'euler', limit: 5 }], { tenant: 'other' });
      expect(hits?.length).toBeGreaterThan(0);
    });

    test('lets other tenants’ words leave the ranking alone', async () => {
      await addAll();
      const before = await store.searchKeyword([{ text: 'basel euler', limit: 5 }], { tenant: TENANT });
      await addAll('other').catch(() => undefined);
      const flood = await Promise.all(
        Array.from({ length: 50 }, async (_, at) =>
          chunk('euler', { chunkId: `flood-${at}`, documentId: `flood-${at}` }),
        ),
      );
      await store.apply([
        {
          tenant: 'third',
          chunks: flood,
          documents: flood.map(({ documentId }) =>
            document(documentId.replace('document-', ''), { documentId }),
          ),
        },
      ]);
      expect(await store.searchKeyword([{ text: 'basel euler', limit: 5 }], { tenant: TENANT })).toEqual(
        before,
      );
    });

    test('answers inside a closed boundary as if nothing lay outside, in list and score', async () => {
      const open = fixedPassages(60, { seed: 11, textMax: 40 });
      const secret = fixedPassages(90, { seed: 12, textMax: 9 });
      const chunksOf = (
        passages: readonly Passage[],
        collectionId: string,
      ): Promise<readonly IndexedChunk[]> =>
        Promise.all(
          passages.map(async ({ id, title, headings, text }) => ({
            chunkId: id,
            documentId: id,
            collectionId,
            title: title.join(' '),
            headings: [headings.join(' ')],
            text: text.join(' '),
            vector: await embed(text.join(' ')),
          })),
        );
      const [opened, hidden] = [await chunksOf(open, 'open'), await chunksOf(secret, 'secret')];
      await store.apply([
        { tenant: 'both', chunks: [...hidden, ...opened] },
        { tenant: 'alone', chunks: opened },
      ]);
      const closed = (tenant: string, collectionIds = ['open']) => ({
        tenant,
        collectionIds,
        closed: true as const,
      });
      const queries = WORDS.map((word, at) => ({ text: `${word} ${WORDS[at - 3] ?? 'zab'}`, limit: 20 }));
      const found = await store.searchKeyword(queries, closed('both'));
      expect(found).toEqual(await store.searchKeyword(queries, closed('alone')));
      const plainly = await store.searchKeyword(queries, { tenant: 'alone' });
      queries.forEach((_, at) => {
        expect(found[at]?.map(({ chunkId }) => chunkId)).toEqual(plainly[at]?.map(({ chunkId }) => chunkId));
        found[at]?.forEach(({ score }, place) => {
          expect(score).toBeCloseTo(plainly[at]?.[place]?.score ?? Number.NaN, 9);
        });
      });
      // Both are needed to tell: by the whole tenant's words the order or the scores differ.
      expect(found).not.toEqual(
        await store.searchKeyword(queries, { tenant: 'both', collectionIds: ['open'] }),
      );
      const near = await Promise.all(
        queries.map(async ({ text, limit }) => ({ vector: await embed(text), limit })),
      );
      expect(await store.searchDense(near, closed('both'))).toEqual(
        await store.searchDense(near, closed('alone')),
      );
      expect(await store.countPhrases(['zab', 'zac zab'], closed('both'), 100)).toEqual(
        await store.countPhrases(['zab', 'zac zab'], { tenant: 'alone' }, 100),
      );

      // What is indexed and removed elsewhere is not to be seen, what is inside is.
      await store.apply([
        { tenant: 'both', removeChunkIds: hidden.slice(0, 50).map(({ chunkId }) => chunkId) },
      ]);
      expect(await store.searchKeyword(queries, closed('both'))).toEqual(found);
      const gone = opened.slice(0, 20).map(({ chunkId }) => chunkId);
      await store.apply([
        { tenant: 'both', removeChunkIds: gone },
        { tenant: 'alone', removeChunkIds: gone },
      ]);
      const fewer = await store.searchKeyword(queries, closed('both'));
      expect(fewer).not.toEqual(found);
      expect(fewer).toEqual(await store.searchKeyword(queries, closed('alone')));
      expect(await store.searchKeyword(queries, closed('both', []))).toEqual(queries.map(() => []));
      expect(await store.countPhrases(['zab'], closed('both', []), 100)).toEqual([0]);
    });

    test('removes exactly what it is told, counts it, and finds it no more', async () => {
      await addAll();
      expect(await store.apply([{ tenant: TENANT, removeChunkIds: ['chunk-euler', 'chunk-none'] }])).toEqual({
        vectors: 1,
        postings: 1,
      });
      expect(await store.apply([{ tenant: TENANT, removeDocumentIds: ['document-turing'] }])).toEqual({
        vectors: 1,
        postings: 1,
      });
      expect(await keyword('euler turing enigma basel')).toEqual(['bernoulli']);
      expect(await dense('euler')).not.toContain('euler');
    });

    describe('held against what the graph has', () => {
      const expected = async (...names: readonly Name[]) => ({
        documents: names.map((name) => document(name)),
        chunks: await Promise.all(names.map((name) => chunk(name))),
      });
      const kinds = async (...given: Parameters<VectorStore['examine']>) =>
        (await store.examine(...given)).map(({ kind, id }) => `${kind} ${id}`).toSorted();

      test('tells nothing of what is as it should be', async () => {
        await addAll();
        expect(await store.examine(TENANT, await expected('euler', 'paris', 'turing'))).toEqual([]);
        const hostile = await Promise.all(
          [...HOSTILE, '', 'naïve\u0301 ﬁne 北京 😀'].map((text, at) =>
            chunk('euler', { chunkId: `hostile-${at}`, text, title: text, headings: [text, 'and'] }),
          ),
        );
        await store.apply([{ tenant: TENANT, chunks: hostile }]);
        expect(await store.examine(TENANT, { documents: [], chunks: hostile })).toEqual([]);
      });

      test('tells what is missing and what differs', async () => {
        await addAll();
        const { documents, chunks } = await expected('euler');
        expect(await kinds('other', { documents, chunks })).toEqual([
          'FACTS_MISSING document-euler',
          'POSTING_MISSING chunk-euler',
          'VECTOR_MISSING chunk-euler',
        ]);
        const changed = [
          { ...document('euler'), metadata: { century: 18 } },
          { ...document('paris'), updatedAt: '2027-01-01T00:00:00.000Z' },
        ];
        expect(await kinds(TENANT, { documents: changed, chunks: [] })).toEqual([
          'FACTS_DIFFER document-euler',
          'FACTS_DIFFER document-paris',
        ]);
        for (const changes of [{ text: 'Other words.' }, { title: 'Other' }, { headings: ['Other'] }])
          expect(
            await kinds(TENANT, { documents: [], chunks: chunks.map((one) => ({ ...one, ...changes })) }),
          ).toEqual(['POSTING_DIFFERS chunk-euler']);
        const bare = [await chunk('turing', { vector: null })];
        await store.apply([{ tenant: TENANT, chunks: bare }]);
        expect(await kinds(TENANT, { documents: [], chunks: bare })).toEqual(['VECTOR_MISSING chunk-turing']);
      });

      test('gives page by page everything of one tenant that it holds, and its tenants', async () => {
        await addAll();
        await addAll('other');
        const held: string[] = [];
        for (let after: string | null = null; ; ) {
          const page: Awaited<ReturnType<VectorStore['held']>> = await store.held(TENANT, {
            after,
            limit: 2,
          });
          held.push(...page.entries.map(({ of, id, documentId }) => `${of} ${id} ${documentId}`));
          if (page.next === null) break;
          after = page.next;
        }
        const names = Object.keys(PASSAGES);
        // Each at least once: engines of several parts may tell of each part.
        expect([...new Set(held)].toSorted()).toEqual(
          [
            ...names.map((name) => `CHUNK chunk-${name} document-${name}`),
            ...names.map((name) => `DOCUMENT document-${name} document-${name}`),
          ].toSorted(),
        );
        expect(await store.tenants()).toEqual([TENANT, 'other'].toSorted());
      });
    });

    test('applies the same change twice as once', async () => {
      await addAll();
      await addAll();
      expect(await keyword('euler')).toEqual(['euler', 'bernoulli']);
      expect((await dense('euler')).toSorted()).toEqual(Object.keys(PASSAGES).toSorted());
    });

    test('finds changed text by its new words only', async () => {
      await addAll();
      await store.apply([
        { tenant: TENANT, chunks: [await chunk('euler', { text: 'He moved to Petersburg.' })] },
      ]);
      expect(await keyword('seven bridges')).toEqual([]);
      expect(await keyword('petersburg')).toEqual(['euler']);
    });

    test('keeps a chunk without a vector findable by its words', async () => {
      await store.apply([
        { tenant: TENANT, chunks: [await chunk('euler', { vector: null })], documents: [document('euler')] },
      ]);
      expect(await keyword('euler')).toEqual(['euler']);
      expect(await dense('euler')).toEqual([]);
    });

    test('lets go of the vector of a chunk that comes back without one', async () => {
      await addAll();
      await store.apply([{ tenant: TENANT, chunks: [await chunk('euler', { vector: null })] }]);
      expect(await store.vectors(['chunk-euler'], TENANT)).toEqual([null]);
      expect(await dense('euler')).not.toContain('euler');
      expect(await store.apply([{ tenant: TENANT, removeChunkIds: ['chunk-euler'] }])).toEqual({
        vectors: 0,
        postings: 1,
      });
    });

    test('holds and counts a chunk without a single word', async () => {
      const empty = { title: '', headings: ['…'], text: '?!' };
      await store.apply([{ tenant: TENANT, chunks: [await chunk('paris', empty)] }]);
      expect(await dense('café')).toEqual(['paris']);
      expect(await keyword('café')).toEqual([]);
      expect(await store.apply([{ tenant: TENANT, removeChunkIds: ['chunk-paris'] }])).toEqual({
        vectors: 1,
        postings: 1,
      });
    });

    test('counts the chunks in which a phrase is written, up to a limit', async () => {
      await addAll();
      expect(
        await store.countPhrases(['bletchley park', 'park bletchley', 'basel', '…'], { tenant: TENANT }, 10),
      ).toEqual([2, 0, 2, 0]);
      // “Turing” ends a title and “he” begins the text below it.
      expect(await store.countPhrases(['Alan Turing', 'turing he'], { tenant: TENANT }, 10)).toEqual([1, 0]);
      expect(await store.countPhrases(['basel'], { tenant: TENANT }, 1)).toEqual([1]);
    });

    test('holds collections and filters in every way of finding', async () => {
      await addAll();
      await store.apply([
        {
          tenant: TENANT,
          documents: [document('euler', { collectionId: 'old', metadata: { year: 1707, tags: ['maths'] } })],
          chunks: [await chunk('euler', { collectionId: 'old' })],
        },
      ]);
      const filter: DocumentFilter = {
        metadata: [
          { key: 'year', atMost: 1800 },
          { key: 'tags', in: ['maths'] },
        ],
      };
      for (const boundary of [
        { collectionIds: ['old'] },
        { filter },
        { filter: { documentIds: ['document-euler'] } },
      ]) {
        expect(await keyword('basel euler', boundary)).toEqual(['euler']);
        expect(await dense('basel euler', boundary)).toEqual(['euler']);
      }
      for (const boundary of [
        { collectionIds: [] },
        { collectionIds: ['none'] },
        { filter: { mediaTypes: [] } },
      ]) {
        expect(await keyword('basel euler', boundary)).toEqual([]);
        expect(await dense('basel euler', boundary)).toEqual([]);
      }
    });

    test('gives as many hits as asked when a filter leaves very many documents', async () => {
      const chunks = await Promise.all(
        Array.from({ length: 1_300 }, async (_, at) =>
          chunk('euler', { chunkId: `c${at}`, documentId: `d${at}`, vector: await embed(`Euler ${at}`) }),
        ),
      );
      const documents = chunks.map(({ documentId }, at) =>
        document('', { documentId, metadata: { even: at % 2 === 0 } }),
      );
      await store.apply([{ tenant: TENANT, chunks, documents }]);
      const hits = await dense('Euler 7', { filter: { metadata: [{ key: 'even', in: [true] }] } }, 600);
      expect(hits).toHaveLength(600);
      expect(hits.every((hit) => Number(hit.slice(1)) % 2 === 0)).toBe(true);
    });

    test('understands a filter as a plain predicate would, in every way of finding', async () => {
      const vector = await embed('common');
      await fc.assert(
        fc.asyncProperty(fc.array(FILTERED, { maxLength: 5 }), FILTER, async (drafts, filter) => {
          const documents = drafts.map((draft, at) => document('', { ...draft, documentId: `d${at}` }));
          const chunks = await Promise.all(
            documents.map(({ documentId }, at) =>
              chunk('euler', { chunkId: documentId, documentId, title: '', text: `common t${at}`, vector }),
            ),
          );
          const removeDocumentIds = Array.from({ length: 5 }, (_, at) => `d${at}`);
          await store.apply([{ tenant: TENANT, documents, chunks, removeDocumentIds }]);
          const boundary = { tenant: TENANT, filter };
          const [words = []] = await store.searchKeyword([{ text: 'common', limit: 9 }], boundary);
          const [near = []] = await store.searchDense([{ vector, limit: 9 }], boundary);
          const expected = documents
            .filter((one) => matches(one, filter))
            .map(({ documentId }) => documentId);
          expect([...(await store.matching(removeDocumentIds, boundary))].toSorted()).toEqual(expected);
          expect(words.map(({ chunkId }) => chunkId).toSorted()).toEqual(expected);
          expect(near.map(({ chunkId }) => chunkId).toSorted()).toEqual(expected);
        }),
        { numRuns: 150 },
      );
    });

    test('reads a dotted key as a path into objects', async () => {
      const metadata = { author: { name: 'Ada', born: { year: 1815 } }, 'author.name': 'Bob' };
      await store.apply([{ tenant: TENANT, documents: [document('ada', { metadata })] }]);
      const found = async (condition: Condition) =>
        (await store.matching(['document-ada'], { tenant: TENANT, filter: { metadata: [condition] } })).size;
      expect(await found({ key: 'author.name', in: ['Ada'] })).toBe(1);
      expect(await found({ key: 'author.name', in: ['Bob'] })).toBe(0);
      expect(await found({ key: 'author.born.year', atLeast: 1815, atMost: 1815 })).toBe(1);
      expect(await found({ key: 'author', exists: true })).toBe(1);
      expect(await found({ key: 'author.died', exists: true })).toBe(0);
    });

    test('knows what a filter asks whether a document or its chunks come first', async () => {
      const filter: DocumentFilter = { metadata: [{ key: 'year', in: [1707] }] };
      const anything: DocumentFilter = { metadata: [{ key: 'none', exists: false }] };
      await store.apply([{ tenant: TENANT, chunks: [await chunk('euler')] }]);
      expect(await keyword('euler')).toEqual(['euler']);
      expect(await keyword('euler', { filter: anything })).toEqual([]);
      await store.apply([{ tenant: TENANT, documents: [document('euler', { metadata: { year: 1707 } })] }]);
      expect(await keyword('euler', { filter })).toEqual(['euler']);
      await store.apply([{ tenant: TENANT, chunks: [await chunk('euler', { chunkId: 'chunk-later' })] }]);
      expect((await dense('euler', { filter })).toSorted()).toEqual(['euler', 'later']);
      await store.apply([{ tenant: TENANT, removeDocumentIds: ['document-euler'] }]);
      await store.apply([{ tenant: TENANT, chunks: [await chunk('euler')] }]);
      expect(await keyword('euler', { filter })).toEqual([]);
    });

    test('takes long lists in a filter and refuses filters without end', async () => {
      await addAll();
      const many = Array.from({ length: 5_000 }, (_, at) => `x${at}`);
      const filter: DocumentFilter = {
        documentIds: [...many, 'document-euler'],
        mediaTypes: [...many, 'text/plain'],
        metadata: [{ key: 'none', exists: false }],
      };
      expect(await keyword('euler', { filter })).toEqual(['euler']);
      expect(await dense('euler', { filter })).toEqual(['euler']);
      expect(await keyword('euler', { filter: { metadata: [{ key: 'k', in: many }] } })).toEqual([]);
      const endless = Array.from({ length: 1_000 }, () => ({ key: 'k', exists: true }));
      await expect(keyword('euler', { filter: { metadata: endless } })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
      const long = { metadata: [{ key: 'k', atLeast: 'é'.repeat(48) }] };
      await expect(keyword('euler', { filter: long })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(keyword('euler', { filter: { updatedAfter: 'yesterday' } })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    });

    test('changes what filters see without indexing a chunk anew', async () => {
      await addAll();
      const filter: DocumentFilter = { metadata: [{ key: 'year', in: [1707] }] };
      expect(await keyword('euler', { filter })).toEqual([]);
      await store.apply([{ tenant: TENANT, documents: [document('euler', { metadata: { year: 1707 } })] }]);
      expect(await keyword('euler', { filter })).toEqual(['euler']);
      expect(await dense('euler', { filter })).toEqual(['euler']);
    });

    test('keeps everything over a restart, the revision included', async () => {
      await addAll();
      await store.recordRevision(42);
      await store.close();
      store = harness.create();
      await store.open(IDENTITY);
      expect(await store.revision()).toBe(42);
      expect(await keyword('euler')).toEqual(['euler', 'bernoulli']);
      expect((await dense('seven bridges of Leonhard Euler'))[0]).toBe('euler');
    });

    test('stays with the embedder that filled it when another one opens it, and says whose it is', async () => {
      await addAll();
      await store.close();
      store = harness.create();
      await store.open(OTHER);
      expect((await store.current()).embedder).toEqual(IDENTITY);
      expect((await dense('seven bridges of Leonhard Euler'))[0]).toBe('euler');
      await store.apply([{ tenant: TENANT, chunks: [await chunk('euler', { chunkId: 'chunk-more' })] }]);
      expect(await dense('seven bridges of Leonhard Euler', {}, 2)).toEqual(['euler', 'more']);
    });

    test('belongs to the first embedder that fills it, not to one that only opened it', async () => {
      await store.close();
      store = harness.create();
      await store.open(OTHER);
      expect((await store.current()).embedder).toEqual(OTHER);
      await store.apply([
        { tenant: TENANT, chunks: [await chunk('euler', { vector: Float32Array.of(0, 1, 0) })] },
      ]);
      await store.close();
      store = harness.create();
      await store.open(IDENTITY);
      expect((await store.current()).embedder).toEqual(OTHER);
      expect(await store.vectors(['chunk-euler'], TENANT)).toEqual([Float32Array.of(0, 1, 0)]);
    });

    test('tells page by page which chunks came without a vector, until they have one or are gone', async () => {
      await addAll();
      const missing = async () => {
        const found: string[] = [];
        for (let after: string | null = null; ; ) {
          const { chunks, next } = await store.missingVectors({ after, limit: 2 });
          found.push(...chunks.map(({ tenant, chunkId }) => `${tenant} ${chunkId}`));
          if (next === null) return found.toSorted();
          after = next;
        }
      };
      expect(await missing()).toEqual([]);
      const without = (name: Name) => chunk(name, { chunkId: `bare-${name}`, vector: null });
      await store.apply([
        { tenant: TENANT, chunks: [await without('euler'), await without('turing'), await without('paris')] },
        { tenant: 'other', chunks: [await without('euler'), await without('paris')] },
        { tenant: TENANT, chunks: [await chunk('flowers', { vector: null })] },
      ]);
      expect(await missing()).toEqual([
        'acme bare-euler',
        'acme bare-paris',
        'acme bare-turing',
        'acme chunk-flowers',
        'other bare-euler',
        'other bare-paris',
      ]);
      expect(await store.size()).toEqual({ chunks: 10, vectors: 4 });
      await store.apply([
        { tenant: TENANT, chunks: [await chunk('flowers')], removeChunkIds: ['bare-turing'] },
        { tenant: 'other', removeDocumentIds: ['document-paris'] },
        { tenant: TENANT, chunks: [await chunk('paris', { chunkId: 'bare-paris' })] },
      ]);
      expect(await missing()).toEqual(['acme bare-euler', 'other bare-euler']);
      expect(await store.size()).toEqual({ chunks: 8, vectors: 6 });
    });

    describe('with another index beside it', () => {
      const NEAR = Float32Array.of(0, 1, 0);
      const FAR = Float32Array.of(1, 0, 0);
      const nearest = async (vector: Float32Array, index?: string) => {
        const found = await store.searchDense([{ vector, limit: 9 }], { tenant: TENANT }, undefined, index);
        return found.flat().map(({ chunkId }) => chunkId);
      };
      const reopen = async () => {
        await store.close();
        store = harness.create();
        await store.open(IDENTITY);
      };
      const prepare = async () => {
        const { name } = await store.prepareIndex(OTHER);
        const chunks = [
          await chunk('euler', { vector: NEAR, title: 'Petersburg' }),
          await chunk('paris', { vector: FAR }),
        ];
        await store.apply([{ tenant: TENANT, chunks, documents: [document('euler')] }], name);
        return name;
      };

      test('goes on answering as if there were none', async () => {
        await addAll();
        const before = await store.current();
        const name = await prepare();
        expect(await store.indexes()).toEqual({ live: before, beside: { name, embedder: OTHER } });
        expect(await store.current()).toEqual(before);
        expect(await keyword('petersburg')).toEqual([]);
        expect(await keyword('euler')).toEqual(['euler', 'bernoulli']);
        expect(await dense('seven bridges of Leonhard Euler', {}, 1)).toEqual(['euler']);
        expect(await nearest(NEAR, name)).toEqual(['chunk-euler', 'chunk-paris']);
        expect(await store.vectors(['chunk-euler'], TENANT, name)).toEqual([NEAR]);
      });

      test('keeps changes, revisions and missing vectors of the two apart', async () => {
        await addAll();
        const name = await prepare();
        await store.recordRevision(7);
        await store.recordRevision(3, name);
        await store.apply([{ tenant: TENANT, removeChunkIds: ['chunk-euler'] }]);
        await store.apply([{ tenant: TENANT, chunks: [await chunk('turing', { vector: null })] }], name);
        expect([await store.revision(), await store.revision(name)]).toEqual([7, 3]);
        expect(await store.size()).toEqual({ chunks: 4, vectors: 4 });
        expect(await store.size(name)).toEqual({ chunks: 3, vectors: 2 });
        expect(await nearest(NEAR, name)).toEqual(['chunk-euler', 'chunk-paris']);
        const page = { after: null, limit: 5 };
        expect((await store.missingVectors(page)).chunks).toEqual([]);
        expect((await store.missingVectors(page, name)).chunks).toEqual([
          { tenant: TENANT, chunkId: 'chunk-turing' },
        ]);
      });

      test('is there again after a restart, the index beside as far as it was', async () => {
        await addAll();
        const name = await prepare();
        await reopen();
        expect((await store.indexes()).beside).toEqual({ name, embedder: OTHER });
        expect(await store.prepareIndex(OTHER)).toEqual({ name, embedder: OTHER });
        expect(await nearest(NEAR, name)).toEqual(['chunk-euler', 'chunk-paris']);
        expect((await dense('seven bridges of Leonhard Euler'))[0]).toBe('euler');
      });

      test('makes room for the index of yet another embedder', async () => {
        await addAll();
        const first = await prepare();
        const third = { fingerprint: 'third', dimensions: 2 };
        const { name } = await store.prepareIndex(third);
        expect(name).not.toBe(first);
        expect((await store.indexes()).beside).toEqual({ name, embedder: third });
        expect(await store.revision(name)).toBe(0);
        await expect(nearest(NEAR, first)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      });

      test('changes places with it in one step, for other processes too, and back', async () => {
        await addAll();
        const { name: old } = await store.current();
        const name = await prepare();
        const other = harness.shares ? harness.create() : store;
        if (other !== store) await other.open(OTHER);
        const seen = new Set<string | undefined>();
        let done = false;
        const watching = (async () => {
          while (!done) {
            const { live, beside } = await other.indexes();
            seen.add(`${live.embedder?.fingerprint} ${beside?.embedder?.fingerprint}`);
          }
        })();
        await store.switchTo(name);
        await store.switchTo(name);
        done = true;
        await watching;
        for (const pair of seen) expect(['lexical-v1 other', 'other lexical-v1']).toContain(pair);
        const answers = async () => (await other.current()).name;
        await expect.poll(answers).toBe(name);
        expect(await keyword('petersburg')).toEqual(['euler']);
        expect(await nearest(NEAR)).toEqual(['chunk-euler', 'chunk-paris']);
        // What was asked of the index from before is still answered by it.
        const vector = await embed('seven bridges of Leonhard Euler');
        expect((await nearest(vector, old))[0]).toBe('chunk-euler');
        await reopen();
        expect((await store.current()).name).toBe(name);
        await store.switchTo(old);
        expect((await dense('seven bridges of Leonhard Euler'))[0]).toBe('euler');
        expect((await store.indexes()).beside).toEqual({ name, embedder: OTHER });
        if (harness.shares) await other.close();
      });

      test('lets either of them go but the one that answers', async () => {
        await addAll();
        const { name: old } = await store.current();
        const name = await prepare();
        await expect(store.dropIndex(old)).rejects.toMatchObject({ code: 'CONFLICT' });
        await expect(store.switchTo('none')).rejects.toMatchObject({ code: 'CONFLICT' });
        await store.switchTo(name);
        await store.dropIndex(old);
        await store.dropIndex(old);
        expect((await store.indexes()).beside).toBeNull();
        await expect(store.revision(old)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await expect(store.switchTo(old)).rejects.toMatchObject({ code: 'CONFLICT' });
        await reopen();
        expect(await nearest(NEAR)).toEqual(['chunk-euler', 'chunk-paris']);
        const again = await store.prepareIndex(IDENTITY);
        expect(again.name).not.toBe(name);
        expect(await store.vectors(['chunk-euler'], TENANT, again.name)).toEqual([null]);
      });
    });

    test('counts as behind the graph once an embedder comes after chunks without vectors', async () => {
      await addAll();
      await store.recordRevision(7);
      await store.close();
      store = harness.create();
      await store.open(null);
      expect(await keyword('euler')).toEqual(['euler', 'bernoulli']);
      expect(await store.revision()).toBe(7);
      await store.apply([{ tenant: TENANT, removeChunkIds: ['chunk-euler'] }]);
      await store.apply([
        { tenant: TENANT, chunks: [await chunk('paris', { chunkId: 'new', vector: null })] },
      ]);
      await store.close();
      store = harness.create();
      await store.open(IDENTITY);
      expect(await store.revision()).toBe(0);
      expect(await dense('euler')).not.toContain('euler');
    });

    test('lets go of a caller that gives up, and goes on', async () => {
      await addAll();
      const query = { text: 'euler', limit: 5 };
      const aborted = AbortSignal.abort();
      await expect(store.searchKeyword([query], { tenant: TENANT }, aborted)).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      expect(await keyword('euler')).toEqual(['euler', 'bernoulli']);
    });

    test('answers while changes are applied', async () => {
      await addAll();
      const changes = Array.from({ length: 20 }, async (_, at) =>
        store.apply([
          {
            tenant: TENANT,
            chunks: [await chunk('paris', { chunkId: `p${at}`, documentId: `p${at}` })],
            documents: [document('', { documentId: `p${at}` })],
          },
        ]),
      );
      const searches = Array.from({ length: 20 }, () =>
        Promise.all([keyword('euler'), dense('seven bridges of Leonhard Euler', {}, 1)]),
      );
      for (const [words, near] of await Promise.all(searches))
        expect([words[0], near[0]]).toEqual(['euler', 'euler']);
      await Promise.all(changes);
      expect(await keyword('paris', {}, 50)).toHaveLength(21);
    });

    test('answers UNAVAILABLE once it is closed, however often', async () => {
      await store.close();
      await store.close();
      await expect(keyword('euler')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await store.health()).toMatchObject({ name: 'vectors', state: 'DOWN' });
    });
  });
}

type Condition = NonNullable<DocumentFilter['metadata']>[number];

const KEYS = ['k', 'o"q', 'b\\s', 'n\nl'];
/** Some begin others, some are as long as they come, and two are in another order in UTF-16. */
const TEXTS = ['', 'a', 'b', 'é', 'abcdef', 'abcdefg', 'abcdefgh-jklm', '\ufffd', '😀', 'x'.repeat(90)];
const TEXT = fc.constantFrom('a', 'b', ...TEXTS);
const SCALAR = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(-0.5, 1e21),
  TEXT,
  fc.constant('x'.repeat(300)),
  fc.boolean(),
);
const TIMES = ['2026-01-01T00:00:00.000Z', '2026-01-01T01:00:00.000Z', '2026-02-01T00:00:00.000Z'];
/** The same moments as they are written elsewhere. */
const MOMENTS = [...TIMES, '2026-01-01T02:00:00+01:00', '2026-02-01T00:00:00Z'];
const BOUND = fc.oneof(fc.integer({ min: 0, max: 3 }), TEXT);
const CONDITION: fc.Arbitrary<Condition> = fc.record(
  {
    key: fc.constantFrom(...KEYS),
    in: fc.array(SCALAR, { maxLength: 2 }),
    atLeast: BOUND,
    atMost: BOUND,
    exists: fc.boolean(),
  },
  { requiredKeys: ['key'] },
);
const FILTER: fc.Arbitrary<DocumentFilter> = fc.record(
  {
    documentIds: fc.uniqueArray(fc.constantFrom('d0', 'd1', 'd2', 'd9')),
    mediaTypes: fc.uniqueArray(fc.constantFrom('text/plain', 'text/html')),
    metadata: fc.array(CONDITION, { maxLength: 2 }),
    updatedAfter: fc.constantFrom(...MOMENTS),
    updatedBefore: fc.constantFrom(...MOMENTS),
  },
  { requiredKeys: [] },
);
/** What filters look at in a document. */
const FILTERED = fc.record({
  mediaType: fc.constantFrom('text/plain', 'text/html'),
  updatedAt: fc.constantFrom(...MOMENTS),
  metadata: fc
    .dictionary(
      fc.constantFrom(...KEYS),
      fc.oneof(SCALAR, fc.constant(null), fc.array(SCALAR, { maxLength: 2 }), fc.constant({ inner: 1 })),
      { maxKeys: 2 },
    )
    .map((metadata) => metadata as JsonObject),
});

/** The filter's meaning, plainly. */
function matches(document: IndexedDocument, filter: DocumentFilter): boolean {
  const { documentIds, mediaTypes, metadata = [], updatedAfter, updatedBefore } = filter;
  const at = Date.parse(document.updatedAt);
  return (
    (documentIds?.includes(document.documentId) ?? true) &&
    (mediaTypes?.includes(document.mediaType) ?? true) &&
    (updatedAfter === undefined || at >= Date.parse(updatedAfter)) &&
    (updatedBefore === undefined || at < Date.parse(updatedBefore)) &&
    metadata.every((condition) => holds(document.metadata[condition.key], condition))
  );
}

function holds(value: unknown, { in: among, atLeast, atMost, exists }: Condition): boolean {
  const values = Array.isArray(value) ? value : [value];
  const inBounds = (one: unknown) =>
    (among === undefined || among.some((expected) => expected === one)) &&
    (atLeast === undefined || (typeof one === typeof atLeast && order(one, atLeast) >= 0)) &&
    (atMost === undefined || (typeof one === typeof atMost && order(one, atMost) <= 0));
  const asksValue = among !== undefined || atLeast !== undefined || atMost !== undefined;
  const present = value !== undefined && value !== null;
  return (!asksValue || values.some(inBounds)) && (exists === undefined || exists === present);
}

/** Of two values of one type. */
function order(left: unknown, right: unknown): number {
  return typeof left === 'string'
    ? Buffer.compare(Buffer.from(left), Buffer.from(String(right)))
    : Number(left) - Number(right);
}

/** Passages as documents of one chunk each, every second one marked. */
function asChange(passages: readonly Passage[], tenant: string) {
  return {
    tenant,
    documents: passages.map(({ id }, at) =>
      document('', { documentId: id, metadata: { even: at % 2 === 0 } }),
    ),
    chunks: passages.map(({ id, title, headings, text }) => ({
      chunkId: id,
      documentId: id,
      collectionId: 'people',
      title: title.join(' '),
      headings,
      text: text.join(' '),
      vector: null,
    })),
  };
}

async function expectRanking(store: VectorStore, passages: readonly Passage[]): Promise<void> {
  const filter: DocumentFilter = { metadata: [{ key: 'even', in: [true] }] };
  const even = new Set(
    await store.matching(
      passages.map(({ id }) => id),
      { tenant: TENANT, filter },
    ),
  );
  const queries = WORDS.flatMap((word, at) => [[word], [word, ...WORDS.slice(at + 3, at + 6)]]);
  for (const limit of [3, 200]) {
    const questions = queries.map((terms) => ({ text: terms.join(' '), limit }));
    const all = await store.searchKeyword(questions, { tenant: TENANT });
    const some = await store.searchKeyword(questions, { tenant: TENANT, filter });
    queries.forEach((terms, at) => {
      const expected = bm25(passages, terms);
      expectHits(all[at] ?? [], expected.slice(0, limit));
      expectHits(some[at] ?? [], expected.filter(({ chunkId }) => even.has(chunkId)).slice(0, limit));
    });
  }
}

/** The same chunks in the same order, and the scores that this order comes from. */
function expectHits(found: readonly ScoredChunk[], expected: readonly ScoredChunk[]): void {
  expect(found.map(({ chunkId }) => chunkId)).toEqual(expected.map(({ chunkId }) => chunkId));
  found.forEach(({ score }, at) => {
    expect(score).toBeCloseTo(expected[at]?.score ?? Number.NaN, 6);
  });
}
