import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Data, type Scenario, startScenario } from './harness.ts';

describe('POST /ingest', () => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({
      settings: { TRELLIS_UPLOAD_BYTES_MAX: '3000000', TRELLIS_DOCUMENT_BYTES_MAX: '100000' },
    });
  });
  afterAll(() => trellis?.close());

  const upload = async (
    query: string,
    mediaType: string,
    body: NonNullable<RequestInit['body']>,
    token?: string,
  ) => {
    const response = await fetch(`${trellis.app.url()}/ingest?${query}`, {
      method: 'POST',
      headers: { 'content-type': mediaType, authorization: `Bearer ${token ?? (await trellis.token())}` },
      body,
      duplex: 'half',
    } as RequestInit);
    return { status: response.status, answer: (await response.json()) as Data };
  };

  test('takes a file as one document', async () => {
    const { status, answer } = await upload(
      'collection=files&key=note.md',
      'text/markdown; charset=utf-8',
      '# Note\n\nAda Lovelace wrote it.',
    );
    expect(status).toBe(202);
    expect(await trellis.jobDone(answer.jobId)).toMatchObject({ state: 'SUCCEEDED' });
    const { data } = await trellis.run('{ documents { nodes { key title mediaType } } }');
    expect(data.documents.nodes).toEqual([{ key: 'note.md', title: 'Note', mediaType: 'text/markdown' }]);
  });

  test.each(['collection=u&collection=v', 'collection=u&key=a&key=b', 'key=a', 'collection='])(
    'refuses a query that does not say which it is: %s',
    async (query) => {
      const { status, answer } = await upload(query, 'text/plain', 'Text.');
      expect(status).toBe(400);
      expect(answer).toMatchObject({ code: 'BAD_INPUT', detail: expect.stringMatching(/once|missing/) });
    },
  );

  test('refuses a compressed body instead of indexing it as it is', async () => {
    const response = await fetch(`${trellis.app.url()}/ingest?collection=files`, {
      method: 'POST',
      headers: {
        'content-type': 'text/plain',
        'content-encoding': 'gzip',
        authorization: `Bearer ${await trellis.token()}`,
      },
      body: gzipSync('Text.'),
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: expect.stringMatching(/uncompressed/),
    });
  });

  test('streams JSON lines, one document each, a broken line refused alone', async () => {
    const lines = Array.from({ length: 1_000 }, (_, at) =>
      JSON.stringify({ id: `r${at}`, title: `Record ${at}`, text: `Text ${at}.`, year: at }),
    );
    lines[500] = '{broken';
    const body = new ReadableStream({
      start(controller) {
        for (const line of lines) controller.enqueue(new TextEncoder().encode(`${line}\n`));
        controller.close();
      },
    });
    const { status, answer } = await upload('collection=records', 'application/jsonl', body);
    expect(status).toBe(202);
    expect(answer).toMatchObject({
      accepted: 999,
      rejectedCount: 1,
      rejected: [{ index: 500, code: 'UNPROCESSABLE_DOCUMENT', message: expect.stringMatching(/Line 501/) }],
    });
    expect(await trellis.jobDone(answer.jobId)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 999, documentsTotal: 999 },
    });
    const { data } = await trellis.run(
      '{ search(query: "Record 7", first: 1, filter: { metadata: [{ key: "year", inNumbers: [7] }] }) { hits { chunk { document { key metadata } } } } }',
    );
    expect(data.search.hits[0].chunk.document).toEqual({ key: 'r7', metadata: { year: 7 } });
  });

  test('streams CSV by its header', async () => {
    const { answer } = await upload(
      'collection=rows',
      'text/csv',
      'id;name;content\n1;One;First row.\n2;Two;"Second; row."\n',
    );
    expect(answer).toMatchObject({ accepted: 2, rejected: [] });
    expect(await trellis.jobDone(answer.jobId)).toMatchObject({ state: 'SUCCEEDED' });
  });

  test('does again only what changed', async () => {
    const send = (text: string) => upload('collection=again&key=k', 'text/plain', text);
    const first = await send('Same.');
    await trellis.jobDone(first.answer.jobId);
    expect((await send('Same.')).answer).toMatchObject({ jobId: null, accepted: 1, unchanged: 1 });
    expect((await send('Other.')).answer).toMatchObject({ accepted: 1, unchanged: 0 });
  });

  test.each<[string, string, string, string, number, RegExp]>([
    ['without a collection', '', 'text/plain', 'a', 400, /collection: is missing/],
    ['of an unknown type', 'collection=c', 'image/png', 'a', 415, /"image\/png" cannot be read/],
    [
      'that is too large for a document',
      'collection=c',
      'text/plain',
      'a'.repeat(100_001),
      413,
      /larger than 100000 bytes/,
    ],
    [
      'with what would be dropped',
      'collection=c&metadata={}',
      'text/plain',
      'a',
      400,
      /metadata: is not known here\. There are: collection, key, title, mediaType\./,
    ],
    ['that is empty', 'collection=c', 'text/plain', '', 400, /content: is empty/],
  ])('refuses a file %s', async (_, query, mediaType, body, status, expected) => {
    const refused = await upload(query, mediaType, body);
    expect(refused.status).toBe(status);
    expect(refused.answer.detail).toMatch(expected);
  });

  test('refuses whoever may not write', async () => {
    const reader = await trellis.token({ scopes: ['documents:read'] });
    expect(await upload('collection=c', 'text/plain', 'a', reader)).toMatchObject({
      status: 403,
      answer: { code: 'FORBIDDEN' },
    });
    expect(await upload('collection=c', 'text/plain', 'a', 'nonsense')).toMatchObject({
      status: 401,
      answer: { code: 'UNAUTHENTICATED' },
    });
  });
});
