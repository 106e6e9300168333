import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Data, operation, type Scenario, startScenario } from './harness.ts';

describe('bad input', () => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({
      settings: { TRELLIS_DOCUMENT_BYTES_MAX: '20000', TRELLIS_REQUEST_BYTES_MAX: '2000000' },
    });
    await trellis.ingest('notes', [{ key: 'a', content: 'Alpha is a letter.' }]);
  });
  afterAll(() => trellis?.close());

  const ingest = async (documents: readonly Data[]) =>
    await trellis.run(await operation('ingest'), { input: { collection: 'notes', documents } });
  const post = (path: string, init: RequestInit) =>
    fetch(`${trellis.app.url()}${path}`, { method: 'POST', ...init });

  test.each<[string, Data, RegExp]>([
    ['empty content', { content: '' }, /BAD_INPUT content: is empty/],
    ['no content', {}, /BAD_INPUT content: is missing/],
    ['content twice', { content: 'a', contentBase64: 'YQ==' }, /BAD_INPUT content: is given twice/],
    ['no base64', { contentBase64: '*' }, /BAD_INPUT contentBase64: is not base64/],
    [
      'an unknown media type',
      { content: 'a', mediaType: 'image/png' },
      /UNSUPPORTED_MEDIA_TYPE .*"image\/png" cannot be read/,
    ],
    [
      'a PDF that is no PDF',
      { contentBase64: Buffer.from('GIF89a').toString('base64'), mediaType: 'application/pdf' },
      /UNPROCESSABLE_DOCUMENT .*does not look like it/,
    ],
    [
      'an archive that says it is a text',
      { contentBase64: Buffer.from('PK\u0003\u0004…').toString('base64'), mediaType: 'text/plain' },
      /UNPROCESSABLE_DOCUMENT .*looks like application/,
    ],
    [
      'too many bytes',
      { content: 'a'.repeat(20_001) },
      /PAYLOAD_TOO_LARGE content: has 20001 bytes and may have 20000/,
    ],
    ['a key with a line break', { key: 'a\nb', content: 'a' }, /BAD_INPUT key: has a control character/],
    [
      'an endless key',
      { key: 'k'.repeat(501), content: 'a' },
      /BAD_INPUT key: has 501 characters and may have 500/,
    ],
    [
      'deep metadata',
      { content: 'a', metadata: JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`) },
      /BAD_INPUT metadata: nests deeper/,
    ],
    [
      'a nameless entity',
      { content: 'a', knowledge: { entities: [{ name: '…' }] } },
      /BAD_INPUT knowledge.entities.0.name: has no letter/,
    ],
  ])('%s is refused alone, saying what to do', async (_, document, expected) => {
    const { data, errors } = await ingest([{ key: 'good', content: 'Good.' }, document]);
    expect(errors).toEqual([]);
    const { accepted, rejected } = data.ingestDocuments;
    expect(accepted.map((one: Data) => one.index)).toEqual([0]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0].index).toBe(1);
    expect(`${rejected[0].code} ${rejected[0].message}`).toMatch(expected);
  });

  test('the same key twice in a call is refused the second time', async () => {
    const { data } = await ingest([
      { key: 'k', content: 'one' },
      { key: 'k', content: 'two' },
    ]);
    expect(data.ingestDocuments.rejected).toMatchObject([
      { index: 1, message: expect.stringMatching(/same document as the one at 0/) },
    ]);
  });

  test('a broken document fails alone, with step, code and remedy, and the job is partial', async () => {
    const encrypted = await PDFDocument.create();
    encrypted.addPage();
    const { job } = await trellis.ingest('broken', [
      {
        key: 'pdf',
        mediaType: 'application/pdf',
        contentBase64: Buffer.from('%PDF-1.4 broken').toString('base64'),
      },
      {
        key: 'scan',
        mediaType: 'application/pdf',
        contentBase64: Buffer.from(await encrypted.save()).toString('base64'),
      },
      { key: 'utf8', mediaType: 'text/plain', contentBase64: Buffer.from([0x61, 0xff]).toString('base64') },
      { key: 'fine', content: 'Fine.' },
    ]);
    expect(job.state).toBe('PARTIAL');
    expect(job.failures.map((failure: Data) => [failure.key, failure.step, failure.code])).toEqual([
      ['pdf', 'PARSE', 'UNPROCESSABLE_DOCUMENT'],
      ['scan', 'PARSE', 'UNPROCESSABLE_DOCUMENT'],
      ['utf8', 'PARSE', 'UNPROCESSABLE_DOCUMENT'],
    ]);
    const { data } = await trellis.run('{ collection(name: "broken") { id } }');
    const listed = await trellis.run(
      'query ($c: ID!) { documents(collection: $c) { nodes { key status } } }',
      { c: data.collection.id },
    );
    expect(Object.fromEntries(listed.data.documents.nodes.map((one: Data) => [one.key, one.status]))).toEqual(
      { pdf: 'FAILED', scan: 'FAILED', utf8: 'FAILED', fine: 'READY' },
    );
  });

  test('10,000 documents in a call are refused with the limit and the way out', async () => {
    const { errors } = await ingest(Array.from({ length: 10_000 }, () => ({ content: 'a' })));
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_INPUT', status: 400 });
    expect(errors[0].message).toMatch(/has 10000 documents and may have 1000.*POST \/ingest/);
  });

  test.each<[string, string, Data, RegExp]>([
    ['a typing error', '{ serch { hits } }', {}, /Did you mean "search"/],
    ['a missing brace', '{ viewer { tenant }', {}, /Syntax Error/],
    ['a wrong type', 'query ($f: Int) { documents(first: $f) { nodes { id } } }', { f: 'ten' }, /"\$f"/],
    [
      'a page too large',
      '{ documents(first: 101) { nodes { id } } }',
      {},
      /first: is 101 and must be from 1 to 100/,
    ],
    ['a page too small', '{ search(query: "a", first: 0) { hits { rank } } }', {}, /first: is 0/],
    [
      'a foreign cursor',
      '{ documents(after: "zzz") { nodes { id } } }',
      {},
      /after: is not a cursor of this list/,
    ],
    [
      'a cursor of another list',
      `{ documents { nodes { chunks(after: "${Buffer.from('["doc_x"]').toString('base64url')}") { nodes { id } } } } }`,
      {},
      /after: is not a cursor of this list/,
    ],
    [
      'too many types',
      `{ entities { nodes { relationships(types: [${'"A",'.repeat(21)}]) { nodes { id } } } } }`,
      {},
      /types: has 21 elements and may have 20/,
    ],
    [
      'an empty query',
      '{ search(query: " ?! ") { hits { rank } } }',
      {},
      /query: has no letter and no digit/,
    ],
    [
      'an endless query',
      'query ($q: String!) { search(query: $q) { hits { rank } } }',
      { q: 'a'.repeat(2_001) },
      /2001 characters and may have 2000/,
    ],
    [
      'an unknown collection',
      '{ search(query: "a", collections: ["note"]) { hits { rank } } }',
      {},
      /there is no collection "note".*"notes"/,
    ],
    ...['from', 'to'].map((bound): [string, string, Data, RegExp] => [
      `a bound "${bound}" on a text that no index keeps`,
      `query ($filter: SearchFilter) { search(query: "a", filter: $filter) { hits { rank } } }`,
      {
        filter: {
          metadata: [
            { key: 'year', exists: true },
            { key: 'name', [bound]: 'ö'.repeat(48) },
          ],
        },
      },
      new RegExp(`filter.metadata.1.${bound}: has more than 95 bytes`),
    ]),
    ['no arm', '{ search(query: "a", arms: []) { hits { rank } } }', {}, /arms: is empty/],
    [
      'a wrong time',
      '{ documents(filter: { updatedAfter: "yesterday" }) { nodes { id } } }',
      {},
      /^filter\.updatedAfter: A DateTime is RFC 3339/,
    ],
    [
      'metadata that are no object',
      'mutation { ingestDocuments(input: { collection: "a", documents: [{ content: "a", metadata: "b" }] }) { job { id } } }',
      {},
      /^input\.documents\.0\.metadata: A JSONObject is an object/,
    ],
    [
      'a collection without a name',
      'mutation { createCollection(input: { name: " " }) { collection { id } } }',
      {},
      /^input\.name: is empty/,
    ],
    [
      'documents for a collection without a name',
      'mutation { ingestDocuments(input: { collection: " ", documents: [{ content: "a" }] }) { job { id } } }',
      {},
      /^input\.collection: is empty/,
    ],
    [
      'keys of no collection',
      'mutation { deleteDocuments(input: { keys: ["a"] }) { chunks } }',
      {},
      /^input\.collection: is missing/,
    ],
    [
      'nothing to look around',
      '{ neighborhood(entities: []) { truncated } }',
      {},
      /^entities: has 0 ids and must have 1 to 20\.$/,
    ],
    [
      'too many hops',
      '{ path(from: "a", to: "b", maxHops: 7) { length } }',
      {},
      /maxHops: is 7 and must be from 1 to 6/,
    ],
    [
      'no document to delete',
      'mutation { deleteDocuments(input: {}) { chunks } }',
      {},
      /input: names no document/,
    ],
    [
      'an unknown job',
      'mutation { cancelIngestion(input: { job: "job_none" }) { job { id } } }',
      {},
      /There is no ingestion job job_none/,
    ],
    [
      'too deep a query',
      `{ documents { nodes { ${'chunks { nodes { document { '.repeat(6)} id ${'} } } '.repeat(6)} } } }`,
      {},
      /levels of nesting/,
    ],
    [
      'too many aliases',
      `{ ${Array.from({ length: 31 }, (_, at) => `a${at}: viewer { tenant }`).join(' ')} }`,
      {},
      /31 aliases|root fields/,
    ],
  ])('%s is a clear mistake of the client', async (_, query, variables, expected) => {
    const { errors, status } = await trellis.run(query, variables);
    expect(status).toBeLessThan(500);
    expect(errors.map((error) => error.message).join('\n')).toMatch(expected);
    for (const { extensions } of errors) {
      expect(extensions.status).toBeLessThan(500);
      expect(extensions).toMatchObject({
        code: expect.any(String),
        type: expect.stringMatching(/^https:/),
        title: expect.any(String),
        instance: expect.any(String),
      });
      expect(JSON.stringify(extensions)).not.toMatch(/stack|\.ts:\d/);
    }
  });

  test.each<[string, string | null, RegExp]>([
    ['no token', null, /no token/],
    ['a malformed token', 'abc', /bearer token/i],
    ['half a token', 'a.b.c', /bearer token/i],
  ])('%s is refused with 401', async (_, token, expected) => {
    const { status, errors } = await trellis.run('{ viewer { tenant } }', {}, token);
    expect(status).toBe(401);
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(expected),
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  test('what HTTP itself refuses is a problem document', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await trellis.token()}` };
    const answers = await Promise.all([
      post('/nowhere', { headers, body: '{}' }),
      post('/graphql', { headers, body: '{"query":' }),
      post('/graphql', { headers, body: JSON.stringify({ query: 'x'.repeat(3_000_000) }) }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([404, 400, 413]);
    for (const answer of answers) {
      expect(answer.headers.get('content-type')).toMatch(/application\/problem\+json/);
      expect(await answer.json()).toMatchObject({
        type: expect.any(String),
        status: answer.status,
        detail: expect.any(String),
      });
    }
  });
});
