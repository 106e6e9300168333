import { describe, expect, test } from 'vitest';
import { splitSentences } from '../../text/sentences.ts';

const sentences = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  test.each<[string, readonly string[]]>([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    [
      'Dr. Smith met Prof. J. R. R. Tolkien in St. Louis. He left.',
      ['Dr. Smith met Prof. J. R. R. Tolkien in St. Louis.', 'He left.'],
    ],
    [
      'It costs 3.50 dollars, e.g. in the U.S. today. Cheap.',
      ['It costs 3.50 dollars, e.g. in the U.S. today.', 'Cheap.'],
    ],
    ['He said “Go.” She went.', ['He said “Go.”', 'She went.']],
    ['Wait... what? Yes.', ['Wait... what?', 'Yes.']],
    ['A heading\n\nA paragraph', ['A heading', 'A paragraph']],
    ['これは文です。これも文です。', ['これは文です。', 'これも文です。']],
    ['Born c. 1200. Died 1250.', ['Born c. 1200.', 'Died 1250.']],
    ['   ', []],
    ['', []],
  ])('of %j', (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });
});
