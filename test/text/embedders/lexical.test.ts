import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLexicalEmbedder } from '../../../text/embedders/lexical.ts';

const embedder = createLexicalEmbedder();

async function embed(text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], 'passage');
  return vector ?? new Float32Array();
}

async function cosine(left: string, right: string): Promise<number> {
  const [one, other] = [await embed(left), await embed(right)];
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

describe('the lexical embedder', () => {
  test('gives one unit vector of 256 dimensions for any text, always the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        const vector = await embed(text);
        expect(vector).toHaveLength(256);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        expect(await embed(text)).toEqual(vector);
      }),
    );
  });

  test('keeps the vectors that indexes were filled with', async () => {
    const { fingerprint } = await embedder.open();
    const vector = await embed('Leonhard Euler solved the seven bridges of Königsberg');
    const axes = [...vector.keys()].sort((a, b) => Math.abs(vector[b] ?? 0) - Math.abs(vector[a] ?? 0));
    // Other vectors need another fingerprint, so that filled indexes are not mixed with them.
    expect([fingerprint, axes.slice(0, 5)]).toEqual(['lexical-v1', [48, 221, 234, 5, 17]]);
  });

  test('finds spellings of one word near each other, and unrelated words not', async () => {
    expect(await cosine('mathematician', 'mathematicians')).toBeGreaterThan(0.5);
    expect(await cosine('Königsberg', 'Konigsburg')).toBeGreaterThan(0.2);
    expect(await cosine('CAFÉ', 'cafe')).toBeCloseTo(1, 5);
    expect(Math.abs(await cosine('mathematician', 'dolphin'))).toBeLessThan(0.2);
  });

  test('ranks the passage that shares more of a question’s words higher', async () => {
    const question = 'Who solved the problem of the seven bridges?';
    const near = await cosine(question, 'Euler solved the problem of the seven bridges of Königsberg.');
    const far = await cosine(question, 'Tommy Flowers built Colossus for Bletchley Park.');
    expect(near).toBeGreaterThan(far + 0.3);
  });

  test('hears what a text is about, not the words that every text has', async () => {
    expect(await cosine('Who was the teacher of Euler?', 'teacher Euler')).toBeCloseTo(1, 5);
    expect(await cosine('Who was it?', 'Who was he?')).toBeGreaterThan(0.3);
  });

  test('counts a word said ten times as less than ten words', async () => {
    const repeated = await cosine(`bridge ${'river '.repeat(10)}`, 'bridge');
    expect(repeated).toBeGreaterThan(0.2);
  });

  test('reads only the beginning of a text without end', async () => {
    const start = 'word '.repeat(2_000);
    expect(await embed(start + 'other '.repeat(1_000_000))).toEqual(await embed(start));
  });
});
