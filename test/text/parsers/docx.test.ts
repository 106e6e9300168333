import {
  Document,
  FootnoteReferenceRun,
  HeadingLevel,
  LevelFormat,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { blocks, DOCX, read, refusal, sections } from './harness.ts';

type Options = ConstructorParameters<typeof Document>[0];

const docx = async (
  children: Options['sections'][number]['children'],
  options: Partial<Options> = {},
): Promise<Uint8Array> =>
  new Uint8Array(await Packer.toBuffer(new Document({ ...options, sections: [{ children }] })));

/** The same file with other parts. */
const withParts = async (parts: Readonly<Record<string, string | Uint8Array>>) => {
  const original = unzipSync(await docx([new Paragraph('text')]));
  const changed = Object.entries(parts).map(
    ([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content] as const,
  );
  return zipSync({ ...original, ...Object.fromEntries(changed) }, { level: 1 });
};

const documentXml = (body: string, head = '') =>
  `<?xml version="1.0"?>${head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;

describe('DOCX', () => {
  test('has sections, lists and tables', async () => {
    const cell = (text: string) => new TableCell({ children: [new Paragraph(text)] });
    const file = await docx(
      [
        new Paragraph({ text: 'Title', heading: HeadingLevel.TITLE }),
        new Paragraph({ text: 'Part', heading: HeadingLevel.HEADING_2 }),
        new Paragraph({ children: [new TextRun('some '), new TextRun({ text: 'bold', bold: true })] }),
        new Paragraph({ text: 'one', bullet: { level: 0 } }),
        new Paragraph({ text: 'inner', bullet: { level: 1 } }),
        new Paragraph({ text: 'first', numbering: { reference: 'n', level: 0 } }),
        new Table({ rows: [new TableRow({ children: [cell('a'), cell('b')] })] }),
      ],
      {
        numbering: {
          config: [{ reference: 'n', levels: [{ level: 0, format: LevelFormat.DECIMAL, text: '%1.' }] }],
        },
      },
    );
    expect(await blocks(file, DOCX)).toEqual([
      'heading: Title',
      'heading: Part',
      'prose: some bold',
      'lines: - one\n  - inner',
      'lines: 1. first',
      'lines: a | b',
    ]);
    expect((await sections(file, DOCX)).slice(1, 3)).toEqual([
      'Title > Part: Part',
      'Title > Part: some bold',
    ]);
  });

  test('has footnotes below, and no trace of them in the sentence', async () => {
    const file = await docx(
      [
        new Paragraph({
          children: [new TextRun('It ends.'), new FootnoteReferenceRun(1), new TextRun(' On.')],
        }),
      ],
      { footnotes: { 1: { children: [new Paragraph('The note.')] } } },
    );
    expect(await blocks(file, DOCX)).toEqual(['prose: It ends. On.', 'lines: 1. The note.']);
  });

  test('has the title of its properties, else its first heading', async () => {
    const heading = new Paragraph({ text: 'Head', heading: HeadingLevel.HEADING_1 });
    expect((await read(await docx([heading], { title: 'A & B' }), DOCX)).title).toBe('A & B');
    expect((await read(await docx([heading]), DOCX)).title).toBe('Head');
  });

  test('that unfolds without end is refused, whatever sizes it states', async () => {
    const bomb = documentXml(`<w:p><w:r><w:t>${' '.repeat(60_000_000)}</w:t></w:r></w:p>`);
    const file = Buffer.from(await withParts({ 'word/document.xml': bomb }));
    for (let at = file.indexOf('PK\u0001\u0002'); at >= 0; at = file.indexOf('PK\u0001\u0002', at + 4))
      file.writeUInt32LE(100, at + 24);
    expect(await refusal(file, DOCX)).toMatch(
      /PAYLOAD_TOO_LARGE: The DOCX unfolds to more than 40000000 bytes.*Split it/,
    );
  });

  test('with ten thousand parts too many is refused', async () => {
    const parts = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`word/media/${at}`, '']));
    expect(await refusal(await withParts(parts), DOCX)).toMatch(/PAYLOAD_TOO_LARGE: .*10000 parts/);
  });

  test('whose entities laugh a billion times does not unfold them', async () => {
    const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`);
    const head = `<!DOCTYPE w [<!ENTITY e0 "ha">${entities.join('')}]>`;
    const file = await withParts({
      'word/document.xml': documentXml('<w:p><w:r><w:t>x &e9; y</w:t></w:r></w:p>', head),
    });
    const outcome = await refusal(file, DOCX);
    if (outcome === 'accepted') expect((await read(file, DOCX)).text.length).toBeLessThan(100);
    else expect(outcome).toMatch(/UNPROCESSABLE_DOCUMENT/);
  });

  test.each([
    ['not XML', { 'word/document.xml': '<w:document' }],
    [
      'nested a hundred thousand deep',
      { 'word/document.xml': documentXml(`${'<w:p>'.repeat(100_000)}${'</w:p>'.repeat(100_000)}`) },
    ],
    ['another kind of archive', { '_rels/.rels': '<Relationships/>', 'word/document.xml': '<x/>' }],
  ])('that is %s is refused, saying what to do', async (_, parts) => {
    expect(await refusal(await withParts(parts), DOCX)).toMatch(
      /UNPROCESSABLE_DOCUMENT: The DOCX is damaged\. Open and save it anew, then send it again/,
    );
  });

  test('that is cut off is refused, saying what to do', async () => {
    const file = await docx([new Paragraph('text')]);
    expect(await refusal(file.subarray(0, file.length / 2), DOCX)).toMatch(
      /UNPROCESSABLE_DOCUMENT: The DOCX/,
    );
  });
});
