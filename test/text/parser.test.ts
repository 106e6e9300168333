import { Document, HeadingLevel, Packer, Paragraph } from 'docx';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { chunkText } from '../../text/chunker.ts';
import { type MediaType, parse, readMediaType, sniffMediaType } from '../../text/parser.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Blocks as `heading > heading: text`. */
async function blocksOf(content: Uint8Array | string, mediaType: MediaType) {
  const parsed = await parse(typeof content === 'string' ? bytes(content) : content, mediaType);
  const blocks = parsed.blocks.map(({ start, end, headings, page }) => ({
    text: parsed.text.slice(start, end),
    headings: headings.join(' > '),
    page,
  }));
  return { title: parsed.title, blocks };
}

const texts = async (content: Uint8Array | string, mediaType: MediaType) =>
  (await blocksOf(content, mediaType)).blocks.map((block) => block.text);

async function pdfOf(...pages: readonly string[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  for (const text of pages) pdf.addPage().drawText(text);
  return pdf.save();
}

const refusal = (content: Uint8Array | string, mediaType: MediaType) =>
  parse(typeof content === 'string' ? bytes(content) : content, mediaType).then(
    () => 'accepted',
    (problem) => `${problem.code}: ${problem.message}`,
  );

describe('Markdown', () => {
  test('becomes the text that a reader sees, under its headings', async () => {
    const source =
      '---\ntags: [a]\n---\n# Title\n\nSome *bold* [link](http://x).\n\n## Part\n\n- one\n- two\n  1. inner\n\n```\ncode <b>\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n';
    expect(await blocksOf(source, 'text/markdown')).toEqual({
      title: 'Title',
      blocks: [
        { text: 'Title', headings: 'Title', page: null },
        { text: 'Some bold link.', headings: 'Title', page: null },
        { text: 'Part', headings: 'Title > Part', page: null },
        { text: '- one\n- two\n  1. inner', headings: 'Title > Part', page: null },
        { text: 'code <b>', headings: 'Title > Part', page: null },
        { text: 'a | b\n1 | 2', headings: 'Title > Part', page: null },
        { text: 'quoted', headings: 'Title > Part', page: null },
      ],
    });
  });
});

describe('plain text', () => {
  test('stays as it is, in paragraphs', async () => {
    const { text } = await parse(bytes('one\ntwo\r\n\r\n  three  \n\n\n'), 'text/plain');
    expect(text).toBe('one\ntwo\n\n  three  \n\n\n');
    expect(await texts('one\ntwo\r\n\r\n  three  \n\n\n', 'text/plain')).toEqual(['one\ntwo', 'three']);
  });

  test('is read as UTF-16 where a byte order mark says so', async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...Buffer.from('Grüße', 'utf16le')]);
    expect(await texts(utf16, 'text/plain')).toEqual(['Grüße']);
  });

  test('with a wrong byte is refused, saying where', async () => {
    expect(await refusal(Uint8Array.from([...bytes('ab'), 0xff, 0x41]), 'text/plain')).toMatch(
      /UNPROCESSABLE_DOCUMENT: .*UTF-8: the first wrong byte is at 2/,
    );
  });
});

describe('HTML', () => {
  test('becomes its visible text, without scripts and navigation', async () => {
    const source =
      '<html><head><title> The  Title </title><script>evil()</script></head><body><nav>menu</nav><h1>Head</h1>lead <b>in</b><p>one&amp;two<br>three</p><ul><li>a<li>b</ul><table><tr><th>x<td>y</table><div><h2>Sub</h2><p>deep</p></div></body></html>';
    expect(await blocksOf(source, 'text/html')).toEqual({
      title: 'The Title',
      blocks: [
        { text: 'Head', headings: 'Head', page: null },
        { text: 'lead in', headings: 'Head', page: null },
        { text: 'one&two\nthree', headings: 'Head', page: null },
        { text: '- a\n- b', headings: 'Head', page: null },
        { text: 'x | y', headings: 'Head', page: null },
        { text: 'Sub', headings: 'Head > Sub', page: null },
        { text: 'deep', headings: 'Head > Sub', page: null },
      ],
    });
  });

  test('nested a thousand deep is read, a hundred thousand deep refused', async () => {
    const nested = (depth: number) => `${'<div>'.repeat(depth)}deep${'</div>'.repeat(depth)}`;
    expect(await texts(nested(1_000), 'text/html')).toEqual(['deep']);
    expect(await refusal(nested(100_000), 'text/html')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The HTML nests deeper than 1000/,
    );
  });
});

describe('PDF', () => {
  test('becomes the text of its pages, with their numbers', async () => {
    const { blocks } = await blocksOf(await pdfOf('First page.', 'Second page.'), 'application/pdf');
    expect(blocks).toEqual([
      { text: 'First page.', headings: '', page: 1 },
      { text: 'Second page.', headings: '', page: 2 },
    ]);
  });

  test('that is damaged is refused, saying what to do', async () => {
    expect(await refusal('%PDF-1.7 not really', 'application/pdf')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The PDF is damaged/,
    );
  });

  test('without a text layer is refused, naming OCR', async () => {
    const pdf = await PDFDocument.create();
    pdf.addPage();
    expect(await refusal(await pdf.save(), 'application/pdf')).toMatch(/holds no text.*OCR/);
  });
});

describe('DOCX', () => {
  test('becomes its paragraphs under its headings', async () => {
    const document = new Document({
      sections: [
        {
          children: [
            new Paragraph({ text: 'Head', heading: HeadingLevel.HEADING_1 }),
            new Paragraph('Body text.'),
          ],
        },
      ],
    });
    const { blocks } = await blocksOf(new Uint8Array(await Packer.toBuffer(document)), DOCX);
    expect(blocks).toEqual([
      { text: 'Head', headings: 'Head', page: null },
      { text: 'Body text.', headings: 'Head', page: null },
    ]);
  });

  test('that is damaged is refused, saying what to do', async () => {
    expect(await refusal('PK\u0003\u0004 broken', DOCX)).toMatch(
      /UNPROCESSABLE_DOCUMENT: The DOCX is damaged/,
    );
  });
});

describe('JSON, JSON lines and CSV', () => {
  test('become lines of path and value, a block for each record', async () => {
    expect(await texts('{"title":"T","a":{"b":[1,true,null]}}', 'application/json')).toEqual([
      'title: T\na.b: 1\na.b: true',
    ]);
    expect(await texts('{"a":1}\n\n{"b":"x"}', 'application/jsonl')).toEqual(['a: 1', 'b: x']);
    expect(await texts('name;age\nAda;36\n', 'text/csv')).toEqual(['name: Ada\nage: 36']);
  });

  test('that are broken are refused, saying where', async () => {
    expect(await refusal('{"a":', 'application/json')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The content is not valid JSON/,
    );
    expect(await refusal('{"a":1}\n{', 'application/jsonl')).toMatch(/Line 2 is not valid JSON/);
    expect(await refusal('a,b\n"open', 'text/csv')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The content is not valid CSV: Quote Not Closed\. Close every quote/,
    );
    expect(await refusal(`${'['.repeat(200)}1${']'.repeat(200)}`, 'application/json')).toMatch(
      /nests deeper than 100/,
    );
  });
});

describe('any document', () => {
  test.each<MediaType>(['text/plain', 'text/markdown', 'text/html', 'application/json', 'text/csv'])(
    'of type %s without text is refused',
    async (mediaType) => {
      expect(await refusal(mediaType === 'application/json' ? 'null' : '  \n ', mediaType)).toMatch(
        /holds no text/,
      );
    },
  );

  test('whose bytes contradict its type is refused', async () => {
    expect(await refusal(await pdfOf('x'), 'text/plain')).toMatch(
      /says text\/plain, but the content looks like application\/pdf/,
    );
    expect(await refusal('just text', 'application/pdf')).toMatch(
      /says application\/pdf, but the content does not look like it/,
    );
  });

  test('has its type read with parameters and synonyms, and guessed where it has none', async () => {
    expect(readMediaType('Text/HTML; charset=utf-8')).toBe('text/html');
    expect(readMediaType('application/x-ndjson')).toBe('application/jsonl');
    expect(() => readMediaType('image/png')).toThrow(
      /"image\/png" cannot be read. Supported are text\/markdown/,
    );
    expect(sniffMediaType(await pdfOf('x'))).toBe('application/pdf');
    expect(sniffMediaType(bytes('  <!DOCTYPE html><p>x'))).toBe('text/html');
    expect(sniffMediaType(bytes('x'))).toBe('text/plain');
  });

  test('gives chunks whose text is exactly at their offsets', async () => {
    const parsed = await parse(
      bytes(`# T\n\n${'A sentence about things. '.repeat(400)}\n\n## U\n\nshort`),
      'text/markdown',
    );
    const chunks = chunkText(parsed);
    expect(chunks.length).toBeGreaterThan(4);
    for (const { text, start, end } of chunks) expect(parsed.text.slice(start, end)).toBe(text);
  });
});
