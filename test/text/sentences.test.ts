import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitSentences } from '../../text/sentences.ts';

const sentences = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

/** `|` stands where one sentence ends and the next begins. */
const expectCuts = (marked: string) =>
  expect(sentences(marked.replaceAll('|', ' '))).toEqual(marked.split('|'));

describe('a sentence ends', () => {
  test.each([
    'One.|Two!|Three?',
    'He said “Go.”|She went.|“Stop!” he said.|“Why?” asked Ann.',
    'He returned (in May.)|Then he left.',
    'Wait... what?|Yes…|No?!|Fine.',
    'iPhone sales rose.|iPad sales fell.',
    '¿Dónde?|¡Aquí!|Vale.',
    'هذه جملة.|وهذه جملة أخرى؟|نعم!',
    'यह एक वाक्य है।|यह दूसरा है।',
    'Это предложение.|А. С. Пушкин родился в Москве.',
  ])('at its mark: %s', expectCuts);

  test.each([
    'He was born in the U.S.|He moved to the U.K. in 1990.',
    'It was 5 p.m.|The bell rang.',
    'It was sold by Acme Inc.|This was unexpected.',
    'The emperor was Charles I.|He reigned long.',
    'He saw no.|It was dark.',
  ])('behind an abbreviation where the next word begins one: %s', expectCuts);

  test('at a wide mark, without a space', () => {
    expect(sentences('これは文です。これも文です！「はい。」と言った。終わり。')).toEqual([
      'これは文です。',
      'これも文です！',
      '「はい。」と言った。',
      '終わり。',
    ]);
  });

  test('at a blank line and before a list item, whatever stands there', () => {
    expect(sentences('A heading\n\na paragraph.\n \nand another')).toEqual([
      'A heading',
      'a paragraph.',
      'and another',
    ]);
    expect(sentences('Of these:\n- one\n- two.\n1. three')).toEqual([
      'Of these:',
      '- one',
      '- two.',
      '1. three',
    ]);
  });
});

describe('a sentence goes on', () => {
  test.each([
    'Dr. Smith met Prof. J. R. R. Tolkien and C. S. Lewis in St. Louis.',
    'It costs 3.50 dollars, e.g. in the U.S. Army, No. 5, Op. 22, vol. IV, p. 12 (est. 1990).',
    'Born c. 1200 by Warner Bros. Pictures, Acme Inc. of Washington, D.C. and Martin Luther King Jr. himself.',
    'Prof. Dr. h.c. Müller kam z.B. am 3. Oktober nach Berlin.',
    'La Sra. García y M. Dupont viven en EE.UU. desde 1990.',
    'Smith et al. (2010) visited https://example.com/a.b?c=d twice.',
    '1. First item',
    'one line\nwrapped into two',
    'Died 594? – 651 perhaps',
  ])('%s', (text) => expect(sentences(text)).toEqual([text]));
});

describe('sentences', () => {
  test('of nothing are none', () => {
    expect(sentences('')).toEqual([]);
    expect(sentences(' \n\t ')).toEqual([]);
  });

  test('are in order, trimmed, and leave out nothing but white space', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '.',
        '!',
        '。',
        '」',
        '"',
        ' ',
        '\n',
        '\n\n',
        '- ',
        'Dr',
        'U.S',
        '1',
        'He',
        'x',
        '👩‍👩‍👧‍👦',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        let end = 0;
        for (const sentence of splitSentences(text)) {
          expect(sentence.start).toBeGreaterThanOrEqual(end);
          expect(text.slice(end, sentence.start).trim()).toBe('');
          expect(text.slice(sentence.start, sentence.end).trim()).toHaveLength(sentence.end - sentence.start);
          end = sentence.end;
        }
        expect(text.slice(end).trim()).toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test.each(['.', '."', '. ', '。', '\n', ' \n', '1. ', '- \n', 'A. '])(
    'are found in 1,000,000 characters of %j, where work that grows with their square would not end',
    (unit) => {
      const text = `${unit.repeat(1_000_000 / unit.length)}x`;
      const found = splitSentences(text);
      expect([found[0]?.start, found.at(-1)?.end]).toEqual([text.search(/\S/), text.length]);
    },
  );
});
