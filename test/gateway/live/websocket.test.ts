import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Data, startTestGateway, type TestGateway } from '../harness.ts';
import { connectSocket, type SocketClient } from './live-client.ts';

let trellis: TestGateway;
let socket: SocketClient;

beforeAll(async () => {
  trellis = await startTestGateway({ requestTimeoutMs: 2_000 });
  socket = connectSocket(trellis, { token: await trellis.token() });
});
afterAll(async () => {
  await socket.client.dispose();
  await trellis.close();
});

const WATCH =
  'subscription W($id: ID!) { ingestionJob(id: $id) { id state done document { title entities(first: 1) { name } } } }';
const job = (id: string, state: string, done = 0) => trellis.world.jobs.set(id, { id, state, done });
const all = async (results: AsyncIterable<Data>) => {
  const seen: Data[] = [];
  for await (const result of results) seen.push(result);
  return seen;
};
const refusal = (results: AsyncIterable<Data>): Promise<Data> =>
  all(results).then(
    (seen) => seen,
    (errors) => errors[0],
  );

describe('a subscription over a WebSocket', () => {
  test('gives the state now and after each change, with fields of other subgraphs, until it is over', async () => {
    job('j1', 'RUNNING', 1);
    const results = socket.iterate(WATCH, { id: 'j1' });
    const document = { title: 'Title of d-j1', entities: [{ name: 'Entity d-j1-0' }] };
    expect((await results.next()).value.data.ingestionJob).toEqual({
      id: 'j1',
      state: 'RUNNING',
      done: 1,
      document,
    });
    job('j1', 'SUCCEEDED', 2);
    trellis.world.announce('j1');
    expect((await results.next()).value.data.ingestionJob).toEqual({
      id: 'j1',
      state: 'SUCCEEDED',
      done: 2,
      document,
    });
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test("keeps the client's alias, fragments, conditions and several variables", async () => {
    job('j2', 'SUCCEEDED', 3);
    const query = `
      subscription W($id: ID!, $n: Int = 1, $with: Boolean!) { ...Root }
      fragment Root on Subscription { watched: ingestionJob(id: $id) { ...Job } }
      fragment Job on IngestionJob { now: state document @include(if: $with) { entities(first: $n) { id } } }`;
    const [result] = await all(socket.iterate(query, { id: 'j2', with: true }));
    expect(result.data).toEqual({
      watched: { now: 'SUCCEEDED', document: { entities: [{ id: 'd-j2-0' }] } },
    });
    const [without] = await all(socket.iterate(query, { id: 'j2', with: false }));
    expect(without.data).toEqual({ watched: { now: 'SUCCEEDED' } });
  });

  test('whose events have no state of their own gives every one of them, in order', async () => {
    const query =
      'subscription { answer(question: "who taught whom", words: 3) { word hit { chunk { text } } } }';
    const results = await all(socket.iterate(query));
    expect(results.map(({ data }) => data.answer.word)).toEqual(['who', 'taught', 'whom']);
    expect(results[0].data.answer.hit).toEqual({ chunk: { text: 'Text of c0' } });
  });

  test('whose source fails on its way says so in its last result', async () => {
    const results = await all(socket.iterate('subscription { answer(question: "now fail") { word } }'));
    expect(results.map(({ data, errors }) => data?.answer.word ?? errors[0].extensions.code)).toEqual([
      'now',
      'fail',
      'UNAVAILABLE',
    ]);
  });

  test.each([
    ['for what is not there', WATCH, { id: 'none' }, 'NOT_FOUND'],
    ['that its resolver refuses', 'subscription { answer(question: "") { word } }', {}, 'BAD_INPUT'],
    ['that is not valid', 'subscription { ingestionJob(id: "1") { nothing } }', {}, 'BAD_INPUT'],
    ['that has a wrong variable', WATCH, { id: {} }, 'BAD_INPUT'],
    ['that cannot be parsed', 'subscription {', {}, 'BAD_INPUT'],
    [
      'that asks for too much',
      `subscription { ingestionJob(id: "1") { ${'a: id '.repeat(1)} ${Array.from({ length: 40 }, (_, at) => `x${at}: id`).join(' ')} } }`,
      {},
      'QUERY_TOO_COMPLEX',
    ],
  ])('%s is refused before its first result, with problem details', async (_, query, variables, code) => {
    expect(await refusal(socket.iterate(query, variables))).toMatchObject({
      message: expect.any(String),
      extensions: {
        code,
        status: expect.any(Number),
        detail: expect.any(String),
        instance: expect.any(String),
      },
    });
  });

  test('is refused where its subgraph cannot be reached', async () => {
    trellis.world.down.add('documents');
    const error = await refusal(socket.iterate(WATCH, { id: 'j1' }));
    trellis.world.down.clear();
    expect(error.extensions).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
  });

  test('shows the errors of other subgraphs beside the data', async () => {
    job('j3', 'SUCCEEDED');
    trellis.world.down.add('traversal');
    const [result] = await all(socket.iterate(WATCH, { id: 'j3' }));
    trellis.world.down.clear();
    expect(result.data.ingestionJob).toMatchObject({ state: 'SUCCEEDED', document: { entities: null } });
    expect(result.errors).toMatchObject([
      { path: ['ingestionJob', 'document', 'entities'], extensions: { code: 'UNAVAILABLE' } },
    ]);
  });

  test('that its client ends stops in the subgraph at once, though nothing happens there', async () => {
    job('j4', 'RUNNING');
    const results = socket.iterate(WATCH, { id: 'j4' });
    await results.next();
    expect(trellis.world.watching()).toBe(1);
    await results.return?.();
    await trellis.world.nobodyWatches();
  });

  test('of a connection that breaks stops in the subgraph', async () => {
    job('j5', 'RUNNING');
    const other = connectSocket(trellis, { token: await trellis.token() });
    await other.iterate(WATCH, { id: 'j5' }).next();
    other.client.terminate();
    await trellis.world.nobodyWatches();
  });

  test('is one of at most 20 on its connection', async () => {
    job('j6', 'RUNNING');
    const other = connectSocket(trellis, { token: await trellis.token({ tenant: 'many' }) });
    const open = Array.from({ length: 20 }, () => other.iterate(WATCH, { id: 'j6' }));
    await Promise.all(open.map((results) => results.next()));
    expect(await refusal(other.iterate(WATCH, { id: 'j6' }))).toMatchObject({
      extensions: { code: 'TOO_MANY_REQUESTS', retryAfterMs: expect.any(Number) },
    });
    await open[0]?.return?.();
    await expect.poll(() => trellis.world.watching()).toBe(19);
    expect((await other.iterate(WATCH, { id: 'j6' }).next()).value.data.ingestionJob.id).toBe('j6');
    await other.client.dispose();
    await trellis.world.nobodyWatches();
  });
});

describe('a connection', () => {
  test('that is refused and reset by its client ends nothing but itself', async () => {
    const { hostname, port } = new URL(trellis.url);
    const reset = async () => {
      const line = connect({ host: hostname, port: Number(port) });
      line.on('error', () => undefined);
      await once(line, 'connect');
      const head = [
        'GET /elsewhere HTTP/1.1',
        `host: ${hostname}`,
        'connection: upgrade',
        'upgrade: websocket',
      ];
      line.write(`${head.join('\r\n')}\r\n\r\n`);
      // More than is read, so that the reset finds the server's side open.
      line.write(Buffer.alloc(100_000));
      await new Promise(setImmediate);
      line.resetAndDestroy();
      await once(line, 'close');
    };
    for (let times = 0; times < 50; times++) await reset();
    expect((await fetch(new URL('/health/live', trellis.url))).status).toBe(200);
  });

  test('also runs queries and mutations, with their errors', async () => {
    expect(await all(socket.iterate('{ document(id: "d1") { title secret } }'))).toMatchObject([
      {
        data: { document: { title: 'Title of d1', secret: null } },
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      },
    ]);
    expect(await all(socket.iterate('{ nothing }'))).toMatchObject([
      { errors: [{ extensions: { code: 'BAD_INPUT' } }] },
    ]);
  });

  test.each([
    ['without a token', undefined, 'has no token'],
    ['with a wrong token', 'nonsense', 'bearer token'],
  ])('%s is closed with 4401 and the reason', async (_, token, reason) => {
    const other = connectSocket(trellis, token === undefined ? {} : { token });
    const refused = refusal(other.iterate('{ __typename }'));
    const closed = await other.closed;
    expect(closed.code).toBe(4401);
    expect(closed.reason).toContain(reason);
    await refused;
  });

  test('takes the token of the handshake where a client sends it there', async () => {
    const other = connectSocket(trellis, { headers: { authorization: `Bearer ${await trellis.token()}` } });
    expect(await all(other.iterate('{ document(id: "d1") { id } }'))).toEqual([
      { data: { document: { id: 'd1' } } },
    ]);
    await other.client.dispose();
  });

  test.each(['connection_ack', 'next', 'error'])(
    'that says what only servers say is closed as the client’s mistake: %s',
    async (type) => {
      const other = new WebSocket(`${trellis.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const closed = new Promise<number>((resolve) => other.once('close', resolve));
      other.once('open', () => other.send(JSON.stringify({ type, id: '1', payload: [{ message: 'x' }] })));
      expect(await closed).toBe(4400);
    },
  );

  test('ends with its token: each stream says so, then it is closed with 4401', async () => {
    job('j7', 'RUNNING');
    const other = connectSocket(trellis, { token: await trellis.token({ lifetimeSeconds: 2 }), lazy: false });
    const results = other.iterate(WATCH, { id: 'j7' });
    await results.next();
    expect((await results.next()).value).toMatchObject({
      errors: [
        {
          message: 'The token has expired. Subscribe again with a new one.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(await other.closed).toMatchObject({ code: 4401 });
    await trellis.world.nobodyWatches();
  });

  test.each([
    ['of a page from elsewhere', '/graphql', 'https://evil.example', 403],
    ['to another path', '/elsewhere', undefined, 404],
  ])('%s is not opened', async (_, path, origin, status) => {
    const attempt = new WebSocket(
      `${trellis.url.replace('http', 'ws')}${path}`,
      'graphql-transport-ws',
      origin ? { origin } : {},
    );
    const error = await new Promise<Error>((resolve) => attempt.once('error', resolve));
    expect(error.message).toContain(String(status));
  });

  test('of a page of this very server is opened', async () => {
    const attempt = new WebSocket(`${trellis.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: trellis.url,
    });
    await new Promise((resolve, reject) => attempt.once('open', resolve).once('error', reject));
    attempt.terminate();
  });
});
