import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import questions from '../../samples/questions.json' with { type: 'json' };
import {
  type Data,
  operation,
  type Scenario,
  sampleDocuments,
  startScenario,
  TRANSPORTS,
} from './harness.ts';

describe.each(TRANSPORTS)('documents in, federated answers out, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  let ingested: Data;

  beforeAll(async () => {
    trellis = await startScenario({ transport });
    ingested = await trellis.ingest('samples', await sampleDocuments());
  });
  afterAll(() => trellis?.close());

  const search = async (variables: Readonly<Record<string, unknown>>) =>
    (await trellis.run(await operation('search'), variables)).data.search;

  test('every document is acknowledged and indexed', async () => {
    expect(ingested.rejected).toEqual([]);
    expect(ingested.job).toMatchObject({ state: 'SUCCEEDED', failures: [] });
    const { data } = await trellis.run(
      '{ collection(name: "samples") { documentCount } documents(first: 100) { nodes { status } } }',
    );
    expect(data.collection.documentCount).toBe(41);
    expect(data.documents.nodes.every((document: Data) => document.status === 'READY')).toBe(true);
  });

  test('a chunk is exactly the text of its document at its offsets', async () => {
    const { data } = await trellis.run(
      '{ documents(first: 100) { nodes { text(length: 100000) chunks(first: 100) { nodes { text start end } } } } }',
    );
    for (const { text, chunks } of data.documents.nodes) {
      expect(chunks.nodes.length).toBeGreaterThan(0);
      for (const chunk of chunks.nodes) expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
    }
  });

  test('questions of two or three hops find nine in ten of their documents among the first five', async () => {
    let found = 0;
    let wanted = 0;
    for (const { question, documents } of questions) {
      const { data } = await trellis.run(
        'query ($q: String!) { search(query: $q, first: 5) { hits { chunk { document { key } } } } }',
        { q: question },
      );
      const keys = data.search.hits.map((hit: Data) => hit.chunk.document.key);
      wanted += documents.length;
      found += documents.filter((key) => keys.includes(key)).length;
    }
    expect(found / wanted).toBeGreaterThanOrEqual(0.9);
  });

  test('an explanation is true: the shares add up and the path exists in the graph', async () => {
    const { hits } = await search({
      query: 'Who was the adviser of the scientist after whom PageRank is named?',
      first: 5,
    });
    expect(hits.length).toBe(5);
    for (const { score, explanation } of hits) {
      const shares = explanation.arms.map((arm: Data) => arm.share);
      expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(score, 12);
      for (const { entity, chunk } of explanation.path) {
        const { data } = await trellis.run(
          'query ($id: ID!) { entity(id: $id) { mentions(first: 100) { nodes { chunk { id } } } } }',
          { id: entity.id },
        );
        expect(data.entity.mentions.nodes.map((mention: Data) => mention.chunk.id)).toContain(chunk.id);
      }
    }
    expect(hits.some((hit: Data) => hit.explanation.path.length > 1)).toBe(true);
  });

  test('an answer cites places whose quote is exactly there', async () => {
    const { data } = await trellis.run(await operation('ask'), {
      question: 'What did Tommy Flowers design?',
    });
    expect(data.ask).toMatchObject({ grounded: true, generator: 'extractive-v2' });
    expect(data.ask.text).toContain('Colossus');
    expect(data.ask.citations.length).toBeGreaterThan(0);
    for (const { quote, start, end, chunk } of data.ask.citations)
      expect(chunk.text.slice(start, end)).toBe(quote);
  });

  test('a question that the documents do not answer says so', async () => {
    const { data } = await trellis.run(await operation('ask'), { question: 'Xylophone zzyzx quux?' });
    expect(data.ask).toMatchObject({ grounded: false, citations: [] });
  });

  test('collections, metadata and time hold in every arm', async () => {
    await trellis.ingest('other', [
      {
        key: 'note',
        title: 'Leonhard Euler',
        content: 'A note on Leonhard Euler.',
        metadata: { year: 2026, tags: ['x'] },
      },
    ]);
    for (const arms of [['DENSE'], ['KEYWORD'], ['GRAPH'], ['DENSE', 'KEYWORD', 'GRAPH']]) {
      const ask = async (scope: Data) => {
        const { data } = await trellis.run(
          'query ($arms: [SearchArm!], $collections: [String!], $filter: SearchFilter) { search(query: "Leonhard Euler", first: 20, arms: $arms, collections: $collections, filter: $filter) { hits { chunk { document { key collection { name } } } } } }',
          { arms, ...scope },
        );
        return data.search.hits.map((hit: Data) => hit.chunk.document);
      };
      for (const scope of [
        { collections: ['other'] },
        {
          filter: {
            metadata: [
              { key: 'year', atLeast: 2000 },
              { key: 'tags', in: ['x'] },
            ],
          },
        },
      ]) {
        expect(await ask(scope)).toEqual([{ key: 'note', collection: { name: 'other' } }]);
      }
      expect(await ask({ filter: { updatedBefore: '2020-01-01T00:00:00Z' } })).toEqual([]);
      expect(
        (await ask({ collections: ['samples'] })).every(
          (document: Data) => document.collection.name === 'samples',
        ),
      ).toBe(true);
    }
  });

  test('entities, relationships, paths and neighbourhoods can be explored', async () => {
    const { data } = await trellis.run(await operation('entities'), { name: 'larry page' });
    const [page] = data.entities.nodes;
    expect(page.name).toBe('Larry Page');
    const relationship = page.relationships.nodes.find((one: Data) => one.type !== 'RELATED_TO');
    expect(relationship.evidence[0].text).toContain('Page');
    const winograd = (await trellis.run('{ entities(name: "Terry Winograd") { nodes { id } } }')).data
      .entities.nodes[0];
    const path = (
      await trellis.run(
        'query ($from: ID!, $to: ID!) { path(from: $from, to: $to) { length entities { name } relationships { source { id } target { id } evidence { text } } } }',
        { from: page.id, to: winograd.id },
      )
    ).data.path;
    expect(path.length).toBe(path.entities.length - 1);
    expect(path.entities.at(0).name).toBe('Larry Page');
    expect(path.entities.at(-1).name).toBe('Terry Winograd');
    const { neighborhood } = (
      await trellis.run(await operation('neighborhood'), { entities: [page.id], hops: 2 })
    ).data;
    const ids = new Set(neighborhood.entities.map((entity: Data) => entity.id));
    expect(ids.size).toBeGreaterThan(3);
    for (const { source, target } of neighborhood.relationships)
      expect(ids.has(source.id) && ids.has(target.id)).toBe(true);
  });

  test('chunks like a chunk are found, without the chunk itself', async () => {
    const { data } = await trellis.run(
      '{ search(query: "Colossus", first: 1) { hits { chunk { id similar(first: 3) { score chunk { id text } } } } } }',
    );
    const [{ chunk }] = data.search.hits;
    expect(chunk.similar).toHaveLength(3);
    expect(chunk.similar.map((hit: Data) => hit.chunk.id)).not.toContain(chunk.id);
  });

  test('health names each engine, and viewer says who is asking', async () => {
    const { data } = await trellis.run(
      '{ health { state version components { name engine state latencyMs } } viewer { tenant scopes } }',
    );
    expect(data.health.state).toBe('UP');
    expect(data.health.components.map((component: Data) => component.name)).toEqual(
      expect.arrayContaining(['graph', 'vectors', 'content', 'worker']),
    );
    expect(data.viewer.tenant).toBe('acme');
  });

  test('nothing of one tenant is seen by another', async () => {
    const token = await trellis.token({ tenant: 'rival' });
    const mine = (
      await trellis.run(
        '{ documents(first: 1) { nodes { id collection { id } chunks { nodes { id } } entities { id } } } }',
      )
    ).data.documents.nodes[0];
    const { data } = await trellis.run(
      `query ($document: ID!, $collection: ID!, $entity: ID!) {
        document(id: $document) { title } collection(id: $collection) { name } entity(id: $entity) { name }
        collections { nodes { name } } documents { nodes { id } } entities { nodes { id } }
        search(query: "Euler") { hits { rank } seeds { id } }
      }`,
      { document: mine.id, collection: mine.collection.id, entity: mine.entities[0].id },
      token,
    );
    expect(data).toEqual({
      document: null,
      collection: null,
      entity: null,
      collections: { nodes: [] },
      documents: { nodes: [] },
      entities: { nodes: [] },
      search: { hits: [], seeds: [] },
    });
    const deletion = await trellis.run(await operation('delete'), { input: { ids: [mine.id] } }, token);
    expect(deletion.data.deleteDocuments).toMatchObject({ documentIds: [], notFound: [mine.id], chunks: 0 });
  });

  test('deleting documents leaves nothing that only they supported', async () => {
    const countAll = async () =>
      (await trellis.run('{ entities(first: 100, collection: null) { nodes { name } } }')).data.entities.nodes
        .length;
    const before = await countAll();
    const { accepted } = await trellis.ingest('gone', [
      {
        key: 'g',
        title: 'Zorblax Quandrel',
        content: 'Zorblax Quandrel was born in Vexmoor. He met Leonhard Euler.',
      },
    ]);
    const receipt = (
      await trellis.run(await operation('delete'), { input: { ids: [accepted[0].documentId] } })
    ).data.deleteDocuments;
    expect(receipt).toMatchObject({
      documentIds: [accepted[0].documentId],
      notFound: [],
      chunks: 1,
      vectors: 1,
      postings: 1,
    });
    expect(receipt.entities).toBeGreaterThanOrEqual(2);
    const { data } = await trellis.run(
      '{ gone: entities(name: "Zorblax Quandrel") { nodes { id } } kept: entities(name: "Leonhard Euler") { nodes { name } } search(query: "Zorblax Vexmoor") { hits { chunk { text } } } }',
    );
    expect(data.gone.nodes).toEqual([]);
    expect(data.kept.nodes.map((entity: Data) => entity.name)).toEqual(['Leonhard Euler']);
    expect(data.search.hits.every((hit: Data) => !hit.chunk.text.includes('Zorblax'))).toBe(true);
    expect(await countAll()).toBe(before);
  });

  test('everything is there after a restart', async () => {
    const before = await search({ query: 'Colossus', first: 3 });
    await trellis.restart();
    const after = await search({ query: 'Colossus', first: 3 });
    expect(after.hits).toEqual(before.hits);
  });
});
