import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Data, startTestGateway, type TestGateway } from '../harness.ts';
import { requestEvents } from './live-client.ts';

let trellis: TestGateway;

beforeAll(async () => {
  trellis = await startTestGateway();
});
afterAll(() => trellis.close());

const query =
  'subscription W($id: ID!) { ingestionJob(id: $id) { id state document { entities(first: 1) { name } } } }';
const job = (id: string, state: string) => trellis.world.jobs.set(id, { id, state, done: 0 });

describe('a subscription over server-sent events', () => {
  test('gives the state now and after each change, with fields of other subgraphs, until it is over', async () => {
    job('j1', 'RUNNING');
    const { status, headers, results } = await requestEvents(trellis, { query, variables: { id: 'j1' } });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('x-request-id')).toBeTruthy();
    expect((await results.next()).value.data.ingestionJob).toEqual({
      id: 'j1',
      state: 'RUNNING',
      document: { entities: [{ name: 'Entity d-j1-0' }] },
    });
    job('j1', 'SUCCEEDED');
    trellis.world.announce('j1');
    expect((await results.next()).value.data.ingestionJob.state).toBe('SUCCEEDED');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('is written as the protocol says', async () => {
    job('j2', 'SUCCEEDED');
    const { body, headers } = await trellis.fetch('/graphql', {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${await trellis.token()}`,
      },
      body: JSON.stringify({ query: 'subscription { ingestionJob(id: "j2") { id } }' }),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toBe(
      ':\n\nevent: next\ndata: {"data":{"ingestionJob":{"id":"j2"}}}\n\nevent: complete\ndata:\n\n',
    );
  });

  test.each([
    ['without a token', { query, variables: { id: 'j1' } }, null, 401, 'UNAUTHENTICATED'],
    ['for what is not there', { query, variables: { id: 'none' } }, undefined, 404, 'NOT_FOUND'],
    ['that is not valid', { query: 'subscription { nothing }' }, undefined, 400, 'BAD_INPUT'],
    ['without a query', { variables: {} }, undefined, 400, 'BAD_INPUT'],
    [
      'with a condition on its root field',
      { query: 'subscription W($on: Boolean!) { ingestionJob(id: "j1") @include(if: $on) { id } }' },
      undefined,
      400,
      'BAD_INPUT',
    ],
    [
      'with a condition around its root field',
      {
        query:
          'subscription W($on: Boolean!) { ...F @skip(if: $on) } fragment F on Subscription { ingestionJob(id: "j1") { id } }',
      },
      undefined,
      400,
      'BAD_INPUT',
    ],
  ])('%s is refused with a problem document', async (_, body, token, status, code) => {
    const answer = await requestEvents(trellis, body, token === undefined ? {} : { token });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.problem()).toMatchObject({ code, status });
  });

  test('stops in the subgraph when its client leaves', async () => {
    job('j3', 'RUNNING');
    const { results, leave } = await requestEvents(trellis, { query, variables: { id: 'j3' } });
    await results.next();
    expect(trellis.world.watching()).toBe(1);
    leave();
    await trellis.world.nobodyWatches();
  });

  test('ends with its token, saying so', async () => {
    job('j4', 'RUNNING');
    const token = await trellis.token({ lifetimeSeconds: 2 });
    const { results } = await requestEvents(trellis, { query, variables: { id: 'j4' } }, { token });
    await results.next();
    expect((await results.next()).value.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await results.next()).done).toBe(true);
  });
});

describe('a query', () => {
  test('whose client takes only events is answered with one', async () => {
    const { results } = await requestEvents(trellis, { query: '{ document(id: "d1") { title } }' });
    const seen: Data[] = [];
    for await (const result of results) seen.push(result);
    expect(seen).toEqual([{ data: { document: { title: 'Title of d1' } } }]);
  });

  test('whose client takes events among others is answered as ever; its subscription is streamed', async () => {
    const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    const plain = await requestEvents(trellis, { query: '{ document(id: "d1") { title } }' }, { accept });
    expect(plain.headers.get('content-type')).toContain('json');
    job('j5', 'SUCCEEDED');
    const live = await requestEvents(trellis, { query, variables: { id: 'j5' } }, { accept });
    expect(live.headers.get('content-type')).toContain('text/event-stream');
    live.leave();
  });
});
