import { deflateSync } from 'node:zlib';
import { PDFDocument, rgb, StandardFonts } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { blocks, read, refusal, textOf } from './harness.ts';
import { nestedForms } from './nested-forms.ts';

type Line = readonly [text: string, y: number, size?: number, x?: number];

/** Pages of lines, each at its height above the foot. */
async function pdfOf(...pages: readonly (readonly Line[])[]): Promise<PDFDocument> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const lines of pages) {
    const page = pdf.addPage();
    for (const [text, y, size = 10, x = 50] of lines) page.drawText(text, { x, y, size, font });
  }
  return pdf;
}

const pdf = async (...pages: readonly (readonly Line[])[]) => (await pdfOf(...pages)).save();

/** A PDF of one object, a stream with these entries in its dictionary. */
const withStream = (dictionary: string, content: Uint8Array) =>
  Buffer.concat([
    Buffer.from(`%PDF-1.7\n1 0 obj\n<< ${dictionary} /Length ${content.length} >>\nstream\n`),
    content,
    Buffer.from('\nendstream\nendobj\n'),
  ]);

describe('PDF', () => {
  test('puts lines back into paragraphs, and parted words together', async () => {
    const file = await pdf([
      ['The first paragraph goes', 700],
      ['on over two lines with a hyphen-', 688],
      ['ated word.', 676],
      ['The second stands apart.', 650],
      ['It has two lines.', 638],
      ['• A bullet', 626],
      ['2. A number', 614],
    ]);
    expect(await blocks(file, 'application/pdf')).toEqual([
      'prose: The first paragraph goes on over two lines with a hyphenated word.',
      'prose: The second stands apart. It has two lines.',
      'prose: • A bullet',
      'prose: 2. A number',
    ]);
  });

  test('has headings where lines are larger than the text, and pages where they lie', async () => {
    const body = 'Words of the body of this text, in its usual size, and enough of them to be it.';
    const parsed = await read(
      await pdf(
        [
          ['Title', 700, 24],
          ['Part', 660, 16],
          [body, 630],
        ],
        [
          ['Other part', 700, 16],
          [body, 670],
        ],
      ),
      'application/pdf',
    );
    expect(
      parsed.blocks.map((block) => [block.kind, textOf(parsed, block), block.headings, block.page]),
    ).toEqual([
      ['heading', 'Title', ['Title'], 1],
      ['heading', 'Part', ['Title', 'Part'], 1],
      ['prose', body, ['Title', 'Part'], 1],
      ['heading', 'Other part', ['Title', 'Other part'], 2],
      ['prose', body, ['Title', 'Other part'], 2],
    ]);
    expect(parsed.title).toBe('Title');
  });

  test.each([
    ['A real title', 'A real title'],
    ['Microsoft Word - Letter', 'Letter'],
    ['untitled', null],
    ['scan0001.pdf', null],
  ])('called "%s" in its metadata has the title %s', async (given, title) => {
    const document = await pdfOf([['text', 700]]);
    document.setTitle(given);
    expect((await read(await document.save(), 'application/pdf')).title).toBe(title);
  });

  test('of pictures only is refused, naming OCR', async () => {
    const document = await pdfOf([]);
    document.getPage(0).drawRectangle({ x: 0, y: 0, width: 500, height: 500, color: rgb(0, 0, 0) });
    expect(await refusal(await document.save(), 'application/pdf')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The PDF holds no text.*OCR first, then send it again/,
    );
  });

  test('that asks for a password is refused, saying what to do', async () => {
    const document = await pdfOf([['secret', 700]]);
    const { context } = document;
    context.trailerInfo.Encrypt = context.register(
      context.obj({
        Filter: 'Standard',
        V: 2,
        R: 3,
        Length: 128,
        P: -44,
        O: context.obj([]),
        U: context.obj([]),
      }),
    );
    const saved = Buffer.from(await document.save({ useObjectStreams: false })).toString('latin1');
    const hash = `<${'61'.repeat(32)}>`;
    const encrypted = saved
      .replace(/\/O \[ *\]/, `/O ${hash}`)
      .replace(/\/U \[ *\]/, `/U ${hash}`)
      .replace(/trailer\s*<</, `trailer\n<< /ID [${hash} ${hash}]`);
    expect(await refusal(Buffer.from(encrypted, 'latin1'), 'application/pdf')).toBe(
      'UNPROCESSABLE_DOCUMENT: The PDF is encrypted. Save it without a password, then send it again.',
    );
  });

  test('that is cut off is read as far as it goes, or refused, saying what to do', async () => {
    const whole = await pdf([['text', 700]]);
    for (const share of [0.2, 0.5, 0.8]) {
      const outcome = await refusal(whole.subarray(0, whole.length * share), 'application/pdf');
      expect(outcome).toMatch(/^accepted|The PDF (?:is damaged\. Open and save it anew|holds no text)/);
    }
    expect(await refusal('%PDF-1.7 not really', 'application/pdf')).toMatch(
      /UNPROCESSABLE_DOCUMENT: The PDF is damaged\. Open and save it anew/,
    );
  });

  const bomb = deflateSync(Buffer.alloc(80_000_000), { level: 9 });
  const ascii85 = (bytes: Buffer) => {
    const digits = (value: number) =>
      [4, 3, 2, 1, 0].map((at) => String.fromCharCode(33 + (Math.floor(value / 85 ** at) % 85))).join('');
    const padded = Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
    const groups = Array.from({ length: padded.length / 4 }, (_, at) => digits(padded.readUInt32BE(at * 4)));
    return Buffer.from(`${groups.join('')}~>`);
  };
  /** Clear, then code 0, then the code that is just being made, over and over: each is one byte longer. */
  const lzwBomb = () => {
    const bits: string[] = [];
    for (let round = 0; round < 10; round++) {
      bits.push((256).toString(2).padStart(9, '0'), '000000000');
      for (let code = 258; code < 4_096; code++) {
        const width = code + 0 < 511 ? 9 : code < 1_023 ? 10 : code < 2_047 ? 11 : 12;
        bits.push(code.toString(2).padStart(width, '0'));
      }
      for (let more = 0; more < 2_000; more++) bits.push((4_095).toString(2).padStart(12, '0'));
      bits.push((256).toString(2).padStart(12, '0'));
    }
    const text = bits.join('');
    return Buffer.from(text.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  };
  const hidden = Buffer.from(bomb);
  hidden[bomb.length - 3] = (hidden[bomb.length - 3] ?? 0) ^ 0xff;

  test.each([
    ['deflate', '/Filter /FlateDecode', bomb],
    ['deflate under another spelling', '/Filter /Flate#44ecode', bomb],
    ['deflate that its dictionary does not name', '/Filter 9 0 R', bomb],
    ['deflate with a damaged end', '/Filter /FlateDecode', hidden],
    ['deflate in ASCII', '/Filter [/ASCII85Decode /FlateDecode]', ascii85(bomb)],
    ['deflate in hexadecimal', '/Filter [/AHx /Fl]', Buffer.from(bomb.toString('hex'))],
    ['LZW', '/Filter /LZWDecode', lzwBomb()],
    ['run lengths', '/Filter /RunLengthDecode', Buffer.alloc(1_100_000, 129)],
  ])('that unfolds without end through %s is refused before it does', async (_, dictionary, content) => {
    expect(await refusal(withStream(dictionary, content), 'application/pdf')).toMatch(
      /PAYLOAD_TOO_LARGE: The PDF holds a stream that unfolds to more than 64000000 bytes\. Save it|does not say how\. Open and save it anew/,
    );
  });

  test('that is compressed more than once is refused', async () => {
    const twice = deflateSync(bomb, { level: 9 });
    expect(
      await refusal(withStream('/Filter [/FlateDecode /FlateDecode]', twice), 'application/pdf'),
    ).toMatch(/compressed more than once.*Open and save it anew/);
  });

  test('whose forms draw each other a thousand times is read to its end', async () => {
    const { text } = await read(await nestedForms(3), 'application/pdf');
    expect(text.replaceAll(/\s/g, '')).toBe('x'.repeat(1_000));
  });
});
