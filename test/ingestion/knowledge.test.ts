/** What chunks and callers say of entities and relationships, and what is left of it when they are gone. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../ingestion/document-input.ts';
import { statement } from '../../stores/graph/graph-store.ts';
import { degreesOf, entitiesNamed, spellingsOf } from '../../stores/graph/statements/entities.ts';
import { createEvidence, createMentions } from '../../stores/graph/statements/knowledge.ts';
import { entityKey } from '../../text/entity-key.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
});
afterEach(() => rooms.close());

async function ingest(...documents: readonly DocumentInput[]): Promise<readonly string[]> {
  const { jobId, accepted, rejected } = await rooms.ingestion.submit(TENANT, 'notes', documents);
  expect(rejected).toEqual([]);
  expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
  return accepted.map(({ documentId }) => documentId);
}
const named = async (name: string) => {
  const found = await rooms.graph.read(entitiesNamed(TENANT, [entityKey(name)]));
  return found.map((entity) => ({ name: entity.name, type: entity.type, description: entity.description }));
};
const idOf = async (name: string) => {
  const [entity] = await rooms.graph.read(entitiesNamed(TENANT, [entityKey(name)]));
  return entity?.id ?? '';
};
const degree = async (name: string) =>
  (await rooms.graph.read(degreesOf(TENANT, [await idOf(name)])))[0]?.count ?? 0;
const sentences = () =>
  rooms.graph.read(
    statement(
      'test.sentences',
      'MATCH (r:Relationship) RETURN r.description AS text ORDER BY text',
      {},
      (row) => (row.text === undefined ? null : row.text),
    ),
  );

describe('a type', () => {
  test('that was found stays when the entity takes part in a relationship', async () => {
    await ingest({
      key: 'a',
      content: 'Initech Corporation hired Ada Lovelace. Initech Corporation prospered.',
    });
    expect(await named('Initech Corporation')).toMatchObject([{ type: 'ORGANIZATION' }]);
  });

  test('that a caller gives stays when a triple names the entity', async () => {
    await ingest({
      key: 'a',
      content: 'Nothing here names it.',
      knowledge: {
        entities: [{ name: 'Zorblax', type: 'planet' }],
        triples: [{ subject: 'Zorblax', predicate: 'orbits', object: 'Vexmoor' }],
      },
    });
    expect(await named('Zorblax')).toMatchObject([{ type: 'PLANET' }]);
    expect(await named('Vexmoor')).toMatchObject([{ type: 'VALUE' }]);
  });
});

test('an entity is spelled by its own name first, and only other spellings are nodes', async () => {
  await ingest({
    key: 'a',
    content: 'The International Olympic Committee (IOC) met in Lausanne. The IOC is large.',
  });
  const id = await idOf('International Olympic Committee');
  expect(await rooms.graph.read(spellingsOf(TENANT, [id]))).toEqual([
    { entityId: id, text: 'International Olympic Committee', reason: 'SAME_NAME' },
    { entityId: id, text: 'IOC', reason: 'ACRONYM' },
  ]);
  expect(await named('IOC')).toMatchObject([{ name: 'International Olympic Committee' }]);
  expect(await rooms.counts()).toMatchObject({ Name: 1 });
});

test('what a chunk says is written once, however often it is', async () => {
  await ingest({ key: 'a', content: 'Ada Lovelace was born in London.' });
  const edges = () =>
    rooms.graph.read(
      statement('test.edges', 'MATCH (c:Chunk)-[r]->() RETURN c.id AS id, count(r) AS n', {}, (row) => row),
    );
  const [chunk] = await edges();
  const entityId = await idOf('Ada Lovelace');
  const [relationship] = await rooms.graph.read(
    statement('test.relationships', 'MATCH (r:Relationship) RETURN r.id AS id', {}, (row) => String(row.id)),
  );
  const chunkId = String(chunk?.['id']);
  const mention = { entityId, about: false, type: null, description: null, value: false };
  await rooms.graph.write([
    createMentions([{ chunkId, mentions: [{ ...mention, places: null, unplaced: null, keys: [] }] }]),
    createEvidence([{ chunkId, relationships: [{ id: relationship ?? '', description: null }] }]),
  ]);
  expect(relationship).toBeDefined();
  expect(await edges()).toEqual([chunk]);
});

describe('a declared alias', () => {
  test('means its entity in the text and in triples of the document', async () => {
    await ingest({
      key: 'a',
      content: 'IBM hired Grace Hopper in 1949. Later IBM moved to Armonk.',
      knowledge: {
        entities: [{ name: 'International Business Machines', type: 'ORGANIZATION', aliases: ['IBM'] }],
        triples: [{ subject: 'IBM', predicate: 'is led by', object: 'Thomas Watson' }],
      },
    });
    expect(await named('IBM')).toMatchObject([{ name: 'International Business Machines' }]);
    expect(await degree('International Business Machines')).toBeGreaterThan(1);
    expect(
      await rooms.graph.read(spellingsOf(TENANT, [await idOf('International Business Machines')])),
    ).toEqual(expect.arrayContaining([expect.objectContaining({ text: 'IBM', reason: 'DECLARED_ALIAS' })]));
  });

  test('that is the name of another declared entity stays that one’s', async () => {
    await ingest({
      key: 'a',
      content: 'Mercury is a planet.',
      knowledge: {
        entities: [{ name: 'Mercury' }, { name: 'Quicksilver', aliases: ['Mercury'] }],
        triples: [],
      },
    });
    expect((await named('Mercury')).map(({ name }) => name)).toContain('Mercury');
  });
});

test('every triple that a caller hands over is kept', async () => {
  const triples = Array.from({ length: 900 }, (_, at) => ({
    subject: 'Hub',
    predicate: 'is joined to',
    object: `Spoke ${at}`,
  }));
  await ingest({ key: 'a', content: 'One line.', knowledge: { entities: [], triples } });
  expect(await degree('Hub')).toBe(900);
});

describe('what only a deleted document said', () => {
  const secret = 'Secret merger of Acme with Initrode for 5bn.';

  test('of an entity goes, while the entity stays for the others', async () => {
    const [first = ''] = await ingest({
      key: 'a',
      content: 'About Project Nightfall.',
      knowledge: {
        entities: [{ name: 'Project Nightfall', type: 'SECRET', description: secret }],
        triples: [],
      },
    });
    await ingest({ key: 'b', content: 'Somebody mentioned Project Nightfall in passing.' });
    expect(await named('Project Nightfall')).toMatchObject([{ type: 'SECRET', description: secret }]);
    await rooms.ingestion.delete(TENANT, { ids: [first], keys: [], collectionId: null });
    expect(await named('Project Nightfall')).toMatchObject([{ description: null }]);
    expect((await named('Project Nightfall'))[0]?.type).not.toBe('SECRET');
    expect(JSON.stringify(await sentences())).not.toContain('merger');
  });

  test('gives way to what another document says of the same', async () => {
    const say = (key: string, description: string): DocumentInput => ({
      key,
      content: 'About Zorblax.',
      knowledge: { entities: [{ name: 'Zorblax', type: 'PLANET', description }], triples: [] },
    });
    const [first = ''] = await ingest(say('a', 'The first word.'));
    await ingest(say('b', 'The second word.'));
    expect(await named('Zorblax')).toMatchObject([{ description: 'The first word.' }]);
    await rooms.ingestion.delete(TENANT, { ids: [first], keys: [], collectionId: null });
    expect(await named('Zorblax')).toMatchObject([{ type: 'PLANET', description: 'The second word.' }]);
  });

  test('of a relationship goes with its sentence, also when the document only changes', async () => {
    const state = (key: string, content: string): DocumentInput => ({ key, content });
    await ingest(state('a', 'Ada Lovelace visited Charles Babbage, who was ill in secret.'));
    await ingest(state('b', 'Ada Lovelace visited Charles Babbage.'));
    expect(JSON.stringify(await sentences())).toContain('ill in secret');
    await ingest(state('a', 'Nothing to see here.'));
    const left = await sentences();
    expect(left.length).toBeGreaterThan(0);
    expect(JSON.stringify(left)).not.toContain('ill in secret');
    expect(JSON.stringify(left)).toContain('Ada Lovelace visited Charles Babbage.');
  });
});

describe('hostile input is refused alone, and at once', () => {
  const good: DocumentInput = { key: 'good', content: 'Ada Lovelace was born in London.' };
  const submitted = (input: DocumentInput) => rooms.ingestion.submit(TENANT, 'notes', [good, input]);
  const nested = (levels: number): never =>
    JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as never;

  test.each<[string, DocumentInput, string]>([
    ['base64 of nothing but blanks', { contentBase64: `${' '.repeat(1_000_000)}!` }, 'is not base64'],
    ['base64 with a misplaced sign', { contentBase64: 'QUJD=REVG' }, 'is not base64'],
    ['metadata without end', { content: 'x y', metadata: nested(5_000) }, 'nests deeper than'],
    [
      'a type as long as a book',
      { content: 'x y', knowledge: { entities: [{ name: 'A b', type: 'T'.repeat(1_000) }], triples: [] } },
      'may have 60',
    ],
    [
      'a name with thousands of aliases',
      {
        content: 'x y',
        knowledge: {
          entities: [{ name: 'A b', aliases: Array.from({ length: 3_000 }, (_, at) => `alias ${at}`) }],
          triples: [],
        },
      },
      'may have 50',
    ],
  ])('%s', async (_, input, message) => {
    const { accepted, rejected } = await submitted({ key: 'bad', ...input });
    expect(accepted).toHaveLength(1);
    expect(rejected).toMatchObject([{ index: 1, message: expect.stringContaining(message) }]);
  });
});
