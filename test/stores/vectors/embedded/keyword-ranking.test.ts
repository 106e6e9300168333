import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKeywordIndex } from '../../../../stores/vectors/embedded/keyword-index.ts';
import { searchKeyword } from '../../../../stores/vectors/embedded/search-inside.ts';

const TENANT = 'acme';
/** Words that no stemmer changes, the first ones far more frequent. */
const WORDS = ['zab', 'zac', 'zad', 'zag', 'zak', 'zam', 'zan', 'zap', 'zar', 'zat', 'zav', 'zax'];

interface Passage {
  readonly title: readonly string[];
  readonly headings: readonly string[];
  readonly text: readonly string[];
  readonly even: boolean;
}

const word = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((x) => WORDS[Math.floor(x * x * WORDS.length * 0.999)]);
const words = (maxLength: number) => fc.array(word.map(String), { maxLength });
const passage: fc.Arbitrary<Passage> = fc.record({
  title: words(3),
  headings: words(2),
  text: words(25),
  even: fc.boolean(),
});

/** BM25 (Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75 over the weighted counts of three fields. */
function bm25(passages: readonly Passage[], query: readonly string[]) {
  const tokens = ({ title, headings, text }: Passage) => title.length + headings.length + text.length;
  const average = passages.reduce((sum, one) => sum + tokens(one), 0) / passages.length;
  const count = (list: readonly string[], term: string) => list.filter((one) => one === term).length;
  const weighted = ({ title, headings, text }: Passage, term: string) =>
    3 * count(title, term) + 1.5 * count(headings, term) + count(text, term);
  const rarity = (term: string) => {
    const holding = passages.filter((one) => weighted(one, term) > 0).length;
    return Math.max(1e-6, Math.log((passages.length - holding + 0.5) / (holding + 0.5)));
  };
  return passages
    .map((one, at) => ({
      at,
      score: query.reduce((sum, term) => {
        const frequency = weighted(one, term);
        const length = 1.2 * (1 - 0.75 + 0.75 * (tokens(one) / average));
        return sum + (rarity(term) * frequency * 2.2) / (frequency + length);
      }, 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score);
}

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
      const expected = bm25(passages, terms);
      const even = expected.filter(({ at }) => passages[at]?.even);
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
            expect(score).toBeCloseTo(wanted.find(({ at }) => `k${at}` === chunkId)?.score ?? Number.NaN, 6);
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
