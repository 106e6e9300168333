import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { readEventStream } from '../../platform/http/event-stream.ts';
import {
  type Data,
  operation,
  type Scenario,
  sampleDocuments,
  startScenario,
  TRANSPORTS,
} from './harness.ts';

describe.each(TRANSPORTS)('subscriptions, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({ transport });
  });
  afterAll(() => trellis?.close());

  const overSocket = async (query: string, variables: Data, token?: string): Promise<Data[]> => {
    const client = createClient({
      url: `${trellis.app.url().replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token ?? (await trellis.token())}` },
    });
    const results: Data[] = [];
    try {
      for await (const result of client.iterate({ query, variables })) results.push(result);
    } finally {
      await client.dispose();
    }
    return results;
  };
  const overEvents = async (query: string, variables: Data): Promise<Data[]> => {
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await trellis.token()}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    expect(response.headers.get('content-type')).toMatch(/text\/event-stream/);
    const results: Data[] = [];
    for await (const result of readEventStream(response.body as ReadableStream<Uint8Array>))
      results.push(result);
    return results;
  };

  test.each([
    ['graphql-ws', overSocket],
    ['server-sent events', overEvents],
  ] as const)('a job is watched live over %s, with fields of its collection', async (name, watch) => {
    const { data } = await trellis.run(await operation('ingest'), {
      input: { collection: `live ${name}`, documents: await sampleDocuments() },
    });
    const results = await watch(await operation('watch-ingestion'), { id: data.ingestDocuments.job.id });
    expect(results.every((result) => result.errors === undefined)).toBe(true);
    const last = results.at(-1).data.ingestionJob;
    expect(last).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: 41, documentsTotal: 41 },
      collection: { name: `live ${name}`, documentCount: 41 },
    });
  });

  test('an answer comes sentence by sentence, and whole at the end with texts of another subgraph', async () => {
    const query =
      'subscription ($q: String!) { event: answer(question: $q) { delta done answer { text grounded citations { quote chunk { text document { title } } } } } }';
    const results = await overSocket(query, { q: 'What did Tommy Flowers design?' });
    const events = results.map((result) => result.data.event);
    const last = events.at(-1);
    expect(last).toMatchObject({ done: true, answer: { grounded: true } });
    expect(events.map((event) => event.delta).join('')).toBe(last.answer.text);
    expect(last.answer.citations[0].chunk.document.title).toMatch(/Flowers|Colossus/);
  });

  test('a job that is not there, or not yours, is refused', async () => {
    const query = 'subscription { ingestionJob(id: "job_none") { state } }';
    const results = await overSocket(query, {}).catch((error: Data) => error);
    expect(JSON.stringify(results)).toMatch(/NOT_FOUND/);
  });

  test('whoever lacks the scope is refused before anything starts', async () => {
    const token = await trellis.token({ scopes: ['graph:read'] });
    const refused = await overSocket('subscription { ingestionJob(id: "x") { state } }', {}, token).catch(
      (error: Data) => error,
    );
    expect(JSON.stringify(refused)).toMatch(/FORBIDDEN/);
  });

  test('whoever has no valid token is not let in', async () => {
    await expect(
      overSocket('subscription { ingestionJob(id: "x") { state } }', {}, 'nonsense'),
    ).rejects.toMatchObject({ code: 4401 });
  });
});
