import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bm25, rarityOf } from '../../../../stores/vectors/bm25.ts';
import { lengthParts } from '../../../../stores/vectors/qdrant/corpus-statistics.ts';
import {
  chunkVector,
  countWords,
  questionVector,
  type SparseVector,
  scoreSlack,
  wordsOfColumns,
} from '../../../../stores/vectors/qdrant/word-vectors.ts';
import { createTermReader } from '../../../../stores/vectors/terms.ts';

const term = fc.constantFrom('a', 'b', 'c', 'd');
const column = fc.array(term, { maxLength: 200 });
const columns = fc.record({ title: column, headings: column, text: column });

/** In single precision, as Qdrant multiplies. */
function dot(left: SparseVector, right: SparseVector): number {
  return left.indices.reduce((sum, index, at) => {
    const other = right.values[right.indices.indexOf(index)] ?? 0;
    return Math.fround(sum + Math.fround(Math.fround(left.values[at] ?? 0) * Math.fround(other)));
  }, 0);
}

test('what Qdrant multiplies is never too low, whatever the average length is', () => {
  fc.assert(
    fc.property(
      columns,
      fc.array(fc.tuple(term, fc.integer({ min: 0, max: 90 })), { minLength: 1, maxLength: 6 }),
      fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      (passage, asked, averageLength) => {
        const counts = countWords(wordsOfColumns(passage));
        const terms = asked.map(([name]) => name);
        const rarities = asked.map(([, holding]) => rarityOf(holding, 90));
        const guess = dot(questionVector(terms, rarities), chunkVector(counts));
        expect(bm25(counts, { terms, rarities, averageLength })).toBeLessThanOrEqual(
          guess * scoreSlack(averageLength),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('words are counted as they were written, by column', () => {
  const words = wordsOfColumns({ title: ['a', 'b'], headings: [], text: ['a', 'c'] });
  expect(countWords(words)).toEqual({
    frequencies: new Map([
      ['a', 4],
      ['b', 3],
      ['c', 1],
    ]),
    length: 4,
  });
  expect(countWords(words, new Set(['c']))).toEqual({ frequencies: new Map([['c', 1]]), length: 4 });
  expect(countWords(wordsOfColumns({ title: [], headings: [], text: [] })).length).toBe(0);
});

test('the parts of a length add up to it', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (length) => {
      const parts = lengthParts(length);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(length);
      expect(new Set(parts).size).toBe(parts.length);
    }),
  );
});

test('text is cut into terms without accents, case and endings, each text apart', () => {
  const reader = createTermReader();
  const text = (title: string, body: string) => ({ title, headings: '', text: body });
  for (let round = 0; round < 2; round++)
    expect(
      reader.termsOf([text('Cafés', 'the ENGINEERS engineered'), text('', ''), text('x', 'x\ny')]),
    ).toEqual([
      { title: ['cafe'], headings: [], text: ['the', 'engin', 'engin'] },
      { title: [], headings: [], text: [] },
      { title: ['x'], headings: [], text: ['x', 'y'] },
    ]);
});

test('no term looks like the end of a column, or has a space in it', () => {
  const reader = createTermReader();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const [read] = reader.termsOf([{ title: '', headings: '', text }]);
      for (const one of read?.text ?? []) expect(one).toMatch(/^[^\s|]+$/);
    }),
  );
});
