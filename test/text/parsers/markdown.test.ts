import { describe, expect, test } from 'vitest';
import { blocks, read, refusal, sections } from './harness.ts';

const markdown = (source: string) => blocks(source, 'text/markdown');

describe('Markdown', () => {
  test('has a section for each heading, under those of higher levels', async () => {
    const source = '# A\n\none\n\n### C\n\nthree\n\nB\n---\n\ntwo\n\n# D #\n\nfour';
    expect(await sections(source, 'text/markdown')).toEqual([
      'A: A',
      'A: one',
      'A > C: C',
      'A > C: three',
      'A > B: B',
      'A > B: two',
      'D: D',
      'D: four',
    ]);
  });

  test('loses its marks and keeps its words', async () => {
    expect(
      await markdown(
        '**bold** _it_ ~~gone~~ `code` [link](/a "t") ![picture](/b) <b>tag</b> &amp; \\* <https://c.example>',
      ),
    ).toEqual(['prose: bold it gone code link picture tag & * https://c.example']);
  });

  test('gives lists a line an item, indented, with their numbers and what stands inside', async () => {
    const source =
      '3. three\n4. four\n   goes on\n\n   second\n   - inner\n\n     ```\n     a  b\n     ```\n5. five';
    expect(await markdown(source)).toEqual([
      'lines: 3. three\n4. four goes on\n  second\n  - inner\na  b\n5. five',
    ]);
  });

  test('gives tables a line a row, and code its lines as they are', async () => {
    expect(await markdown('| a | b |\n|---|--:|\n| 1 \\| 2 | **3** |\n\n```js\n  x\n\n  y\n```')).toEqual([
      'lines: a | b\n1 | 2 | 3',
      'lines: x\n\n  y',
    ]);
  });

  test('reads HTML inside as HTML', async () => {
    expect(
      await markdown('<details><summary>More</summary>\n\ntext\n\n</details>\n\n<!-- gone -->\n\na<br>b'),
    ).toEqual(['prose: More', 'prose: text', 'prose: a\nb']);
  });

  test('has footnotes as paragraphs, and no trace of them in the sentence', async () => {
    expect(await markdown('It ends.[^1] It goes on. [^none]\n\n[^1]: The *note*.')).toEqual([
      'prose: It ends. It goes on. [^none]',
      'prose: The note.',
    ]);
  });

  test.each([
    ['---\ntitle: "Given: a title"\ntags: [a]\n---\n# Other\n', 'Given: a title', ['heading: Other']],
    ['---\n# comment\n\ntitle: Given\n...\ntext', 'Given', ['prose: text']],
    ['---\ntitle: >-\n  folded\n---\n# Head', 'Head', ['heading: Head']],
  ])('takes the title from front matter, which is no text: %j', async (source, title, expected) => {
    expect((await read(source, 'text/markdown')).title).toBe(title);
    expect(await markdown(source)).toEqual(expected);
  });

  test('loses no text between two rules at its top', async () => {
    expect(await markdown('---\n\nIntro, with words.\n\n---\n\nmore')).toEqual([
      'prose: Intro, with words.',
      'prose: more',
    ]);
  });

  test.each([
    ['lists', `${'- '.repeat(150)}a`],
    ['quotes', `${'>'.repeat(150)}a`],
  ])('nested too deep in %s is refused, and not read in part', async (_, source) => {
    expect(await refusal(source, 'text/markdown')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The Markdown nests deeper than 100 levels\. Flatten it/,
    );
  });
});
