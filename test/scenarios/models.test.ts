import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { type OpenAiServer, startOpenAiServer } from '../servers/openai-compatible.ts';
import { type Data, type Scenario, startScenario } from './harness.ts';

const DOCUMENTS = [
  { key: 'flowers', title: 'Tommy Flowers', content: 'Tommy Flowers built Colossus at Dollis Hill.' },
  { key: 'newman', title: 'Max Newman', content: 'Max Newman led the section that used Colossus.' },
];

describe('with a language model', () => {
  let server: OpenAiServer;
  let trellis: Scenario;
  beforeAll(async () => {
    server = await startOpenAiServer({ apiKey: 'secret-key' });
    trellis = await startScenario({
      settings: {
        TRELLIS_LLM_URL: server.url,
        TRELLIS_LLM_MODEL: 'scripted',
        TRELLIS_LLM_API_KEY: 'secret-key',
        TRELLIS_LLM_TIMEOUT_MS: '2000',
      },
    });
    await trellis.ingest('notes', DOCUMENTS);
  });
  afterAll(async () => {
    await trellis?.close();
    await server?.close();
  });

  const ask = async () =>
    (
      await trellis.run(
        '{ ask(question: "Who built Colossus?") { text grounded generator degraded { arm reason } citations { quote start end chunk { text } } } }',
      )
    ).data.ask;
  const saying = (...sentences: Data[]) => server.reply(JSON.stringify({ sentences }));
  /** The number that a passage has in the prompt. */
  const cite = (quote: string) => (request: Data) => {
    const prompt = request.messages.at(-1).content as string;
    const passage = Number(/number="(\d+)" title="Tommy Flowers"/.exec(prompt)?.[1]);
    return JSON.stringify({ sentences: [{ text: 'Tommy Flowers did.', citations: [{ passage, quote }] }] });
  };

  test('an answer is grounded when each sentence has a quote that is really there', async () => {
    server.reply(cite('Tommy Flowers built Colossus'));
    const answer = await ask();
    expect(answer).toMatchObject({
      text: 'Tommy Flowers did.',
      grounded: true,
      generator: expect.stringMatching(/^scripted@/),
      degraded: [],
    });
    const [{ quote, start, end, chunk }] = answer.citations;
    expect(chunk.text.slice(start, end)).toBe(quote);
  });

  test('a sentence without a quote, or with one that is nowhere, makes it ungrounded', async () => {
    saying({ text: 'Nobody knows.', citations: [] });
    expect(await ask()).toMatchObject({ grounded: false, citations: [] });
    server.reply(cite('Tommy Flowers built the moon'));
    expect(await ask()).toMatchObject({ grounded: false, citations: [] });
  });

  const SENTENCES = [
    { text: 'Tommy Flowers built Colossus.', citations: [{ passage: 1, quote: 'Colossus' }] },
    { text: 'Max Newman’s section used it.', citations: [{ passage: 2, quote: 'Colossus' }] },
  ];
  const STREAM =
    'subscription { event: answer(question: "Who built Colossus?") { delta done answer { text grounded generator degraded { arm reason } } } }';
  async function* events(): AsyncGenerator<Data> {
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await trellis.token()}`,
      },
      body: JSON.stringify({ query: STREAM }),
    });
    for await (const result of readEventStream(response.body as ReadableStream<Uint8Array>))
      yield (result as Data).data.event;
  }

  test('a sentence is told while the model still writes the next one', async () => {
    const { promise: firstIsTold, resolve } = Promise.withResolvers<void>();
    const content = JSON.stringify({ sentences: SENTENCES });
    const second = content.indexOf('Max Newman');
    server.reply({ content, onPiece: (sent) => (sent.length > second ? firstIsTold : undefined) });
    const told: Data[] = [];
    for await (const event of events()) {
      told.push(event);
      resolve();
    }
    expect(told.map(({ delta }) => delta)).toEqual([SENTENCES[0]?.text, ` ${SENTENCES[1]?.text}`, '']);
    expect(told.at(-1)).toMatchObject({
      done: true,
      answer: {
        text: SENTENCES.map(({ text }) => text).join(' '),
        grounded: true,
        generator: expect.stringMatching(/^scripted@/),
        degraded: [],
      },
    });
  });

  test.each([
    ['breaks off behind a sentence', 'Max Newman', 'broke off', /^scripted@/],
    ['breaks off before the first', 'Tommy', 'did not answer', /^extractive/],
  ])('a model that %s leaves what was told, or quotes', async (_, at, reason, generator) => {
    const content = JSON.stringify({ sentences: SENTENCES });
    const where = content.indexOf(at);
    server.reply({ content, onPiece: (sent) => (sent.length > where ? 'break off' : undefined) });
    const told: Data[] = [];
    for await (const event of events()) told.push(event);
    const { answer } = told.at(-1);
    expect(answer).toMatchObject({
      generator: expect.stringMatching(generator),
      degraded: [{ arm: 'GENERATOR', reason: expect.stringContaining(reason) }],
    });
    expect(told.map(({ delta }) => delta).join('')).toBe(answer.text);
  });

  test.each([
    ['no JSON', 'not json at all'],
    ['another form', JSON.stringify({ sentences: [{ words: 'Tommy Flowers did.' }] })],
    ['something beside the sentences', JSON.stringify({ sentences: [], mood: 'fine' })],
    ['half of it', '{"sentences": ['],
    ['nothing', ''],
  ])('a model that writes %s is replaced by quotes while it streams, too', async (_, content) => {
    server.reply({ content });
    const told: Data[] = [];
    for await (const event of events()) told.push(event);
    expect(told.at(-1).answer).toMatchObject({
      generator: expect.stringMatching(/^extractive/),
      degraded: [{ arm: 'GENERATOR' }],
    });
    expect(told.map(({ delta }) => delta).join('')).toBe(told.at(-1).answer.text);
  });

  test('a model that fails is replaced by quotes, and the answer says so', async () => {
    server.reply('not json at all');
    const answer = await ask();
    expect(answer).toMatchObject({
      grounded: true,
      generator: 'extractive-v2',
      degraded: [{ arm: 'GENERATOR' }],
    });
    expect(answer.text).toContain('built Colossus');
    expect(JSON.stringify(answer)).not.toContain('secret-key');
  });
});

describe('with extraction by a model', () => {
  let server: OpenAiServer;
  let trellis: Scenario;
  beforeAll(async () => {
    server = await startOpenAiServer();
    trellis = await startScenario({
      settings: {
        TRELLIS_LLM_URL: server.url,
        TRELLIS_LLM_MODEL: 'scripted',
        TRELLIS_LLM_EXTRACTION: 'true',
        TRELLIS_LLM_JOB_TOKENS_MAX: '900',
        TRELLIS_LLM_TIMEOUT_MS: '2000',
      },
    });
  });
  afterAll(async () => {
    await trellis?.close();
    await server?.close();
  });

  const reply = (entities: Data[], relationships: Data[] = []) => JSON.stringify({ entities, relationships });

  test('what it finds enters the graph beside what the rules find, and nothing that the text does not spell', async () => {
    server.reply(
      'no json',
      reply(
        [
          { name: 'codebreaking machine', type: 'product', aliases: [], description: 'It broke codes.' },
          { name: 'dollis hill', type: 'place', aliases: ['Dollis Hill'], description: 'A place.' },
          { name: 'Atlantis', type: 'place', aliases: [], description: 'Invented.' },
        ],
        [{ source: 'codebreaking machine', predicate: 'was built at', target: 'dollis hill' }],
      ),
    );
    const { job } = await trellis.ingest('notes', [
      { key: 'a', content: 'The codebreaking machine was built at Dollis Hill.' },
    ]);
    expect(job).toMatchObject({ state: 'SUCCEEDED' });
    const { data } = await trellis.run(
      '{ machine: entities(name: "codebreaking machine") { nodes { type description relationships { nodes { type } } } } invented: entities(name: "Atlantis") { nodes { id } } }',
    );
    expect(data.machine.nodes).toEqual([
      {
        type: 'PRODUCT',
        description: 'It broke codes.',
        relationships: { nodes: [{ type: 'WAS_BUILT_AT' }] },
      },
    ]);
    expect(data.invented.nodes).toEqual([]);
  });

  test('a job that has spent its tokens says so for the documents that are left', async () => {
    server.reply(reply([]));
    const documents = Array.from({ length: 12 }, (_, at) => ({
      key: `b${at}`,
      content: `Text ${at}. ${'Some words. '.repeat(20)}`,
    }));
    const { job } = await trellis.ingest('budget', documents);
    expect(job.state).toBe('PARTIAL');
    expect(job.failures[0]).toMatchObject({
      step: 'EXTRACT',
      code: 'BUDGET_EXHAUSTED',
      message: expect.stringMatching(/TRELLIS_LLM_JOB_TOKENS_MAX/),
    });
    expect(job.progress.documentsDone).toBe(12);
  });
});

describe('with embeddings of an endpoint', () => {
  let server: OpenAiServer;
  let trellis: Scenario | undefined;
  beforeAll(async () => {
    server = await startOpenAiServer();
  });
  afterEach(() => trellis?.close());
  afterAll(() => server?.close());

  const settings = (model: string) => ({
    TRELLIS_EMBEDDER: 'openai',
    TRELLIS_EMBEDDER_URL: server.url,
    TRELLIS_EMBEDDER_MODEL: model,
  });

  test('documents are found by them, and a search goes on without them while the endpoint is down', async () => {
    const started = await startScenario({ settings: settings('one') });
    trellis = started;
    await started.ingest('notes', DOCUMENTS);
    const search = (query: string) =>
      started.run(
        'query ($query: String!) { search(query: $query, first: 2) { hits { explanation { arms { arm } } } degraded { arm reason } } }',
        { query },
      );
    const { data } = await search('Colossus builder');
    expect(data.search.degraded).toEqual([]);
    expect(data.search.hits[0].explanation.arms.map((arm: Data) => arm.arm)).toContain('DENSE');
    server.fail(...Array.from({ length: 10 }, () => ({ kind: 'status', status: 400 }) as const));
    // What was asked before needs no endpoint any more.
    const again = await search('Colossus builder');
    expect(again.data).toEqual(data);
    const down = await search('Colossus engineer');
    expect(down.errors).toEqual([]);
    expect(down.data.search.degraded).toMatchObject([{ arm: 'DENSE' }]);
    expect(down.data.search.hits).toHaveLength(2);
  });
});
