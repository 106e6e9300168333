import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Data, type Scenario, startScenario } from './harness.ts';

let trellis: Scenario;
beforeAll(async () => {
  trellis = await startScenario();
});
afterAll(() => trellis?.close());

const ranks = async (query: string, variables: Data) => {
  const { data, errors } = await trellis.run(query, variables);
  expect(errors).toEqual([]);
  return data.search.hits.map((hit: Data) => hit.chunk.document.key);
};

describe('a filter', () => {
  const SEARCH = `query ($query: String!, $arms: [SearchArm!], $metadata: [MetadataFilter!]) {
    search(query: $query, arms: $arms, filter: { metadata: $metadata }) { hits { chunk { document { key } } } }
  }`;
  beforeAll(async () => {
    const crowd = Array.from({ length: 60 }, (_, at) => ({
      key: `crowd-${at}`,
      content: `Note ${at} speaks of Zelda Morgenstern in passing.`,
      metadata: { year: 1999 },
    }));
    // No word of the query is in it: only the graph leads here.
    const sought = ['sought-0', 'sought-1', 'sought-2'].map((key) => ({
      key,
      content: `The Countess of Bruma danced all night, says ${key}.`,
      metadata: { year: 2020 },
      knowledge: { entities: [{ name: 'Zelda Morgenstern', aliases: ['Countess of Bruma'] }] },
    }));
    await trellis.ingest('crowd', [...crowd, ...sought]);
    await trellis.ingest('lists', [
      { key: 'apart', content: 'Quagga herds.', metadata: { n: [1, 20], at: ['2019-01-01', '2022-01-01'] } },
      { key: 'inside', content: 'Quagga foals.', metadata: { n: [1, 7], at: ['2020-06-01'] } },
      { key: 'single', content: 'Quagga mares.', metadata: { n: 6, at: '2020-07-01' } },
    ]);
  });

  test('is met by what the graph reaches, however many others there are', async () => {
    const variables = {
      query: 'Zelda Morgenstern',
      arms: ['GRAPH'],
      metadata: [{ key: 'year', atLeast: 2020 }],
    };
    expect((await ranks(SEARCH, variables)).toSorted()).toEqual(['sought-0', 'sought-1', 'sought-2']);
  });

  test.each([
    ['numbers', { key: 'n', atLeast: 5, atMost: 10 }],
    ['texts', { key: 'at', from: '2020-01-01', to: '2021-01-01' }],
    ['a number from a list', { key: 'n', inNumbers: [1, 6, 7], atLeast: 2 }],
  ])('with two bounds of %s means one element of a list', async (_, condition) => {
    const found = await ranks(SEARCH, { query: 'quagga', metadata: [condition] });
    expect(found.toSorted()).toEqual(['inside', 'single']);
  });

  test.each([
    ['no condition', { key: 'year' }, /filter\.metadata\.0: says nothing of its key/],
    ['nulls alone', { key: 'year', atLeast: null, in: null }, /filter\.metadata\.0: says nothing of its key/],
    ['a number and a text', { key: 'year', atLeast: 1, to: '2' }, /filter\.metadata\.0: bounds numbers/],
    ['two lower bounds', { key: 'year', atLeast: 1, from: '2' }, /filter\.metadata\.0: bounds numbers/],
  ])('with %s is refused rather than dropped', async (_, condition, expected) => {
    const { errors } = await trellis.run(SEARCH, { query: 'quagga', metadata: [condition] });
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(expected),
      extensions: { code: 'BAD_INPUT' },
    });
  });
});

describe('entities', () => {
  const NAMED =
    'query ($name: String!, $in: ID) { entities(name: $name, collection: $in) { nodes { name } } }';
  test('by name in a collection are those that its documents mention', async () => {
    await trellis.ingest('here', [{ key: 'a', content: 'Ottoline Quincey lived here.' }]);
    await trellis.ingest('there', [{ key: 'b', content: 'Nobody of that name.' }]);
    const idOf = async (name: string) =>
      (await trellis.run('query ($n: String) { collection(name: $n) { id } }', { n: name })).data.collection
        .id;
    const namesIn = async (collection: string | null) =>
      (await trellis.run(NAMED, { name: 'Ottoline Quincey', in: collection })).data.entities.nodes;
    expect(await namesIn(null)).toEqual([{ name: 'Ottoline Quincey' }]);
    expect(await namesIn(await idOf('here'))).toEqual([{ name: 'Ottoline Quincey' }]);
    expect(await namesIn(await idOf('there'))).toEqual([]);
  });
});

describe('a page', () => {
  test('that is asked with nulls is the page by default', async () => {
    const { data, errors } = await trellis.run(
      `query ($n: Int, $hops: Int) {
        documents(first: $n) { nodes { text(start: null, length: null) chunks(first: null) { nodes { index } } } }
        search(query: "Quincey", first: $n) { hits { chunk { similar(first: null) { rank } entities(first: $n) { name
          neighbors(hops: $hops, first: $n) { id } relationships(direction: null, first: null) { nodes { id } } } } } }
      }`,
      { n: null, hops: null },
    );
    expect(errors).toEqual([]);
    expect(data.documents.nodes).toHaveLength(20);
    expect(data.search.hits).toHaveLength(10);
  });

  test('says whether others lie before and behind it, as Relay asks', async () => {
    const PAGE = `query ($after: String) { documents(first: 2, after: $after) {
      edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const first = (await trellis.run(PAGE)).data.documents;
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0].cursor,
      endCursor: first.edges[1].cursor,
    });
    const second = (await trellis.run(PAGE, { after: first.pageInfo.endCursor })).data.documents;
    expect(second.pageInfo).toMatchObject({ hasPreviousPage: true, startCursor: second.edges[0].cursor });
  });

  test('of relationships takes types in any case', async () => {
    await trellis.ingest('typed', [
      {
        key: 't',
        content: 'Wanda Kestrel met Ivo Lark.',
        knowledge: { triples: [{ subject: 'Wanda Kestrel', predicate: 'met', object: 'Ivo Lark' }] },
      },
    ]);
    const { data, errors } = await trellis.run(
      '{ entities(name: "Wanda Kestrel") { nodes { relationships(types: ["met"]) { nodes { type } } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.entities.nodes[0].relationships.nodes).toEqual([{ type: 'MET' }]);
  });
});
