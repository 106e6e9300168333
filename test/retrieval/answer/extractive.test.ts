import { describe, expect, test } from 'vitest';
import { createExtractiveGenerator } from '../../../retrieval/answer/extractive.ts';
import type { Passage } from '../../../stores/graph/statements/passages.ts';

const passage = (title: string, text: string, headings: readonly string[] = [title]): Passage => ({
  chunkId: `chunk of ${title}`,
  documentId: title,
  collectionId: 'c',
  title,
  text,
  headings,
});

const PASSAGES = [
  passage(
    'Mirelle Vasque',
    'Mirelle Vasque\n\nMirelle Vasque was a botanist who catalogued alpine mosses. Her tutor was Odo Brandt. She died in 1871.',
  ),
  passage(
    'Odo Brandt',
    'Odo Brandt\nOdo Brandt was a physician. He was born in Lindau in 1790 and kept a famous herbarium.',
  ),
  passage('Lindau', 'Lindau is a town on an island. Its lighthouse was built in 1856.'),
  passage('Press', 'The Alpine Gazette was edited by Hella Morn.'),
  passage('Notes', '# Harvest\n\nMosses are picked in autumn.', ['Harvest']),
];

const ask = async (question: string, passages: readonly Passage[] = PASSAGES) => {
  const { grounded, sentences } = await createExtractiveGenerator().generate(
    question,
    passages,
    new AbortController().signal,
  );
  return { grounded, text: sentences.map(({ text }) => text), sentences };
};

describe('an extractive answer', () => {
  test.each([
    ['Who catalogued alpine mosses?', ['Mirelle Vasque was a botanist who catalogued alpine mosses.']],
    ['When did Mirelle Vasque die?', ['She died in 1871.']],
    ['When was the lighthouse of Lindau built?', ['Its lighthouse was built in 1856.']],
    ['Who published the Alpine Gazette?', ['The Alpine Gazette was edited by Hella Morn.']],
    ['When are mosses picked?', ['Mosses are picked in autumn.']],
  ])('%s is one sentence, where one says it all', async (question, text) => {
    expect(await ask(question)).toMatchObject({ grounded: true, text });
  });

  test('goes from sentence to sentence by what the one before names', async () => {
    expect((await ask('Where was the tutor of Mirelle Vasque born?')).text).toEqual([
      'Her tutor was Odo Brandt.',
      'He was born in Lindau in 1790 and kept a famous herbarium.',
    ]);
  });

  test('never quotes whoever asks the same, as a page of examples does', async () => {
    const example = passage('Examples', 'npx trellis ask "Who catalogued alpine mosses?"');
    expect(await ask('Who catalogued alpine mosses?', [example])).toMatchObject({
      grounded: false,
      text: [],
    });
    expect((await ask('Who catalogued alpine mosses?', [example, ...PASSAGES])).text).toEqual([
      'Mirelle Vasque was a botanist who catalogued alpine mosses.',
    ]);
  });

  test('never quotes a heading, nor a heading with what follows it', async () => {
    for (const question of ['Mirelle Vasque', 'Odo Brandt', 'Harvest mosses', 'Who was Odo Brandt?']) {
      const { text } = await ask(question);
      expect(text.length).toBeGreaterThan(0);
      for (const sentence of text) {
        expect(sentence).not.toMatch(/^(#|Harvest|Mirelle Vasque Mirelle|Odo Brandt Odo)/);
        expect(sentence).toMatch(/\.$/);
      }
    }
  });

  test('cites what it quotes, letter by letter', async () => {
    const { sentences } = await ask('Where was the tutor of Mirelle Vasque born?');
    for (const { text, citations } of sentences) {
      expect(citations).toHaveLength(1);
      for (const { chunkId, start, end, quote } of citations) {
        expect(PASSAGES.find((one) => one.chunkId === chunkId)?.text.slice(start, end)).toBe(quote);
        expect(quote).toBe(text);
      }
    }
  });

  test.each([
    ['a name that no passage has', 'When did Napoleon die?'],
    ['a relation that no passage states', 'Who is the husband of Mirelle Vasque?'],
    ['words that fit by accident', 'What will the weather in Lindau be tomorrow?'],
    ['another work of the same kind', 'Who catalogued Harry Potter?'],
    ['names alone in small letters', 'who catalogued harry potter?'],
    ['nothing but question words', 'Who was it that did what?'],
  ])('is none for %s', async (_, question) => {
    expect(await ask(question)).toEqual({ grounded: false, text: [], sentences: [] });
  });

  test('is none where there is no passage', async () => {
    expect(await ask('Who catalogued alpine mosses?', [])).toMatchObject({ grounded: false, text: [] });
  });
});
