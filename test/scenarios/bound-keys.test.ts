/** A key that is bound to one collection of a tenant, beside a collection that it must learn nothing of. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Data, type Scenario, startScenario } from './harness.ts';

/** The same people, and more of them, in words that only the other collection has. */
const OPEN = [
  {
    key: 'ada',
    title: 'Ada',
    content: 'Ada Lovelace wrote notes about the Analytical Engine of Charles Babbage.',
  },
  {
    key: 'engine',
    title: 'The engine',
    content: 'The Analytical Engine was never built. Charles Babbage designed it.',
  },
];
const HIDDEN = [
  {
    key: 'affair',
    title: 'Affair',
    content: 'Ada Lovelace secretly met Andrew Crosse at Somerset. Andrew Crosse burned the letters.',
  },
  {
    key: 'debts',
    title: 'Debts',
    content: 'Ada Lovelace lost money on horses. Charles Babbage did not know of the syndicate.',
  },
];
const HIDDEN_WORDS = /Crosse|Somerset|horses|syndicate|letters|Affair|Debts|hidden/i;

let trellis: Scenario;
let key: string;
let hidden: Data;
let open: Data;

beforeAll(async () => {
  trellis = await startScenario();
  await trellis.ingest('open', OPEN);
  await trellis.ingest('hidden', HIDDEN);
  key = await bind(['open']);
  const ids = async (name: string): Promise<Data> => {
    const { data } = await trellis.run('query ($name: String!) { collection(name: $name) { id } }', { name });
    const listed = await trellis.run(
      'query ($id: ID!) { documents(collection: $id) { nodes { id key contentHash chunks { nodes { id } } } } }',
      { id: data.collection.id },
    );
    const [first] = listed.data.documents.nodes;
    return { collection: data.collection.id, document: first.id, chunk: first.chunks.nodes[0].id };
  };
  [open, hidden] = [await ids('open'), await ids('hidden')];
});
afterAll(() => trellis?.close());

async function bind(collections: readonly string[]): Promise<string> {
  const scopes = ['documents:read', 'documents:write', 'retrieval:read', 'graph:read', 'admin:*'];
  const { data, errors } = await trellis.run(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    { input: { name: 'bound', scopes, collections } },
  );
  expect(errors).toEqual([]);
  return data.createApiKey.secret;
}

const run = (query: string, variables: Data = {}): Promise<Answer> => trellis.run(query, variables, key);
const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code);

describe('reading documents', () => {
  test('lists its own collection and the documents in it', async () => {
    const { data, errors } = await run(
      '{ viewer { collections } collections { nodes { id name documentCount } } documents { nodes { key collection { name } chunks { nodes { text } } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.viewer.collections).toEqual([open.collection]);
    expect(data.collections.nodes).toEqual([{ id: open.collection, name: 'open', documentCount: 2 }]);
    expect(data.documents.nodes.map((one: Data) => one.key).toSorted()).toEqual(['ada', 'engine']);
    expect(JSON.stringify(data)).not.toMatch(HIDDEN_WORDS);
  });

  test('finds nothing of the other one, by whatever name or id', async () => {
    const { data, errors } = await run(
      `query ($collection: ID!, $document: ID!) {
        byId: collection(id: $collection) { id }
        byName: collection(name: "hidden") { id }
        document(id: $document) { id }
        documents(collection: $collection) { nodes { id } }
      }`,
      hidden,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ byId: null, byName: null, document: null, documents: { nodes: [] } });
  });

  test('hears of no job of the other one', async () => {
    const { data } = await trellis.run(
      'mutation ($input: IngestDocumentsInput!) { ingestDocuments(input: $input) { job { id } } }',
      { input: { collection: 'hidden', documents: [{ key: 'more', content: 'Andrew Crosse again.' }] } },
    );
    const { id } = data.ingestDocuments.job;
    await trellis.jobDone(id);
    expect(
      (await run('query ($id: ID!) { ingestionJob(id: $id) { state } }', { id })).data.ingestionJob,
    ).toBeNull();
    const cancelled = await run(
      'mutation ($id: ID!) { cancelIngestion(input: { job: $id }) { job { id } } }',
      { id },
    );
    expect(codes(cancelled)).toEqual(['NOT_FOUND']);
  });
});

describe('writing', () => {
  const INGEST =
    'mutation ($input: IngestDocumentsInput!) { ingestDocuments(input: $input) { accepted { outcome } job { id } } }';

  test('goes into its own collection alone, by GraphQL and by upload', async () => {
    const documents = [{ key: 'new', content: 'Charles Babbage and the Difference Engine.' }];
    expect(codes(await run(INGEST, { input: { collection: 'hidden', documents } }))).toEqual(['FORBIDDEN']);
    expect(codes(await run(INGEST, { input: { collection: 'brand new', documents } }))).toEqual([
      'FORBIDDEN',
    ]);
    expect(
      codes(await run('mutation { createCollection(input: { name: "mine" }) { collection { id } } }')),
    ).toEqual(['FORBIDDEN']);
    const own = await run(INGEST, { input: { collection: 'open', documents } });
    expect(own.errors).toEqual([]);
    await trellis.jobDone(own.data.ingestDocuments.job.id, key);
    const upload = (collection: string) =>
      fetch(`${trellis.app.url()}/ingest?collection=${collection}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', authorization: `Bearer ${key}` },
        body: 'A note.',
      });
    expect((await upload('hidden')).status).toBe(403);
    const taken = await upload('open');
    expect(taken.status).toBe(202);
    await trellis.jobDone(((await taken.json()) as Data).jobId);
  });

  test('deletes nothing of the other one, and hears nothing of what others still hold', async () => {
    const remove = (fields: string, input: Data) =>
      run(`mutation ($input: DeleteDocumentsInput!) { deleteDocuments(input: $input) { ${fields} } }`, {
        input,
      });
    const byId = await remove('documentIds notFound', { ids: [hidden.document] });
    expect(byId.data.deleteDocuments).toEqual({ documentIds: [], notFound: [hidden.document] });
    const byKey = await remove('documentIds notFound', { keys: ['affair'], collection: hidden.collection });
    expect(byKey.data.deleteDocuments).toEqual({ documentIds: [], notFound: ['affair'] });
    for (const field of ['contents', 'entities', 'names', 'relationships'])
      expect(codes(await remove(field, { ids: ['doc_x'] }))).toEqual(['FORBIDDEN']);
  });
});

describe('searching', () => {
  const SEARCH = `query ($query: String!, $collections: [String!]) {
    search(query: $query, collections: $collections, first: 20) {
      hits { rank score chunk { id text document { title } } explanation { arms { arm score share } path { description } } }
      seeds { id }
    }
  }`;

  test('finds passages of its own collection alone, with whatever stands beside them', async () => {
    for (const query of ['Ada Lovelace', 'Andrew Crosse burned letters', 'horses', 'Charles Babbage']) {
      const { data, errors } = await run(SEARCH, { query });
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toMatch(HIDDEN_WORDS);
    }
    expect((await run(SEARCH, { query: 'Andrew Crosse' })).data.search.seeds).toEqual([]);
    expect((await run(SEARCH, { query: 'Ada Lovelace' })).data.search.hits.length).toBeGreaterThan(0);
  });

  test('gives the same scores whatever the other collection holds', async () => {
    const before = (await run(SEARCH, { query: 'Ada Lovelace Charles Babbage' })).data.search.hits;
    await trellis.ingest(
      'hidden',
      Array.from({ length: 12 }, (_, at) => ({
        key: `n${at}`,
        content: `Ada Lovelace and Charles Babbage, part ${at}.`,
      })),
    );
    const after = (await run(SEARCH, { query: 'Ada Lovelace Charles Babbage' })).data.search.hits;
    const told = (hits: readonly Data[]) =>
      hits.map(({ score, explanation, chunk }) => ({ id: chunk.id, score, arms: explanation.arms }));
    expect(told(after)).toEqual(told(before));
  });

  test('in the other collection is refused as in one that is not there, without naming it', async () => {
    for (const name of ['hidden', 'hidden2', 'nowhere']) {
      const { errors } = await run(SEARCH, { query: 'Ada', collections: [name] });
      expect(errors[0].extensions.code).toBe('NOT_FOUND');
      expect(errors[0].message.replace(`"${name}"`, '')).not.toMatch(/hidden/);
    }
  });

  test('answers out of its own collection alone', async () => {
    const { data, errors } = await run(
      '{ ask(question: "Whom did Ada Lovelace meet at Somerset?") { text citations { quote } hits { chunk { text } } } }',
    );
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).not.toMatch(/Crosse|horses|syndicate/);
  });

  test('finds nothing like a passage of the other one', async () => {
    const { data } = await run(
      'query ($id: ID!) { document(id: $id) { chunks { nodes { similar { chunk { text } } } } } }',
      { id: open.document },
    );
    expect(JSON.stringify(data)).not.toMatch(HIDDEN_WORDS);
  });
});

describe('knowledge', () => {
  const ABOUT = `{ name type aliases degree mentionCount spellings { text }
    relationships { nodes { type description weight source { name } target { name } evidence { text } } }
    mentions { nodes { chunk { text } } } neighbors { name } }`;

  test('is what its own collection says of an entity that others speak of, too', async () => {
    const { data, errors } = await run(`{ entities(name: "Ada Lovelace") { nodes ${ABOUT} } }`);
    expect(errors).toEqual([]);
    expect(data.entities.nodes).toHaveLength(1);
    expect(data.entities.nodes[0].relationships.nodes).not.toEqual([]);
    expect(JSON.stringify(data)).not.toMatch(HIDDEN_WORDS);
  });

  test('has nobody of the other collection, by name or by id', async () => {
    const { data: all } = await trellis.run('{ entities(name: "Andrew Crosse") { nodes { id } } }');
    const { id } = all.entities.nodes[0];
    const { data, errors } = await run(
      `query ($id: ID!) { entity(id: $id) { name } entities(name: "Andrew Crosse") { nodes { id } }
        neighborhood(entities: [$id]) { entities { name } truncated } path(from: $id, to: $id) { length } }`,
      { id },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      entity: null,
      entities: { nodes: [] },
      neighborhood: { entities: [], truncated: false },
      path: null,
    });
  });

  test('stands beside the passages that a search finds', async () => {
    const { data, errors } = await run(
      '{ search(query: "Ada Lovelace") { seeds { name } hits { explanation { path { description } } chunk { text entities { name } } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.search.seeds).toEqual([{ name: 'Ada Lovelace' }]);
    expect(data.search.hits[0].chunk.entities).toContainEqual({ name: 'Ada Lovelace' });
    expect(JSON.stringify(data)).toMatch(/Ada Lovelace is mentioned in a passage/);
    expect(JSON.stringify(data)).not.toMatch(HIDDEN_WORDS);
  });
});

describe('what concerns the whole tenant is refused', () => {
  test.each([
    '{ health { state } }',
    '{ apiKeys { nodes { id } } }',
    '{ auditLog { nodes { id } } }',
    'mutation { createApiKey(input: { name: "x", scopes: ["documents:read"] }) { secret } }',
  ])('%s', async (query) => {
    const { data, errors } = await run(query);
    expect([...new Set(codes({ status: 200, data, errors }))]).toEqual(['FORBIDDEN']);
    expect(errors[0].message).toMatch(/bound to collections/);
  });
});
