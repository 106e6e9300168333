import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKeywordIndex } from '../../../../stores/vectors/embedded/keyword-index.ts';
import { searchKeyword } from '../../../../stores/vectors/embedded/search-inside.ts';
import { bm25, WORDS } from '../../../conformance/bm25-reference.ts';

const TENANT = 'acme';

const word = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((x) => WORDS[Math.floor(x * x * WORDS.length * 0.999)]);
const words = (maxLength: number) => fc.array(word.map(String), { maxLength });
const passage = fc.record({
  title: words(3),
  headings: words(2),
  text: words(25),
  even: fc.boolean(),
});

test('keywords are ranked as BM25 ranks them, whole and under a filter', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-keywords-'));
  let files = 0;
  const query = fc.uniqueArray(word.map(String), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(passage, { minLength: 1, maxLength: 60 }), query, async (passages, terms) => {
      const index = openKeywordIndex(join(directory, `${files++}.sqlite`));
      index.apply({
        tenant: TENANT,
        documents: passages.map(({ even }, at) => ({
          documentId: `d${at}`,
          collectionId: 'c',
          mediaType: 'text/plain',
          metadata: { even },
          updatedAt: '2026-01-01T00:00:00Z',
        })),
        chunks: passages.map(({ title, headings, text }, at) => ({
          chunkId: `k${at}`,
          documentId: `d${at}`,
          collectionId: 'c',
          title: title.join(' '),
          headings,
          text: text.join(' '),
          vector: null,
        })),
      });
      const expected = bm25(
        passages.map((one, at) => ({ ...one, id: `k${at}` })),
        terms,
      );
      const even = expected.filter(({ chunkId }) => passages[Number(chunkId.slice(1))]?.even);
      const filter = { metadata: [{ key: 'even', in: [true] }] };
      for (const limit of [3, 100]) {
        const question = { text: terms.join(' '), limit };
        const all = await searchKeyword(index, question, { tenant: TENANT });
        const some = await searchKeyword(index, question, { tenant: TENANT, filter });
        for (const [found, wanted] of [
          [all, expected],
          [some, even],
        ] as const) {
          expect(found).toHaveLength(Math.min(limit, wanted.length));
          found.forEach(({ chunkId, score }, rank) => {
            expect(score).toBeCloseTo(wanted[rank]?.score ?? Number.NaN, 6);
            expect(score).toBeCloseTo(wanted.find((one) => one.chunkId === chunkId)?.score ?? Number.NaN, 6);
          });
          const byScoreThenId = found.toSorted(
            (a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1),
          );
          expect(found).toEqual(byScoreThenId);
        }
      }
      index.close();
    }),
    { numRuns: 60 },
  );
});

test('hits of equal score are cut at the limit by chunk id', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-keywords-'));
  const index = openKeywordIndex(join(directory, 'equal.sqlite'));
  const chunks = Array.from({ length: 200 }, (_, at) => ({
    chunkId: `k${(at * 37) % 200}`,
    documentId: 'd',
    collectionId: 'c',
    title: 'zab',
    headings: [],
    text: 'zac',
    vector: null,
  }));
  const others = chunks.map((chunk, at) => ({ ...chunk, chunkId: `other${at}`, title: 'zad' }));
  index.apply({
    tenant: TENANT,
    chunks: [...chunks, ...others, ...others.map((o) => ({ ...o, chunkId: `${o.chunkId}b` }))],
  });
  const found = await searchKeyword(index, { text: 'zab', limit: 20 }, { tenant: TENANT });
  const ids = chunks.map(({ chunkId }) => chunkId).toSorted();
  expect(found.map(({ chunkId }) => chunkId)).toEqual(ids.slice(0, 20));
  index.close();
});
