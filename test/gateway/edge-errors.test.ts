import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Data, startTestGateway, type TestGateway } from './harness.ts';

let trellis: TestGateway;

beforeAll(async () => {
  trellis = await startTestGateway();
});
afterEach(() => trellis.world.down.clear());
afterAll(() => trellis.close());

const firstError = (body: Data) => body.errors[0];

describe('an operation that is wrong', () => {
  test.each([
    ['with a syntax error', '{ search(', 'Syntax Error'],
    ['with an unknown field, keeping the suggestion', '{ serch { tookMs } }', 'Did you mean "search"?'],
    [
      'without its required argument',
      '{ search { tookMs } }',
      'argument "query" of type "String!" is required',
    ],
  ])("%s is the client's mistake, with problem details", async (_, query, message) => {
    const { status, body } = await trellis.ask(query);
    expect(status).toBe(400);
    expect(firstError(body).message).toContain(message);
    expect(firstError(body).extensions).toMatchObject({
      code: 'BAD_INPUT',
      status: 400,
      type: 'https://trellis.dev/problems/bad-input',
      title: 'The request is not valid',
      detail: firstError(body).message,
      instance: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(firstError(body).locations).toBeDefined();
  });

  test('names the variable that is wrong, down to the place inside it', async () => {
    const { status, body } = await trellis.ask(
      'mutation M($input: CreateCollectionInput!) { createCollection(input: $input) { name } }',
      { input: { name: 'a', documents: [{ content: 'x' }, { content: 7 }] } },
    );
    expect(status).toBe(400);
    expect(firstError(body).extensions.errors).toEqual([
      { field: 'input.documents.1.content', message: 'String cannot represent a non string value: 7' },
    ]);
    expect(firstError(body).message).toBe(
      'Variable "$input.documents.1.content": String cannot represent a non string value: 7',
    );
  });

  test('names a variable that is missing, also when the operation has run before', async () => {
    const query = 'query Q($q: String!) { search(query: $q, first: 1) { tookMs } }';
    expect((await trellis.ask(query, { q: 'a' })).body.errors).toBeUndefined();
    expect((await trellis.ask(query, { q: 'a' })).body.errors).toBeUndefined();
    const { status, body } = await trellis.ask(query, {});
    expect(status).toBe(400);
    expect(firstError(body).extensions).toMatchObject({ code: 'BAD_INPUT', errors: [{ field: 'q' }] });
    expect(firstError(body).message).toBe('Variable "$q": of required type "String!" was not provided.');
  });

  test.each([
    ['{ search(query: 5) { tookMs } }', 'query', 'query: String cannot represent a non string value: 5'],
    ['{ search(query: null) { tookMs } }', 'query', 'query: Expected value of type "String!", found null.'],
    [
      '{ search(query: "a", first: 99999999999) { tookMs } }',
      'first',
      'first: Int cannot represent non 32-bit signed integer value: 99999999999',
    ],
    [
      'mutation { createCollection(input: { name: "a", documents: [{ content: "x" }, { content: 7 }] }) { name } }',
      'input.documents.1.content',
      'input.documents.1.content: String cannot represent a non string value: 7',
    ],
    [
      '{ search(query: "a", limit: 1) { tookMs } }',
      'limit',
      expect.stringMatching(/^Unknown argument "limit"/),
    ],
    ['{ search { tookMs } }', 'query', expect.stringMatching(/^Field "search" argument "query"/)],
  ])('names the argument that is wrong in %s', async (query, field, message) => {
    const { status, body } = await trellis.ask(query);
    expect(status).toBe(400);
    expect(firstError(body)).toMatchObject({ message, extensions: { detail: message, errors: [{ field }] } });
  });

  test.each([
    [
      'a mutation by GET',
      `/graphql?query=${encodeURIComponent('mutation { createCollection(input: { name: "a" }) { name } }')}`,
      { 'apollo-require-preflight': '1' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'no form that there is',
      '/graphql?query=%7B__typename%7D',
      { 'apollo-require-preflight': '1', accept: 'text/html' },
      406,
      'NOT_ACCEPTABLE',
    ],
  ])('asked for %s, says the status that it is answered with', async (_, path, headers, status, code) => {
    const authorization = `Bearer ${await trellis.token()}`;
    const answer = await trellis.fetch(path, { headers: { authorization, ...headers } });
    expect(answer.status).toBe(status);
    expect(firstError(answer.body).extensions).toMatchObject({ code, status });
  });

  test('does not repeat a large value back', async () => {
    const { body } = await trellis.ask('query Q($q: Int!) { search(query: "a", first: $q) { tookMs } }', {
      q: 'x'.repeat(50_000),
    });
    expect(JSON.stringify(body).length).toBeLessThan(5_000);
  });

  test('that is not in the document is refused', async () => {
    const request = {
      method: 'POST',
      headers: { authorization: `Bearer ${await trellis.token()}`, 'content-type': 'application/json' },
    };
    const query = 'query A { __typename } query B { __typename }';
    const unknown = await trellis.fetch('/graphql', {
      ...request,
      body: JSON.stringify({ query, operationName: 'C' }),
    });
    expect(unknown.status).toBe(400);
    expect(firstError(unknown.body).message).toBe('The document has no operation named "C".');
    const unsaid = await trellis.fetch('/graphql', { ...request, body: JSON.stringify({ query }) });
    expect(unsaid.status).toBe(400);
    expect(firstError(unsaid.body).extensions.code).toBe('BAD_INPUT');
  });

  test('that is a subscription says how subscriptions are sent', async () => {
    const { status, body } = await trellis.ask('subscription { ingestionJob(id: "1") { id } }');
    expect(status).toBe(400);
    expect(firstError(body).message).toContain('text/event-stream');
  });
});

describe('a subgraph that fails', () => {
  test('in one field leaves the other data, and its code and path arrive', async () => {
    const query = '{ document(id: "d1") { title secret } }';
    for (const run of ['by Apollo', 'by our executor']) {
      const { status, body } = await trellis.ask(query);
      expect(status, run).toBe(200);
      expect(body.data).toEqual({ document: { title: 'Title of d1', secret: null } });
      expect(body.errors).toEqual([
        {
          message: 'This needs another scope.',
          path: ['document', 'secret'],
          extensions: expect.objectContaining({ code: 'FORBIDDEN', status: 403 }),
        },
      ]);
    }
  });

  test('keeps what a problem says about trying again', async () => {
    const { body } = await trellis.ask('{ fails(how: "problem") }');
    expect(firstError(body).extensions).toMatchObject({ code: 'CONFLICT', retryAfterMs: 5 });
  });

  test('by a mistake of ours says nothing of it but the instance', async () => {
    const { status, body } = await trellis.ask(
      '{ fails(how: "bug") }',
      {},
      { 'x-request-id': 'request-4711' },
    );
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|stack|node_modules|\.ts/);
    expect(firstError(body).extensions).toMatchObject({ code: 'INTERNAL', instance: 'request-4711' });
  });

  test('to be reached leaves the text standing, and the error names it, with the place and when to try again', async () => {
    const query = '{ search(query: "a", first: 2) { hits { chunk { text entities { name } } } } }';
    await trellis.ask(query);
    trellis.world.down.add('traversal');
    const { status, body } = await trellis.ask(query);
    expect(status).toBe(200);
    expect(body.data.search.hits.map(({ chunk }: Data) => chunk)).toEqual([
      { text: 'Text of c0', entities: null },
      { text: 'Text of c1', entities: null },
    ]);
    expect(body.errors).toEqual([
      {
        message: 'The subgraph "traversal" cannot be reached. Try again.',
        path: ['search', 'hits', 0, 'chunk', 'entities'],
        extensions: expect.objectContaining({ code: 'UNAVAILABLE', status: 503, retryAfterMs: 1_000 }),
      },
    ]);
  });

  test('to be reached the very first time an operation runs is told the same way', async () => {
    trellis.world.down.add('traversal');
    const { body } = await trellis.ask(
      '{ search(query: "b", first: 1) { hits { chunk { id text entities { id } } } } }',
    );
    expect(body.data.search.hits).toEqual([{ chunk: { id: 'c0', text: 'Text of c0', entities: null } }]);
    expect(body.errors).toMatchObject([{ path: ['search', 'hits', 0, 'chunk', 'entities'] }]);
  });

  test('at the root has an error for each field that it owed', async () => {
    trellis.world.down.add('documents');
    const { status, body } = await trellis.ask(
      '{ a: document(id: "1") { id } b: ingestionJob(id: "2") { id } }',
    );
    expect(status).toBe(200);
    expect(body.data).toEqual({ a: null, b: null });
    expect(body.errors.map(({ path }: Data) => path)).toEqual([['a'], ['b']]);
  });
});

describe('plain HTTP', () => {
  const post = async (body: string, headers: Record<string, string> = {}) =>
    trellis.fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await trellis.token()}`,
        ...headers,
      },
      body,
    });

  test.each([
    ['a body that is not JSON', '{"query": ', {}, 400, 'BAD_INPUT'],
    [
      'another content type',
      'query=a',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'plain text, which a page could send from anywhere',
      '{"query":"{__typename}"}',
      { 'content-type': 'text/plain' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['too large a body', `{"query":"${' '.repeat(100_001)}"}`, {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['an empty body', '', {}, 400, 'BAD_INPUT'],
  ])('refuses %s with a problem document', async (_, body, headers, status, code) => {
    const answer = await post(body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code, status, instance: answer.headers.get('x-request-id') });
  });

  test.each([
    ['a list', '[{"query":"{__typename}"}]', 'QUERY_TOO_COMPLEX'],
    ['no query', '{"variables":{}}', 'BAD_INPUT'],
    ['a query that is no text', '{"query":7}', 'BAD_INPUT'],
    ['variables that are no object', '{"query":"{__typename}","variables":[]}', 'BAD_INPUT'],
  ])('refuses %s as a body, naming the request', async (_, body, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(firstError(answer.body).extensions).toMatchObject({
      code,
      instance: answer.headers.get('x-request-id'),
    });
  });

  test('answers queries by GET where the client shows that it is no form, and no mutation', async () => {
    const headers = { authorization: `Bearer ${await trellis.token()}`, 'apollo-require-preflight': 'yes' };
    const query = await trellis.fetch('/graphql?query={document(id:"d1"){title}}', { headers });
    expect(query).toMatchObject({ status: 200, body: { data: { document: { title: 'Title of d1' } } } });
    const mutation = await trellis.fetch(
      '/graphql?query=mutation{createCollection(input:{name:"a"}){name}}',
      { headers },
    );
    expect(mutation.status).toBe(405);
    const form = await trellis.fetch('/graphql?query={__typename}', {
      headers: { authorization: headers.authorization },
    });
    expect(form.status).toBe(400);
    expect(firstError(form.body).message).toContain('Cross-Site Request Forgery');
  });

  test('says where nothing is, and which method a path takes', async () => {
    const nothing = await trellis.fetch('/nothing?token=secret');
    expect(nothing.status).toBe(404);
    expect(nothing.body.detail).toBe('There is nothing at GET /nothing. GraphQL is at POST /graphql.');
    const method = await trellis.fetch('/graphql', { method: 'DELETE' });
    expect(method.status).toBe(405);
    expect(method.headers.get('allow')).toBe('GET, POST');
    expect(method.body).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 });
  });

  test.each([
    ['lists', `{ document(id: ${'['.repeat(4_000)}`],
    ['selections', '{a'.repeat(2_400)],
    ['objects', `{ document(id: ${'{a:'.repeat(1_600)}`],
  ])('reads %s no deeper than its stack reaches', async (_, query) => {
    for (const accept of ['application/json', 'text/event-stream']) {
      const { status, body } = await trellis.ask(query, {}, { accept });
      const code = accept === 'application/json' ? firstError(body).extensions.code : body.code;
      expect([status, code]).toEqual([400, expect.stringMatching(/^(QUERY_TOO_COMPLEX|BAD_INPUT)$/)]);
    }
  });

  test('refuses a number that JavaScript cannot keep', async () => {
    const { status, body } = await trellis.ask(`{ document(id: 1${'0'.repeat(400)}) { id } }`);
    expect([status, firstError(body).extensions.code]).toEqual([400, 'BAD_INPUT']);
    expect(firstError(body).message).toMatch(/larger than any that can be kept/);
  });

  test('takes a path for a path, also where it would be a pattern of routes', async () => {
    for (const path of ['/*x', '/a*b/c', '/:id', '/graphql/*/x', '/**']) {
      const { status, body } = await trellis.fetch(path);
      expect([path, status, body.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
  });

  test('refuses headers that are too large, and what is not HTTP', async () => {
    const large = await raw(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    expect(large).toContain('"code":"HEADERS_TOO_LARGE"');
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"BAD_INPUT"/s,
    );
  });

  test('sends no header that helps an attacker, and those that hinder one', async () => {
    const { headers } = await trellis.ask('{ __typename }');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers.has('x-powered-by') || headers.has('server')).toBe(false);
  });
});

/** Sends bytes as they are, and gives what comes back until the other side closes. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(trellis.url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}
