import { afterEach, describe, expect, test } from 'vitest';
import { type Analysis, createAnalysis } from '../../ingestion/analysis.ts';
import { TEXT_CHARS_MAX } from '../../ingestion/limits.ts';
import type { RawDocument } from '../../ingestion/steps/parse.ts';
import { nestedForms } from '../text/parsers/nested-forms.ts';

const document = (bytes: Uint8Array, mediaType: RawDocument['mediaType']): RawDocument => ({
  documentId: 'd',
  key: null,
  title: null,
  mediaType,
  bytes,
});
const plain = (text: string) => document(new TextEncoder().encode(text), 'text/plain');

/** Long enough for a thread to start on a busy machine; 10^12 forms take days. */
const TIMEOUT_MS = 8_000;

describe('analysis', () => {
  let analysis: Analysis;
  afterEach(() => analysis.close());

  test('stops a document that never ends, and reads the others of its batch and of the next', {
    timeout: 120_000,
  }, async () => {
    analysis = createAnalysis({ threads: 1, timeoutMs: TIMEOUT_MS });
    const endless = document(await nestedForms(12), 'application/pdf');
    const [batch, next] = await Promise.all([
      analysis.read([plain('before'), endless, plain('behind')]),
      analysis.read([plain('next')]),
    ]);
    expect(batch).toMatchObject([
      { text: 'before' },
      {
        step: 'PARSE',
        code: 'UNPROCESSABLE_DOCUMENT',
        message: 'The document took longer than 8 s to read. Save it in a simpler format, or split it.',
      },
      { text: 'behind' },
    ]);
    expect(next).toMatchObject([{ text: 'next' }]);
  });

  test('tells of each document what is wrong with it, and the remedy', async () => {
    analysis = createAnalysis({ threads: 1 });
    const outcomes = await analysis.read([
      document(Buffer.from('%PDF-1.7 broken'), 'application/pdf'),
      plain('  \n'),
      plain('Fine.'),
    ]);
    expect(outcomes).toMatchObject([
      {
        step: 'PARSE',
        code: 'UNPROCESSABLE_DOCUMENT',
        message: expect.stringMatching(/damaged\. Open and save/),
      },
      { step: 'PARSE', code: 'UNPROCESSABLE_DOCUMENT', message: expect.stringMatching(/holds no text/) },
      { text: 'Fine.', chunks: [{ text: 'Fine.', start: 0, end: 5 }] },
    ]);
  });

  test('refuses a document with more text than one transaction should hold, before it is cut', async () => {
    analysis = createAnalysis({ threads: 1 });
    const [outcome] = await analysis.read([plain('word '.repeat(TEXT_CHARS_MAX / 5 + 1))]);
    expect(outcome).toEqual({
      step: 'PARSE',
      code: 'UNPROCESSABLE_DOCUMENT',
      message: expect.stringMatching(/8,000,00\d characters of text and may have 8,000,000\. Split it/),
    });
  });

  test('understands in one go what reading and resolving give', async () => {
    analysis = createAnalysis({ threads: 1 });
    const document = { ...plain('Ada Lovelace was born in London. She met Charles Babbage.'), title: 'Ada' };
    const [read] = await analysis.read([document]);
    const [understood] = await analysis.understand([{ ...document, tenant: 't', declared: null }]);
    if (read === undefined || 'step' in read) throw new Error('it can be read');
    const { extractions, ...rest } = read;
    const { chunks } = read;
    const [knowledge] = await analysis.resolve([{ tenant: 't', chunks, extractions, knowledge: null }]);
    expect(understood).toEqual({ ...rest, knowledge });
    expect(knowledge?.[0]?.entityIds.length).toBeGreaterThan(1);
  });
});
