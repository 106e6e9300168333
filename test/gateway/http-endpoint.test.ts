import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectSubgraph } from '../../gateway/http-endpoint.ts';
import type { SubgraphEndpoint, SubgraphRequest } from '../../gateway/subgraph-endpoint.ts';
import { Problem } from '../../platform/errors.ts';
import { writeEventStream } from '../../platform/http/event-stream.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let server: Server;
let endpoint: SubgraphEndpoint;

/** A server that answers as it is told, and the endpoint that talks to it. */
async function serving(handler: Handler): Promise<SubgraphEndpoint> {
  let count = 0;
  server = createServer((request, response) => handler(request, response, ++count));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  endpoint = connectSubgraph({ name: 'documents', url: `http://127.0.0.1:${port}/graphql` });
  return endpoint;
}
afterEach(async () => {
  await endpoint.close();
  server.closeAllConnections();
  server.close();
});

const request = (query = '{ a }', more: Partial<SubgraphRequest> = {}): SubgraphRequest => ({
  query,
  token: 'token-of-documents',
  requestId: 'request-1',
  deadline: Date.now() + 5_000,
  ...more,
});
const json = (response: ServerResponse, body: unknown, status = 200, type = 'application/json') =>
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error) => error,
  );

test('a call carries the operation, the token, the deadline, the request id and the trace', async () => {
  const heard: unknown[] = [];
  await serving(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    heard.push(incoming.headers, JSON.parse(Buffer.concat(chunks).toString()));
    json(response, { data: { a: 1 } });
  });
  const deadline = Date.now() + 5_000;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const result = await endpoint.execute(
    request('query A($b: Int) { a }', { variables: { b: 2 }, operationName: 'A', deadline, traceparent }),
  );
  expect(result).toEqual({ data: { a: 1 } });
  expect(heard).toMatchObject([
    {
      authorization: 'Bearer token-of-documents',
      'content-type': 'application/json',
      'x-request-id': 'request-1',
      'x-trellis-deadline': String(deadline),
      traceparent,
    },
    { query: 'query A($b: Int) { a }', variables: { b: 2 }, operationName: 'A' },
  ]);
});

test('a refusal of the whole operation is a result, whatever its status', async () => {
  await serving((_, response) => json(response, { errors: [{ message: 'no' }] }, 401));
  expect(await endpoint.execute(request())).toEqual({ errors: [{ message: 'no' }] });
});

test('connections are kept and used again', async () => {
  const sockets = new Set<unknown>();
  await serving(({ socket }, response) => {
    sockets.add(socket);
    json(response, { data: {} });
  });
  for (let call = 0; call < 20; call++) await endpoint.execute(request());
  // A connection may still be winding up its last answer when the next call comes.
  expect(sockets.size).toBeLessThanOrEqual(2);
});

describe('a connection that breaks', () => {
  test('under a query is tried once more', async () => {
    await serving(({ socket }, response, count) => {
      if (count === 1) socket.destroy();
      else json(response, { data: { a: count } });
    });
    expect(await endpoint.execute(request('query { a }'))).toEqual({ data: { a: 2 } });
  });

  test('again and again is UNAVAILABLE, naming the subgraph and when to try again', async () => {
    let calls = 0;
    await serving(({ socket }) => {
      calls += 1;
      socket.destroy();
    });
    const error = await failure(endpoint.execute(request()));
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    expect(error.message).toContain('The subgraph "documents" cannot be reached');
    expect(calls).toBe(2);
  });

  test('under a mutation is not tried again: it may have been done', async () => {
    let calls = 0;
    await serving(({ socket }) => {
      calls += 1;
      socket.destroy();
    });
    expect(await failure(endpoint.execute(request('mutation { a }')))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(calls).toBe(1);
  });
});

describe("what is no subgraph's answer", () => {
  test.each([
    ['a page of a proxy', 502, '<html>Bad gateway</html>', 'UNAVAILABLE'],
    ['a path where nothing is', 404, '{"code":"NOT_FOUND","type":"t","detail":"nothing"}', 'UNAVAILABLE'],
    [
      'a problem document',
      413,
      '{"code":"PAYLOAD_TOO_LARGE","type":"t","detail":"too large"}',
      'PAYLOAD_TOO_LARGE',
    ],
    ['half an answer', 200, '{"data":', 'UNAVAILABLE'],
  ])('such as %s is a problem', async (_, status, body, code) => {
    await serving((_request, response) => response.writeHead(status).end(body));
    expect(await failure(endpoint.execute(request()))).toMatchObject({ code });
  });
});

test('a call ends at its deadline, and when its client leaves', async () => {
  await serving(() => undefined);
  expect(await failure(endpoint.execute(request('{ a }', { deadline: Date.now() + 50 })))).toMatchObject({
    code: 'TIMEOUT',
  });
  const leaving = new AbortController();
  const call = failure(endpoint.execute(request('{ a }', { signal: leaving.signal })));
  leaving.abort();
  expect(await call).toMatchObject({ code: 'CANCELLED' });
});

test('a ping is the round trip of a trivial request, or UNAVAILABLE', async () => {
  await serving(({ url }, response) => void response.writeHead(url === '/health/live' ? 200 : 404).end('{}'));
  expect(await endpoint.ping()).toBeGreaterThan(0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await failure(endpoint.ping())).toMatchObject({ code: 'UNAVAILABLE' });
});

describe('a subscription', () => {
  const counting = async function* () {
    for (let at = 1; at <= 3; at++) yield { data: { at } };
  };

  test('gives results as they come', async () => {
    await serving((_, response) => void writeEventStream(response, counting()));
    const seen: unknown[] = [];
    for await (const result of await endpoint.subscribe(request('subscription { a }'))) seen.push(result);
    expect(seen).toEqual([{ data: { at: 1 } }, { data: { at: 2 } }, { data: { at: 3 } }]);
  });

  test("that is refused rejects with the subgraph's problem", async () => {
    const problem = { code: 'NOT_FOUND', type: 't', detail: 'There is no job 1.' };
    await serving((_, response) => json(response, problem, 404, 'application/problem+json'));
    expect(await failure(endpoint.subscribe(request('subscription { a }')))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no job 1.',
    });
  });

  test('whose subgraph dies ends with UNAVAILABLE', async () => {
    await serving(({ socket }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: next\ndata: {"data":{"at":1}}\n\n', () => socket.destroy());
    });
    const results = (await endpoint.subscribe(request('subscription { a }')))[Symbol.asyncIterator]();
    expect((await results.next()).value).toEqual({ data: { at: 1 } });
    expect(await failure(results.next())).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('whose client leaves closes the connection', async () => {
    const gone = Promise.withResolvers<void>();
    await serving((_, response) => {
      response.once('close', gone.resolve);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':\n\n');
    });
    const leaving = new AbortController();
    const results = await endpoint.subscribe(request('subscription { a }', { signal: leaving.signal }));
    const next = failure(results[Symbol.asyncIterator]().next());
    leaving.abort();
    await gone.promise;
    await next;
  });
});
