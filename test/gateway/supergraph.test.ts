import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSupergraph } from '../../gateway/supergraph.ts';
import { compose, startTestGateway, type TestGateway } from './harness.ts';
import { createWorld } from './world.ts';

const POLL_MS = 10;

/** The supergraph of the world, its documents subgraph with one more field, or as `change` makes it. */
function supergraph(change: (schema: string) => string = (schema) => schema): string {
  return compose(
    createWorld().definitions.map((definition) =>
      definition.name === 'documents' ? { ...definition, schema: change(definition.schema) } : definition,
    ),
  );
}

const withField = (schema: string) => schema.replace('type Query {', 'type Query { late: String');

describe('a supergraph that is read again', () => {
  let path: string;
  let trellis: TestGateway;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'trellis-supergraph-')), 'supergraph.graphql');
    await writeFile(path, supergraph());
    trellis = await startTestGateway({ supergraph: readSupergraph({ location: path, pollMs: POLL_MS }) });
  });
  afterEach(() => trellis.close());

  const knowsLate = async () => {
    const { body } = await trellis.ask('{ __type(name: "Query") { fields { name } } }');
    return body.data.__type.fields.some(({ name }: { name: string }) => name === 'late');
  };
  const stateOf = async () => {
    const { body } = await trellis.fetch('/health/ready');
    return body.components.find(({ name }: { name: string }) => name === 'supergraph').state;
  };
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await delay(POLL_MS);
  };

  test('is served when it changes', async () => {
    expect(await knowsLate()).toBe(false);
    await writeFile(path, supergraph(withField));
    await until(knowsLate);
    expect((await trellis.ask('{ document(id: "d1") { title } }')).body.errors).toBeUndefined();
  });

  test.each<[string, () => Promise<void>]>([
    ['is no GraphQL', () => writeFile(path, 'type Query {')],
    ['is no supergraph', () => writeFile(path, 'type Query { a: String }')],
    [
      'names a subgraph that there is not',
      () => writeFile(path, supergraph().replace('name: "documents"', 'name: "elsewhere"')),
    ],
    [
      'has a subscription without a twin',
      () =>
        writeFile(
          path,
          supergraph((schema) => schema.replace('type Subscription {', 'type Subscription { other: String')),
        ),
    ],
    ['is gone', () => rm(path)],
  ])('that %s is refused, the one before it stays, and a sound one is taken again', async (_, spoil) => {
    await spoil();
    await until(async () => (await stateOf()) === 'DEGRADED');
    expect((await trellis.ask('{ document(id: "d1") { title } }')).body.data.document.title).toBeTruthy();
    await writeFile(path, supergraph(withField));
    await until(knowsLate);
    await until(async () => (await stateOf()) === 'UP');
  });
});

describe('a supergraph at an address', () => {
  const serving = async (status: number, text: string) => {
    const server = createServer((_, response) => response.writeHead(status).end(text));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/supergraph`;
    return { source: readSupergraph({ location, pollMs: 0 }), close: () => server.close() };
  };

  test('is fetched', async () => {
    const { source, close } = await serving(200, supergraph());
    expect(await source.read()).toBe(supergraph());
    close();
  });

  test.each([
    ['an error', 500, 'broken', /status 500/],
    ['too much', 200, 'x'.repeat(10_000_001), /larger than 10000000 bytes/],
  ])('that answers with %s is UNAVAILABLE, naming the setting', async (_, status, text, reason) => {
    const { source, close } = await serving(status, text);
    await expect(source.read()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(reason),
    });
    await expect(source.read()).rejects.toThrow('TRELLIS_SUPERGRAPH');
    close();
  });
});

test('a gateway does not start with a supergraph that is not sound', async () => {
  const spoiled = { read: async () => 'type Query {', pollMs: 0 };
  await expect(startTestGateway({ supergraph: spoiled })).rejects.toThrow(/Syntax Error/);
});
