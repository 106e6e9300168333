/**
 * What costs a careless parser the square of its size, or its stack. Each of these takes a second or two where work
 * grows with the content, and minutes to hours where it does not: the runner's time limit tells them apart.
 */

import { expect, test } from 'vitest';
import { chunkText } from '../../../text/chunker.ts';
import { type MediaType, parse } from '../../../text/parser.ts';
import { refusal, toBytes } from './harness.ts';

const times = (count: number, piece: string) => piece.repeat(count);

const ENDLESS: readonly (readonly [name: string, type: MediaType, content: () => string])[] = [
  ['brackets', 'text/markdown', () => times(60_000, '[')],
  ['images that never end', 'text/markdown', () => times(40_000, '![')],
  ['footnotes that never end', 'text/markdown', () => times(40_000, '[^')],
  ['emphasis that never ends', 'text/markdown', () => times(60_000, '*a_ ')],
  [
    'code of all lengths',
    'text/markdown',
    () => Array.from({ length: 500 }, (_, at) => times(at, '`')).join(' '),
  ],
  ['comments that never end', 'text/markdown', () => times(40_000, 'a <!--')],
  ['sections of CDATA that never end', 'text/markdown', () => times(10_000, 'a <![CDATA[')],
  ['front matter that never ends', 'text/markdown', () => `---\na: ${times(100_000, 'x\n')}`],
  [
    'a table much wider than its rows',
    'text/markdown',
    () => `${times(2_000, '|a')}\n${times(2_000, '|-')}\n${times(10_000, '|x\n')}`,
  ],
  ['items', 'text/markdown', () => times(50_000, '- a\n')],
  ['blank pieces on one line', 'text/html', () => `<ul>${times(500_000, ' <hr>')}<li>x</ul>`],
  [
    'closing tags without opening ones',
    'text/html',
    () => `${times(1_000, '<div>')}x${times(300_000, '</q>')}`,
  ],
  ['paragraphs that never end', 'text/html', () => `${times(300_000, '<p>')}x`],
  ['comments that never end', 'text/html', () => times(300_000, 'x<!--')],
  [
    'attributes',
    'text/html',
    () => `<a ${Array.from({ length: 100_000 }, (_, at) => `a${at}`).join(' ')}>x</a>`,
  ],
  ['quotes in fields', 'text/csv', () => `a,b\n${times(100_000, 'x"y,z\n')}`],
  ['columns of one name', 'text/csv', () => `${times(100_000, 'a,')}\n${times(100_000, '1,')}`],
  ['white space', 'text/csv', () => `a,b\n${times(3_000_000, ' ')}x,1`],
  ['blank lines', 'text/plain', () => `a${times(1_000_000, '\n  ')}b`],
  ['full stops', 'text/plain', () => times(2_000_000, '.')],
  ['abbreviations', 'text/plain', () => times(400_000, 'e.g. ')],
  ['marks on one letter', 'text/plain', () => `a${times(1_000_000, '\u0301')}`],
  ['flags without a space', 'text/plain', () => times(200_000, '🇩🇪')],
  ['one line of 10 MB', 'text/plain', () => times(10_000_000, 'w')],
  ['one line of 10 MB', 'text/markdown', () => times(2_000_000, 'word ')],
  ['one line of 10 MB', 'text/html', () => times(2_000_000, 'word ')],
];

test.each(ENDLESS)('%s (%s) take no more work than they are long', async (_, type, content) => {
  const parsed = await parse(toBytes(content()), type);
  for (const { start, end, text } of chunkText(parsed)) {
    if (parsed.text.slice(start, end) !== text) expect.fail(`the chunk at ${start} is not what stands there`);
    if (!text.isWellFormed()) expect.fail(`half a character in the chunk at ${start}`);
  }
});

test('a record whose long path would stand before many values is refused before it unfolds', async () => {
  const record = JSON.stringify({ [times(1_000_000, 'k')]: Array.from({ length: 1_000 }, () => 1) });
  expect(await refusal(record, 'application/json')).toMatch(
    /PAYLOAD_TOO_LARGE: The document unfolds to more than 50000000 characters of text\. Split it/,
  );
});

test.each<MediaType>(['text/plain', 'text/markdown', 'text/html', 'text/csv', 'application/jsonl'])(
  'a NUL in %s is refused: it is another format, or UTF-16 without a byte order mark',
  async (type) => {
    expect(await refusal(Buffer.from('a,b\nc', 'utf16le'), type)).toMatch(
      /UNPROCESSABLE_DOCUMENT: The content has a NUL at character 1, so it is no text\. Save it as UTF-8/,
    );
  },
);

test.each<MediaType>(['text/plain', 'text/markdown', 'text/html', 'text/csv', 'application/json'])(
  'a wrong byte in %s is refused, saying where',
  async (type) => {
    const bytes = Buffer.concat([Buffer.from('äb'), Buffer.from([0xc3, 0x28])]);
    expect(await refusal(bytes, type)).toMatch(
      /not valid UTF-8: the first wrong byte is at [34]\. Save it as UTF-8/,
    );
  },
);

test.each([
  ['little', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['big', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
])('UTF-16, %s end first, is read; half of it is refused', async (_, encode) => {
  expect((await parse(encode('Grüße 😀'), 'text/plain')).text).toBe('Grüße 😀');
  expect(await refusal(encode('a\ud83d'), 'text/plain')).toMatch(
    /not valid UTF-16[LB]E: the first wrong byte is at/,
  );
  expect(await refusal(encode('ab').subarray(0, -1), 'text/plain')).toMatch(/not valid UTF-16[LB]E/);
});
