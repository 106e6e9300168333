import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../../../platform/errors.ts';
import { MEDIA_TYPES, type MediaType, parse } from '../../../text/parser.ts';
import { DOCX, expectExact, toBytes } from './harness.ts';

const TYPES = Object.keys(MEDIA_TYPES) as readonly MediaType[];

/** Pieces that mean something to a parser, put together without sense. */
const PIECES: Readonly<Record<MediaType, readonly string[]>> = {
  'text/markdown': [
    ...[
      '# A',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '  ',
      '    ',
      '```',
      '`',
      '|',
      '|---|',
      '> ',
      '*',
      '**',
      '_',
      '[',
      '](',
    ],
    ...[
      ')',
      '![',
      '<b>',
      '</b>',
      '<!--',
      '-->',
      '---\n',
      'a: b\n',
      '[^1]',
      '[^1]: ',
      '&amp;',
      '\\',
      '===',
      '😀',
    ],
  ],
  'text/plain': [
    '\n',
    ' ',
    '\t',
    'word',
    '. ',
    '。',
    '\u0301',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    'x'.repeat(3_000),
    '\r\n',
    '\ufeff',
  ],
  'text/html': [
    ...['<p>', '</p>', '<h1>', '</h1>', '<h2>', '<ul>', '<ol>', '<li>', '</ul>', '<table>', '<tr>', '<td>'],
    ...[
      '</table>',
      '<pre>',
      '</pre>',
      '<br>',
      '<script>',
      '</script>',
      '<nav>',
      '</nav>',
      '<title>',
      '</title>',
    ],
    ...[
      '&',
      '&#0;',
      '&#xD83D;',
      '<',
      '<!--',
      'a',
      ' ',
      '\n',
      '😀',
      '<div hidden>',
      '</div>',
      '<article>',
      '<footer>',
    ],
  ],
  'application/pdf': [
    ...[
      '1 0 obj',
      '<<',
      '>>',
      '/Filter',
      '/FlateDecode',
      '/Length 9',
      'stream\n',
      'endstream',
      'endobj',
      'xref',
    ],
    ...[
      'trailer',
      '/Root 1 0 R',
      '/Type /Catalog',
      '/Pages 1 0 R',
      '/Kids [1 0 R]',
      '%%EOF',
      '\n',
      ' ',
      '(a) Tj',
    ],
  ],
  [DOCX]: ['PK\u0003\u0004', 'PK\u0001\u0002', 'word/document.xml', '\u0000\u0000', '<w:p>', 'a'],
  'application/json': [
    '{',
    '}',
    '[',
    ']',
    '"a"',
    ':',
    ',',
    '1',
    '12345678901234567890',
    'null',
    '"\\ud800"',
    ' ',
  ],
  'application/jsonl': ['{"a":1}', '\n', '[1]', '"b"', '{', '}', '\r\n', '{"a":{"b":"\\u0000"}}', ' '],
  'text/csv': ['a', ',', ';', '\t', '|', '"', '""', '\n', '\r\n', ' ', 'sep=;', '5" x', '\ufeff', '😀'],
};

const START: Partial<Record<MediaType, string>> = {
  'application/pdf': '%PDF-1.7\n',
  [DOCX]: 'PK\u0003\u0004',
};

const contentOf = (type: MediaType) => {
  const start = Buffer.from(START[type] ?? '', 'latin1');
  const pieces = fc
    .array(fc.constantFrom(...PIECES[type]), { maxLength: 80 })
    .map((all) => toBytes(all.join('')));
  const bytes = fc.uint8Array({ maxLength: 200 });
  return fc
    .oneof(
      { weight: 5, arbitrary: pieces },
      { weight: 1, arbitrary: bytes },
      {
        weight: 1,
        arbitrary: fc.tuple(pieces, bytes).map(([left, right]) => Buffer.concat([left, right])),
      },
    )
    .map((rest) => Buffer.concat([start, rest]));
};

test.each(TYPES)(
  'any bytes as %s give a text with exact offsets, or a problem of the client',
  async (type) => {
    const runs = type === 'application/pdf' || type === DOCX ? 100 : 500;
    await fc.assert(
      fc.asyncProperty(contentOf(type), async (bytes) => {
        try {
          expectExact(await parse(bytes, type));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(error.status).toBeGreaterThanOrEqual(400);
          expect(error.status).toBeLessThan(500);
          expect(error.message).toMatch(/\. [A-Z]\w+|, or give/);
        }
      }),
      { numRuns: runs },
    );
  },
);
