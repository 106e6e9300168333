/** Files that somebody made to hurt whoever reads them, sent whole, in pieces, or broken off. */

import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import type { Chance } from './chance.ts';
import { encoded, mutated, oddHeaders, type Shot, type Upload } from './shots.ts';
import { anyValueOf, textOf, toJson } from './values.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const times = (count: number, piece: string) => piece.repeat(count);

/** Made once: each is small as it is sent. */
const FILES: readonly Upload[] = [
  zipped(DOCX, { 'word/document.xml': times(4_000_000, 'aaaaaaaaaaaa') }),
  zipped(DOCX, { '../../../../tmp/x': 'x', 'word/document.xml': '<w:document/>' }),
  zipped(DOCX, Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`f${at}.xml`, 'x']))),
  zipped(DOCX, {
    'word/document.xml': `<!DOCTYPE d [<!ENTITY a "${times(100, 'a')}">${Array.from({ length: 9 }, (_, at) => `<!ENTITY ${'bcdefghij'[at]} "${times(10, `&${'abcdefghi'[at]};`)}">`).join('')}]><d>&j;</d>`,
  }),
  zipped(DOCX, {
    'word/document.xml': '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
  }),
  pdfOf(deflateSync(Buffer.alloc(40_000_000, 0x20)), '/FlateDecode'),
  pdfOf(deflateSync(deflateSync(Buffer.alloc(40_000_000))), '[/FlateDecode /FlateDecode]'),
  textFile(
    'application/pdf',
    '%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>',
  ),
  textFile('text/html', times(60_000, '<div>') + times(60_000, '</b>')),
  textFile(
    'text/html',
    `<p>${times(2_000, '<script>')}<img src="http://169.254.169.254/"><iframe src=file:///etc/passwd>`,
  ),
  textFile('text/markdown', times(20_000, '> ') + times(20_000, '[a](')),
  textFile('text/markdown', `${times(30_000, '*a ')}\n${times(10_000, '| ')}`),
  textFile('application/json', times(100_000, '[')),
  textFile('application/json', `{"text": ${times(50_000, '{"a":')}1${times(50_000, '}')}}`),
  textFile('application/jsonl', times(3_000, '{"text": "Ada"}\n{"text": 1}\nnull\n')),
  textFile('application/jsonl', `{"text": "${times(700_000, 'w ')}"}\n{"text": "b"}`),
  textFile('text/csv', `title,text\n${times(300_000, '"a')}`),
  textFile('text/csv', `${times(50_000, 'c,')}\n${times(50_000, 'v,')}`),
  textFile('text/plain', times(400_000, '\u0301')),
  { mediaType: 'text/plain', bytes: Buffer.from(times(1_000, 'Ada Lovelace. '), 'utf16le') },
  { mediaType: 'text/plain', bytes: Buffer.from([0xff, 0xfe, 0x41, 0xd8, 0xc0, 0x80]) },
  { mediaType: 'text/plain', bytes: Buffer.alloc(3_100_000, 0x61) },
];
const TYPES: readonly string[] = [...new Set(FILES.map(({ mediaType }) => mediaType))];

function zipped(mediaType: string, files: Readonly<Record<string, string>>): Upload {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  return { mediaType, bytes: Buffer.from(zipSync(Object.fromEntries(entries), { level: 9 })) };
}

function textFile(mediaType: string, text: string): Upload {
  return { mediaType, bytes: Buffer.from(text) };
}

function pdfOf(stream: Buffer, filter: string): Upload {
  const head = `%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj
4 0 obj<</Length ${stream.length}/Filter ${filter}>>stream
`;
  const tail = '\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF';
  return {
    mediaType: 'application/pdf',
    bytes: Buffer.concat([Buffer.from(head), stream, Buffer.from(tail)]),
  };
}

export const hostileUpload: Shot = async ({ target, agent }, chance) => {
  const file = chance.happens(0.25) ? recordsOf(chance) : chance.pick(FILES);
  const bytes = chance.happens(0.8) ? file.bytes : mutated(file.bytes, chance);
  const type = chance.happens(0.8) ? file.mediaType : chance.pick(TYPES);
  const key = chance.happens(0.8) ? `hostile-${chance.upTo(40)}` : textOf(chance).slice(0, 600);
  const path = `/ingest?collection=notes&key=${encoded(key)}${chance.happens(0.1) ? `&mediaType=${encoded(chance.pick(TYPES))}` : ''}`;
  const headers = { ...(await oddHeaders(target, chance)), 'content-type': type };
  const isLeft = chance.happens(0.15);
  const leaving = new AbortController();
  const body = chance.happens(0.5) ? bytes : Readable.from(inPieces(bytes, chance, isLeft ? leaving : null));
  const sent = `UPLOAD ${path.slice(0, 500)} ${type} ${bytes.length} bytes: ${bytes.toString('latin1', 0, 300)}`;
  try {
    const answer = await agent.request({
      ...{ origin: target.url, path, method: 'POST', headers, body },
      signal: leaving.signal,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, sent };
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    return { status: null, headers: {}, text: '', sent };
  }
};

/** A piece at a time; left in the middle where somebody is to leave. */
async function* inPieces(bytes: Buffer, chance: Chance, leaving: AbortController | null) {
  const size = Math.max(1, Math.ceil(bytes.length / (2 + chance.upTo(12))));
  const end = leaving === null ? bytes.length : chance.upTo(bytes.length + 1);
  for (let from = 0; from < end; from += size) {
    yield bytes.subarray(from, Math.min(end, from + size));
    await pause(chance.upTo(3));
  }
  leaving?.abort();
}

/** Records of which some are none. */
function recordsOf(chance: Chance): Upload {
  const isTable = chance.happens(0.3);
  const record = () =>
    chance.pick<() => string>([
      () => toJson({ title: textOf(chance).slice(0, 300), text: textOf(chance).slice(0, 3_000) }),
      () => toJson({ text: 'Ada Lovelace', metadata: { a: anyValueOf(chance) }, key: textOf(chance) }),
      () => toJson(anyValueOf(chance)),
      () => textOf(chance).slice(0, 3_000),
      () => '',
    ])();
  const row = () => [textOf(chance), textOf(chance)].map((cell) => cell.slice(0, 500)).join(',');
  const lines = Array.from({ length: chance.upTo(30) }, isTable ? row : record);
  return isTable
    ? textFile('text/csv', `title,text\n${lines.join('\n')}`)
    : textFile('application/jsonl', lines.join('\n'));
}
