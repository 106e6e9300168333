import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MediaType } from '../../text/parser.ts';
import { type ReadRecord, readRecords } from '../../text/records.ts';

const JSONL = 'application/jsonl';
const CSV = 'text/csv';

async function* stream(content: Uint8Array | string, pieceBytes = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function records(mediaType: MediaType, content: Uint8Array | string, pieceBytes?: number) {
  const read: ReadRecord[] = [];
  for await (const record of readRecords(mediaType, stream(content, pieceBytes))) read.push(record);
  return read;
}

/** Each record as `line: content`, or `line! problem`. */
const outline = async (mediaType: MediaType, content: Uint8Array | string) =>
  (await records(mediaType, content)).map(outlineOf);

const outlineOf = (record: ReadRecord) =>
  'problem' in record
    ? `${record.line}! ${record.problem.code}: ${record.problem.message}`
    : `${record.line}: ${record.input.content}`;

describe('records of JSON lines', () => {
  test('say key, title, content, type, metadata and knowledge', async () => {
    const knowledge = { triples: [{ subject: 'a', predicate: 'b', object: 'c' }] };
    const line = JSON.stringify({
      id: 7,
      name: 'N',
      text: '*x*',
      mediaType: 'text/markdown',
      year: 1815,
      metadata: { tag: 't' },
      knowledge,
    });
    expect(await records(JSONL, line)).toEqual([
      {
        index: 0,
        line: 1,
        input: {
          key: '7',
          title: 'N',
          content: '*x*',
          mediaType: 'text/markdown',
          metadata: { year: 1815, tag: 't' },
          knowledge: { entities: [], ...knowledge },
        },
      },
    ]);
  });

  test('that are broken fail alone, in their places, saying what to do', async () => {
    const content = Buffer.concat([
      Buffer.from(
        '\ufeff{"text":"one"}\r\n\n{"text":\n[1]\n{"a":" "}\n{"text":""}\n{"text":"\\u00fc","mediaType":"image/png"}\n',
      ),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from('{"text":"k","knowledge":{"triples":[{}]}}\n{"text":"last"}'),
    ]);
    expect(await outline(JSONL, content)).toEqual([
      '1: one',
      expect.stringMatching(/^3! UNPROCESSABLE_DOCUMENT: Line 3 is not valid JSON: .*\. Correct it/),
      expect.stringMatching(/^4! UNPROCESSABLE_DOCUMENT: The record on line 4 is not an object\. Give/),
      expect.stringMatching(
        /^5! UNPROCESSABLE_DOCUMENT: The record on line 5 has no text\. Give it in "content"/,
      ),
      expect.stringMatching(/^6! UNPROCESSABLE_DOCUMENT: The record on line 6 has no text\. Give/),
      expect.stringMatching(/^7! UNSUPPORTED_MEDIA_TYPE: .*Supported are/),
      expect.stringMatching(
        /^8! UNPROCESSABLE_DOCUMENT: Line 8: .*first wrong byte is at 1\. Save it as UTF-8/,
      ),
      expect.stringMatching(/^9! UNPROCESSABLE_DOCUMENT: .*correct triples\.0\.subject/),
      '10: last',
    ]);
  });

  test('that are too long or nest too deep fail alone', async () => {
    const deep = `{"text":"x","a":${'['.repeat(200)}${']'.repeat(200)}}`;
    const long = `{"text":"${'x'.repeat(10_000_000)}"}`;
    const all = await records(JSONL, `${deep}\n${long}\n{"text":"last"}\n`, 50_000);
    expect(all.map(outlineOf)).toEqual([
      expect.stringMatching(/^1! UNPROCESSABLE_DOCUMENT: .*nests deeper than 100 levels\. Flatten it/),
      expect.stringMatching(/^2! PAYLOAD_TOO_LARGE: Line 2 is longer than 8000000 bytes\. .*split it/),
      '3: last',
    ]);
  });

  test('without a field of their own for the text are rendered whole', async () => {
    expect(await outline(JSONL, '{"b":1,"a":{"c":"x"}}')).toEqual(['1: b: 1\na.c: x']);
  });

  test('are the same however the stream is cut, in UTF-8 and UTF-16', async () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== ''),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom<BufferEncoding>('utf8', 'utf16le'),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (given, pieceBytes, encoding, lineEnd) => {
          const lines = given.map((text) => JSON.stringify({ text }).replaceAll('\u0085', '\\u0085'));
          const content = Buffer.from(`\ufeff${lines.join(lineEnd)}`, encoding);
          const read = await records(JSONL, content, pieceBytes);
          expect(
            read.map((record) => ('input' in record ? record.input.content : record.problem.message)),
          ).toEqual(given.map((text) => text.toWellFormed()));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('in broken UTF-16 end with a problem of the client', async () => {
    const content = Buffer.concat([
      Buffer.from('\ufeff{"text":"a"}\n', 'utf16le'),
      Buffer.from([0x00, 0xd8]),
    ]);
    await expect(records(JSONL, content)).rejects.toMatchObject({
      code: 'UNPROCESSABLE_DOCUMENT',
      message: expect.stringMatching(/not valid UTF-16LE\. Save it as UTF-8/),
    });
  });
});

describe('records of CSV', () => {
  test('are rows, by the names in the header, with their last lines', async () => {
    const content = '\nid;title;text;year\n1;One;"first;\nrow";1815\n\n2;Two;second;\n';
    expect(await records(CSV, content)).toMatchObject([
      {
        index: 0,
        line: 4,
        input: { key: '1', title: 'One', content: 'first;\nrow', metadata: { year: '1815' } },
      },
      { index: 1, line: 6, input: { key: '2', title: 'Two', content: 'second', metadata: {} } },
    ]);
  });

  test('that are broken fail alone, and take no row along', async () => {
    const content = 'text,b\none,1\ntwo,"open\nthree,3\nfour,"a"x\nfive,5" pipe\nsix,6\n';
    const read = await outline(CSV, content);
    expect(read.filter((line) => !line.includes('!'))).toEqual(['2: one', '4: three', '6: five', '7: six']);
    expect(read.filter((line) => line.includes('!'))).toEqual([
      expect.stringMatching(
        /^3! UNPROCESSABLE_DOCUMENT: The row on line 3 is not valid CSV: .*\. Close every quote/,
      ),
      expect.stringMatching(/^5! UNPROCESSABLE_DOCUMENT: The row on line 5 is not valid CSV/),
    ]);
  });

  test('end where old Macs end them', async () => {
    expect(await outline(CSV, 'text,b\rone,1\rtwo,2\r')).toEqual(['2: one', '3: two']);
  });

  test('below a header that cannot be read are refused together', async () => {
    await expect(records(CSV, '"text,b\none,1\n')).rejects.toMatchObject({
      code: 'UNPROCESSABLE_DOCUMENT',
      message: expect.stringMatching(/The header on line 1 is not valid CSV: .*Close every quote/),
    });
  });

  test('are the same as written, whatever they hold and however the stream is cut', async () => {
    const field = fc
      .array(fc.constantFrom('a', '"', ',', '\n', ' b', '😀', ';'), { minLength: 1, maxLength: 6 })
      .map((parts) => `x${parts.join('')}x`);
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 10 });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (given, pieceBytes) => {
        const content = ['text,b', ...given.map(([text, b]) => `${quote(text)},${quote(b)}`)].join('\r\n');
        const read = await records(CSV, content, pieceBytes);
        expect(
          read.map((record) => 'input' in record && [record.input.content, record.input.metadata['b']]),
        ).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });
});

test('memory stays that of the longest record, however long the stream and however small its pieces', async () => {
  const line = Buffer.from(`${JSON.stringify({ text: 'x'.repeat(1_000) })}\n`);
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 60_000; at++) yield line;
    for (let at = 0; at < 1_000_000; at++) yield Buffer.from('y');
  }
  let read = 0;
  let most = 0;
  for await (const _ of readRecords(JSONL, endless())) {
    read += 1;
    if (read % 1_000 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  expect(read).toBe(60_001);
  expect(most).toBeLessThan(50_000_000);
});
