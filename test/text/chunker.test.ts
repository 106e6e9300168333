import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkText } from '../../text/chunker.ts';
import { parseMarkdown } from '../../text/parsers/markdown.ts';
import { parsePlain } from '../../text/parsers/plain.ts';

const OPTIONS = { targetChars: 60, maxChars: 100 };
const withoutSpace = (text: string) => text.replaceAll(/\s/gu, '');

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'graph',
    'Königsberg',
    '東京都',
    '👩‍👩‍👧‍👦',
    'e.g.',
    '“quoted”',
    'x'.repeat(130),
    '👩‍👩‍👧‍👦'.repeat(20),
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
const text = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '. ', '\n', '\n\n', '\t', '! ')), { maxLength: 60 })
  .map((parts) => parts.flat().join(''));

describe('chunks', () => {
  test('are in order, do not overlap, fit, and leave out nothing but white space', () => {
    fc.assert(
      fc.property(text, (source) => {
        const parsed = parsePlain(source);
        const chunks = chunkText(parsed, OPTIONS);
        let end = 0;
        for (const [at, chunk] of chunks.entries()) {
          expect(chunk.index).toBe(at);
          expect(chunk.start).toBeGreaterThanOrEqual(end);
          expect(chunk.end - chunk.start).toBeLessThanOrEqual(OPTIONS.maxChars);
          expect(chunk.text).toBe(source.slice(chunk.start, chunk.end));
          expect(chunk.text.isWellFormed() || !source.isWellFormed()).toBe(true);
          end = chunk.end;
        }
        expect(withoutSpace(chunks.map((chunk) => chunk.text).join(''))).toBe(withoutSpace(source));
      }),
      { numRuns: 300 },
    );
  });

  test('of a short document are one', () => {
    expect(chunkText(parseMarkdown('# A\n\none\n\n## B\n\ntwo'), OPTIONS)).toMatchObject([
      { text: 'A\n\none\n\nB\n\ntwo', headings: ['A'] },
    ]);
  });

  test('end where a section ends, and carry its headings', () => {
    const paragraph = 'Words of this section, forty characters.';
    const chunks = chunkText(
      parseMarkdown(`# A\n\n${paragraph}\n\n## B\n\n${paragraph}\n\n# C\n\n${paragraph}`),
      OPTIONS,
    );
    expect(chunks.map(({ text, headings }) => [text.split('\n')[0], headings])).toEqual([
      ['A', ['A']],
      ['B', ['A', 'B']],
      ['C', ['C']],
    ]);
  });

  test('of a long paragraph end at a sentence', () => {
    const sentences = Array.from({ length: 8 }, (_, at) => `Sentence number ${at} is here.`).join(' ');
    for (const chunk of chunkText(parsePlain(sentences), OPTIONS))
      expect(chunk.text).toMatch(/^Sentence.*\.$/);
  });

  test('of lists, tables and records end where a line does', () => {
    const items = Array.from({ length: 12 }, (_, at) => `- Item ${at}. It has two sentences.`);
    const chunks = chunkText(parseMarkdown(items.join('\n')), OPTIONS);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.flatMap(({ text }) => text.split('\n'))).toEqual(items);
  });

  test('cut a line that does not fit at its sentences, and a word that does not between two characters', () => {
    const long = `- ${'A sentence of an item. '.repeat(8)}`;
    for (const { text } of chunkText(parseMarkdown(`- short\n${long}\n- short`), OPTIONS))
      expect(text).toMatch(/\.$|- short$/);
    const flags = '🇩🇪🇫🇷'.repeat(40);
    for (const { text } of chunkText(parsePlain(flags), OPTIONS)) expect(text).toMatch(/^(?:🇩🇪|🇫🇷)+$/u);
  });

  test('are never a heading alone where text follows, however long the text is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (sections) => {
          const source = sections
            .map(
              ([level, words], at) =>
                `${'#'.repeat(level)} Head${at}\n\n${'some words here. '.repeat(words)}`,
            )
            .join('\n\n');
          for (const { text } of chunkText(parseMarkdown(source), OPTIONS))
            expect(text).not.toMatch(/^(?:Head\d+\s*)+$/);
        },
      ),
    );
  });

  test('stand under the innermost of the headings that they begin with', () => {
    const paragraph = 'Words of this section, forty characters.';
    const source = `# A\n\n## B\n\n${paragraph}\n\n${paragraph}\n\n## C\n\n${paragraph}`;
    expect(
      chunkText(parseMarkdown(source), OPTIONS).map(({ text, headings }) => [text.slice(0, 7), headings]),
    ).toEqual([
      ['A\n\nB\n\nW', ['A', 'B']],
      ['Words o', ['A', 'B']],
      ['C\n\nWord', ['A', 'C']],
    ]);
  });

  test('lie on one page each', () => {
    const text = 'one\n\ntwo';
    const block = { kind: 'prose', headings: [] } as const;
    const chunks = chunkText({
      text,
      title: null,
      blocks: [
        { ...block, start: 0, end: 3, page: 1 },
        { ...block, start: 5, end: 8, page: 2 },
      ],
    });
    expect(chunks.map((chunk) => [chunk.text, chunk.page])).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
  });
});
