import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLexicalEmbedder } from '../../../text/embedders/lexical.ts';
import { createOpenAiEmbedder, type OpenAiEmbedderOptions } from '../../../text/embedders/openai.ts';
import { type OpenAiServer, startOpenAiServer } from '../../servers/openai-compatible.ts';

const KEY = 'sk-secret-0123456789';
const tooMany = { kind: 'status', status: 429, headers: { 'retry-after-ms': '5' } } as const;
const broken = { kind: 'status', status: 500 } as const;

describe('the embedder of an OpenAI-compatible endpoint', () => {
  let server: OpenAiServer;
  const opened: { close(): Promise<void> }[] = [];

  const create = (options: Partial<OpenAiEmbedderOptions> = {}) => {
    const embedder = createOpenAiEmbedder({
      url: server.url,
      model: 'mini',
      apiKey: () => KEY,
      firstRetryMs: 1,
      ...options,
    });
    opened.push(embedder);
    return embedder;
  };
  const open = async (options: Partial<OpenAiEmbedderOptions> = {}) => {
    const embedder = create(options);
    const identity = await embedder.open();
    return { embedder, identity };
  };
  const inputs = () => server.requests.slice(1).map(({ body }) => (body as { input: string[] }).input);

  beforeEach(async () => {
    server = await startOpenAiServer({ apiKey: KEY });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((embedder) => embedder.close()));
    await server.close();
  });

  test('gives the endpoint’s vectors, at unit length and in order', async () => {
    const { embedder } = await open();
    server.fail({ kind: 'alter', change: (answer) => scaledAndShuffled(answer) });
    const texts = ['Euler solved it', 'Turing broke it', 'Flowers built it'];
    const expected = await createLexicalEmbedder().embed(texts, 'passage');
    const vectors = await embedder.embed(texts, 'passage');
    vectors.forEach((vector, at) => {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      vector.forEach((value, axis) => {
        expect(value).toBeCloseTo(expected[at]?.[axis] ?? Number.NaN, 5);
      });
    });
  });

  test('asks the endpoint for its dimensions when it opens', async () => {
    const { embedder, identity } = await open();
    expect(identity).toEqual({
      fingerprint: `openai:mini@${new URL(server.url).host}/256`,
      dimensions: 256,
    });
    expect(embedder.name).toBe(`mini@${new URL(server.url).host}`);
  });

  test('has another fingerprint with another model or prefix', async () => {
    const fingerprints = await Promise.all(
      [{}, { model: 'maxi' }, { queryPrefix: 'query: ' }, { passagePrefix: 'query: ' }].map(
        async (options) => (await open(options)).identity.fingerprint,
      ),
    );
    expect(new Set(fingerprints).size).toBe(4);
  });

  test('puts the prefix of its kind before each text', async () => {
    const { embedder } = await open({ queryPrefix: 'Q: ', passagePrefix: 'P: ' });
    await embedder.embed(['where?'], 'query');
    await embedder.embed(['there.'], 'passage');
    expect(inputs()).toEqual([['Q: where?'], ['P: there.']]);
  });

  test('sends no text that endpoints refuse: none is empty, none without end', async () => {
    const { embedder } = await open();
    const vectors = await embedder.embed(['', ' \n', 'x'.repeat(1_000_000)], 'passage');
    expect(vectors).toHaveLength(3);
    expect(inputs().flat().slice(0, 2)).toEqual(['.', '.']);
    expect(inputs().flat()[2]?.length).toBeLessThanOrEqual(8_000);
  });

  test('cuts a long list into requests bounded in number and size', async () => {
    const { embedder } = await open();
    const texts = Array.from({ length: 300 }, (_, at) => `${at} `.padEnd(at % 2 === 0 ? 20 : 5_000, 'word '));
    const vectors = await embedder.embed(texts, 'passage');
    expect(vectors).toEqual(await createLexicalEmbedder().embed(texts, 'passage'));
    expect(inputs().flat().toSorted()).toEqual(texts.toSorted());
    expect(Math.max(...inputs().map((input) => input.length))).toBeLessThanOrEqual(32);
    expect(Math.max(...inputs().map((input) => input.join('').length))).toBeLessThanOrEqual(64_000);
  });

  test('asks for a few lists at once and no more', async () => {
    const { embedder } = await open();
    server.fail(...Array.from({ length: 4 }, () => ({ kind: 'hang' as const })));
    const embedding = embedder.embed(
      Array.from({ length: 32 * 6 }, () => 'word'),
      'passage',
    );
    const refused = expect(embedding).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    while (inputs().length < 4) await new Promise(setImmediate);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(inputs()).toHaveLength(4);
    expect(server.concurrencyMax).toBe(4);
    await embedder.close();
    await refused;
  });

  test('answers an empty list without a request', async () => {
    const { embedder } = await open();
    expect(await embedder.embed([], 'query')).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['a rate limit', tooMany],
    ['an error of the server', broken],
    ['a page that is not JSON', { kind: 'garbage' }],
    ['a connection that is reset', { kind: 'reset' }],
    ['an answer that breaks off', { kind: 'cut' }],
  ] as const)('tries again after %s', async (_, fault) => {
    const { embedder } = await open();
    server.fail(fault, fault);
    expect(await embedder.embed(['Euler'], 'query')).toEqual(
      await createLexicalEmbedder().embed(['Euler'], 'query'),
    );
    expect(server.requests).toHaveLength(4);
  });

  test('gives up with UNAVAILABLE after a bounded number of tries', async () => {
    const { embedder } = await open();
    server.fail(...Array.from({ length: 20 }, () => broken));
    await expect(embedder.embed(['Euler'], 'query')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(server.requests).toHaveLength(6);
  });

  test('does not wait for a rate limit that ends after the deadline, and tells when it ends', async () => {
    const { embedder } = await open({ deadlineMs: 10_000 });
    server.fail({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    await expect(embedder.embed(['Euler'], 'query')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryAfterMs: 3_600_000,
      message: expect.stringMatching(/limits our rate/),
    });
    expect(server.requests).toHaveLength(2);
  });

  test('ends with TIMEOUT when the endpoint hangs', async () => {
    // Opening, which the endpoint answers, has these bounds as well, also on a busy machine.
    const { embedder } = await open({ timeoutMs: 300, deadlineMs: 900 });
    server.fail(...Array.from({ length: 20 }, () => ({ kind: 'hang' as const })));
    await expect(embedder.embed(['Euler'], 'query')).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('tries again when one attempt is too slow', async () => {
    const { embedder } = await open({ timeoutMs: 200 });
    server.fail({ kind: 'hang' });
    expect(await embedder.embed(['Euler'], 'query')).toHaveLength(1);
  });

  test('lets go at once when the caller gives up', async () => {
    const { embedder } = await open();
    server.fail({ kind: 'hang' }, { kind: 'status', status: 503, headers: { 'retry-after': '60' } });
    for (const text of ['hanging', 'waiting']) {
      const caller = new AbortController();
      const embedding = embedder.embed([text], 'query', caller.signal);
      while (!inputs().flat().includes(text)) await new Promise(setImmediate);
      caller.abort();
      await expect(embedding).rejects.toMatchObject({ code: 'CANCELLED' });
    }
  });

  test.each([
    [401, /refused the credentials.*TRELLIS_EMBEDDER_API_KEY/],
    [404, /no such path or model.*TRELLIS_EMBEDDER_URL.*TRELLIS_EMBEDDER_MODEL/],
    [301, /redirects.*TRELLIS_EMBEDDER_URL/],
    [400, /refused the request/],
  ])('takes a %i as final and says what to look at', async (status, message) => {
    server.fail({ kind: 'status', status });
    await expect(open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(message),
    });
    expect(server.requests).toHaveLength(1);
  });

  test('says that nothing answers at an address', async () => {
    await server.close();
    await expect(open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/ECONNREFUSED.*TRELLIS_EMBEDDER_URL/),
    });
  });

  test.each([
    ['too few', (data: Item[]) => data.slice(1)],
    ['one twice', (data: Item[]) => data.map((item) => ({ ...item, index: 0 }))],
    ['other dimensions', (data: Item[]) => data.map((item) => ({ ...item, embedding: [1, 2, 3] }))],
    ['text for numbers', (data: Item[]) => data.map((item) => ({ ...item, embedding: 'AAAA' }))],
    ['zeros', (data: Item[]) => data.map((item) => ({ ...item, embedding: item.embedding.map(() => 0) }))],
    ['nothing', () => null],
  ])('refuses an answer with %s', async (_, change) => {
    const { embedder } = await open();
    const wrong = (answer: unknown) => ({ data: change((answer as { data: Item[] }).data) });
    server.fail({ kind: 'alter', change: wrong });
    await expect(embedder.embed(['one', 'two'], 'passage')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(server.requests).toHaveLength(2);
  });

  test('never tells the key, not even one that the endpoint repeats', async () => {
    const failures = await Promise.all(
      [401, 400, 500].map(async (status) => {
        const other = await startOpenAiServer();
        other.fail(
          ...Array.from({ length: 5 }, () => ({ kind: 'status' as const, status, message: `bad ${KEY}` })),
        );
        const error: unknown = await open({ url: other.url }).catch((reason: unknown) => reason);
        await other.close();
        return JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
      }),
    );
    expect(failures.join()).toMatch(/refused/);
    expect(failures.join()).not.toContain(KEY);
  });

  test.each(['ftp://example.com/v1', 'not a url', 'https://user:pass@example.com/v1'])(
    'refuses the address %s',
    (url) => {
      expect(() => create({ url })).toThrowError(/TRELLIS_EMBEDDER_URL/);
    },
  );

  test('answers UNAVAILABLE once it is closed', async () => {
    const { embedder } = await open();
    await embedder.close();
    await embedder.close();
    await expect(embedder.embed(['Euler'], 'query')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

interface Item {
  readonly index: number;
  readonly embedding: readonly number[];
}

function scaledAndShuffled(answer: unknown) {
  const { data } = answer as { data: readonly Item[] };
  const scaled = data.map((item) => ({ ...item, embedding: item.embedding.map((value) => value * 7) }));
  return { data: scaled.toReversed() };
}
