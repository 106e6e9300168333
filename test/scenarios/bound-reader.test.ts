/**
 * A reader who is bound to a collection, in an installation that has another one beside it: every query, field, event and
 * message is what it is in an installation that only ever had the reader's own. The two are asked the same and compared.
 */

import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { randomFrom } from '../gateway/execution/random-operation.ts';
import { UNLIMITED } from '../unlimited.ts';
import { type Pools, questionTo } from './bound-questions.ts';
import { type Answer, type Data, operation, type Scenario, startScenario } from './harness.ts';

const OPEN = [
  {
    key: 'ada',
    title: 'Ada Lovelace',
    content:
      'Ada Lovelace wrote notes about the Analytical Engine of Charles Babbage. Lovelace corresponded with Charles Babbage for years. The brother of nobody read them.',
    knowledge: {
      entities: [
        { name: 'Ada Lovelace', type: 'person', aliases: ['Enchantress of Number'] },
        { name: 'Charles Babbage' },
      ],
      triples: [{ subject: 'Ada Lovelace', predicate: 'corresponded with', object: 'Charles Babbage' }],
    },
  },
  {
    key: 'engine',
    title: 'Analytical Engine',
    content:
      'The Analytical Engine was never built. Charles Babbage designed it, and Menabrea described the machine.',
  },
  {
    key: 'italy',
    title: 'Turin',
    content:
      'Luigi Menabrea heard the lectures in Turin. The Kingdom of Sardinia sent him. A dull machine hummed.',
  },
  { key: 'alone', title: 'Somerville', content: 'Mary Somerville translated Laplace in Burntisland.' },
];

/** The same people under other names and types, what joins those whom nothing joins in the open, and floods of words. */
const SECRET = [
  {
    key: 'affair',
    title: 'ADA LOVELACE',
    content:
      'ADA LOVELACE, known to friends as Bluebird, secretly met Andrew Crosse at Fyne Court. Andrew Crosse admired Mary Somerville. Mary Somerville paid Luigi Menabrea.',
    knowledge: {
      entities: [
        {
          name: 'ADA LOVELACE',
          type: 'spy',
          aliases: ['Bluebird'],
          description: 'She ran a betting syndicate.',
        },
        { name: 'Andrew Crosse', type: 'person' },
        { name: 'Mary Somerville', type: 'agent', description: 'Paymistress of the syndicate.' },
        { name: 'Luigi Menabrea', type: 'spy' },
        { name: 'Turin', type: 'date' },
      ],
      triples: [
        { subject: 'ADA LOVELACE', predicate: 'blackmailed', object: 'Charles Babbage' },
        { subject: 'ADA LOVELACE', predicate: 'corresponded with', object: 'Charles Babbage' },
        { subject: 'ADA LOVELACE', predicate: 'met', object: 'Andrew Crosse' },
        { subject: 'Andrew Crosse', predicate: 'admired', object: 'Mary Somerville' },
        { subject: 'Mary Somerville', predicate: 'paid', object: 'Luigi Menabrea' },
      ],
    },
  },
  ...Array.from({ length: 14 }, (_, at) => ({
    key: `flood-${at}`,
    title: `Ledger ${at}`,
    content: `The machine, the brother and the lectures are named in ledger ${at} of Charles Babbage. Analytical Engine, Turin, Kingdom of Sardinia and Laplace are code words.`,
  })),
];
const QUESTIONS = [
  'Who corresponded with Charles Babbage?',
  'machine lectures',
  'Bluebird',
  'ADA LOVELACE',
  'Enchantress of Number',
  'How is Ada Lovelace connected with Mary Somerville?',
  'brother',
  'Laplace Turin Sardinia',
  'Andrew Crosse ledger',
];

/** Where scores are counted in another way, their last digit may differ. */
const KNOWLEDGE = ['entity', 'entities', 'path', 'neighborhood'];

interface World {
  readonly trellis: Scenario;
  readonly key: string;
}

let whole: World;
let alone: World;
let schema: GraphQLSchema;
/** Ids of everything of the whole installation, as an attacker would guess them. */
let pools: Pools;

beforeAll(async () => {
  // The secret comes first, so that what it calls things is what the tenant calls them.
  whole = await open([
    ['secret', SECRET],
    ['open', OPEN],
  ]);
  alone = await open([['open', OPEN]]);
  const { data } = await whole.trellis.run(getIntrospectionQuery());
  schema = buildClientSchema(data);
  pools = await everythingOf(whole.trellis);
}, 300_000);
afterAll(async () => {
  await whole?.trellis.close();
  await alone?.trellis.close();
});

async function open(collections: readonly (readonly [string, readonly Data[]])[]): Promise<World> {
  const trellis = await startScenario({ settings: UNLIMITED });
  for (const [name, documents] of collections) await trellis.ingest(name, documents);
  const scopes = ['documents:read', 'documents:write', 'retrieval:read', 'graph:read', 'admin:*'];
  const { data } = await trellis.run(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    { input: { name: 'bound', scopes, collections: ['open'] } },
  );
  return { trellis, key: data.createApiKey.secret };
}

async function everythingOf(trellis: Scenario): Promise<Pools> {
  const { data, errors } = await trellis.run(
    '{ entities(first: 100) { nodes { id } } documents(first: 100) { nodes { id } } collections { nodes { id } } }',
  );
  expect(errors).toEqual([]);
  const ids = (list: Data): readonly string[] => list.nodes.map(({ id }: Data) => id);
  return {
    entities: ids(data.entities),
    documents: ids(data.documents),
    collections: ids(data.collections),
    questions: QUESTIONS,
  };
}

type Ask = (query: string, variables?: Data) => Promise<Answer>;
const bound =
  ({ trellis, key }: World): Ask =>
  (query, variables = {}) =>
    trellis.run(query, variables, key);
const unbound =
  ({ trellis }: World): Ask =>
  (query, variables = {}) =>
    trellis.run(query, variables);

/** What can differ from run to run. */
const PASSING = new Set(['tookMs', 'createdAt', 'updatedAt', 'finishedAt']);

async function told(asked: Promise<Answer>) {
  const { status, data, errors } = await asked;
  const lasting = JSON.parse(JSON.stringify(data, (name, value) => (PASSING.has(name) ? undefined : value)));
  const messages = errors.map(({ message, path, extensions }) => ({ message, path, code: extensions.code }));
  return { status, data: lasting, errors: messages };
}

async function sameInBoth(query: string, variables: Data = {}): Promise<Awaited<ReturnType<typeof told>>> {
  const [there, here] = await Promise.all([
    told(bound(whole)(query, variables)),
    told(bound(alone)(query, variables)),
  ]);
  expect(there, query).toEqual(here);
  return there;
}

describe('is told the same as if the other collection had never been', () => {
  test('by every operation that clients of ours send', async () => {
    const search = await operation('search');
    for (const query of QUESTIONS) {
      await sameInBoth(search, { query });
      await sameInBoth(search, { query, collections: ['open'] });
      await sameInBoth(search, { query, collections: ['secret'] });
      await sameInBoth(search, { query, filter: { mediaTypes: ['text/plain'] } });
      await sameInBoth(await operation('ask'), { question: query });
    }
    const { data } = await sameInBoth(search, { query: 'Ada Lovelace' });
    expect(data.search.hits.length).toBeGreaterThan(2);
    expect(data.search.seeds.map((one: Data) => one.name)).toEqual(['Ada Lovelace']);
  }, 300_000);

  test('by any field of any query, whatever is asked for and whatever ids are guessed', async () => {
    const random = randomFrom(20_261_126);
    let answered = 0;
    for (let round = 0; round < 200; round++) {
      const { data, errors } = await sameInBoth(questionTo(schema, pools, random));
      if (data !== null && errors.length === 0) answered += 1;
    }
    // Most have something to tell, or nothing would have been compared.
    expect(answered).toBeGreaterThan(80);
  }, 600_000);

  test('page by page', async () => {
    const page = `query ($after: String) { entities(first: 2, after: $after) {
      edges { cursor node { id name type degree } } pageInfo { hasNextPage endCursor } } }`;
    let after: string | null = null;
    let seen = 0;
    for (let more = true; more; ) {
      const { data } = await sameInBoth(page, { after });
      seen += data.entities.edges.length;
      ({ hasNextPage: more, endCursor: after } = data.entities.pageInfo);
    }
    expect(seen).toBeGreaterThan(5);
  }, 120_000);

  test('by live answers', async () => {
    const live = async ({ trellis, key }: World, question: string) => {
      const response = await fetch(`${trellis.app.url()}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${key}`,
        },
        body: JSON.stringify({
          query: `subscription ($question: String!) { answer(question: $question) { delta done answer {
            text grounded citations { quote chunk { id entities { name aliases degree } } }
            hits { score chunk { text } explanation { arms { arm score share } path { description } } } } } }`,
          variables: { question },
        }),
      });
      const events: Data[] = [];
      for await (const event of readEventStream(response.body as ReadableStream<Uint8Array>))
        events.push(event);
      return events;
    };
    for (const question of QUESTIONS) {
      const there = await live(whole, question);
      expect(there.length).toBeGreaterThan(0);
      expect(there).toEqual(await live(alone, question));
    }
  }, 120_000);

  test('by refusals of what it would write or delete', async () => {
    const documents = [{ key: 'mine', content: 'A dull machine of Ada Lovelace.' }];
    for (const input of [
      { collection: 'secret', documents },
      { collection: 'nowhere', documents },
    ])
      await sameInBoth(
        'mutation ($input: IngestDocumentsInput!) { ingestDocuments(input: $input) { accepted { outcome } } }',
        { input },
      );
    await sameInBoth(
      'mutation ($input: IngestDocumentsInput!) { planIngestion(input: $input) { chunks modelCalls newDocuments } }',
      { input: { collection: 'open', documents: SECRET } },
    );
    await sameInBoth(
      'mutation ($ids: [ID!]) { deleteDocuments(input: { ids: $ids }) { documentIds notFound chunks mentions statements vectors postings } }',
      { ids: pools.documents.slice(0, 50) },
    );
  }, 120_000);
});

test('is told all that there is, where there is nothing else', async () => {
  const random = randomFrom(7);
  const passages =
    '{ search(query: "Ada Lovelace machine", first: 20) { seeds { id } hits { rank chunk { id } } } }';
  for (let round = 0; round < 40; round++) {
    const query = round === 0 ? passages : questionTo(schema, pools, random, KNOWLEDGE);
    expect(await told(bound(alone)(query)), query).toEqual(await told(unbound(alone)(query)));
  }
}, 300_000);

test('without a binding the other collection is to be seen everywhere, so that the same is no accident', async () => {
  const about =
    '{ entities(name: "Ada Lovelace") { nodes { name type aliases description degree mentionCount } } }';
  const search = '{ search(query: "machine lectures", arms: [KEYWORD]) { hits { score chunk { id } } } }';
  for (const query of [about, search])
    expect(await told(unbound(whole)(query))).not.toEqual(await told(unbound(alone)(query)));
});
