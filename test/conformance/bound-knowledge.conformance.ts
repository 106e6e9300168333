/**
 * What a reader who is bound to collections knows, on every engine: exactly what there would be if the chunks of these
 * collections were all that was ever written, whatever others say of the same entities.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entityId, nameId, relationshipId } from '../../model/ids.ts';
import { VALUE } from '../../model/knowledge.ts';
import { type KnowledgeReads, type Reader, readsOf } from '../../retrieval/traversal/reads.ts';
import { shortestPath, walkFrom } from '../../retrieval/traversal/walk.ts';
import { type GraphStore, type Statement, statement } from '../../stores/graph/graph-store.ts';
import { putChunks } from '../../stores/graph/statements/chunks.ts';
import {
  chunksMentioning,
  entitiesSpelled,
  mentionsOfChunks,
} from '../../stores/graph/statements/expansion.ts';
import * as knowledge from '../../stores/graph/statements/knowledge.ts';
import { writePlaces } from '../../stores/graph/statements/places.ts';
import { writeUnplaced } from '../../stores/graph/statements/unplaced.ts';
import { entityKey } from '../../text/entity-key.ts';

export interface BoundKnowledgeHarness {
  /** An empty store, open. */
  create(): Promise<GraphStore>;
  /** How many random worlds are looked at. */
  readonly runs: number;
}

const TENANT = 'acme';
/** A server that plans each of these for the first time, on a busy machine, takes its time. */
const CALL = { timeoutMs: 120_000 };
const NAMES = ['Ada', 'Babbage', 'Crosse', 'Difference Engine', '1843'];
const ALIASES = ['Xavier', 'Yvette'];
const COLLECTIONS = ['open', 'secret', 'other'] as const;

const mention = fc.record({
  name: fc.constantFrom(...NAMES),
  said: fc.constantFrom<{ type: string | null; value: boolean }>(
    { type: null, value: false },
    { type: null, value: true },
    { type: 'PERSON', value: false },
    { type: 'WORK OF ART', value: false },
    { type: 'DATE', value: false },
  ),
  described: fc.boolean(),
  about: fc.boolean(),
  isPlaced: fc.boolean(),
  aliases: fc.subarray(ALIASES),
});
const chunk = fc.record({
  collection: fc.constantFrom(...COLLECTIONS),
  document: fc.constantFrom('first', 'second'),
  mentions: fc.uniqueArray(mention, { selector: ({ name }) => name, minLength: 1, maxLength: 4 }),
  stated: fc.array(fc.record({ from: fc.nat(3), to: fc.nat(3), type: fc.constantFrom('KNOWS', 'BUILT') }), {
    maxLength: 3,
  }),
});
type Chunk = typeof chunk extends fc.Arbitrary<infer Value> ? Value & { readonly id: string } : never;
const world = fc
  .array(chunk, { minLength: 1, maxLength: 8 })
  .map((chunks): readonly Chunk[] => chunks.map((one, at) => ({ ...one, id: `chk_${at}` })));

/** The same name, as a collection writes it: what others write must not show. */
const spelled = (name: string, { collection }: Pick<Chunk, 'collection'>) =>
  collection === 'secret' ? name.toUpperCase() : name;

/** Written chunk by chunk, as ingestion writes them. */
function statementsOf(chunks: readonly Chunk[]): readonly Statement<unknown>[] {
  return chunks.flatMap((one) => {
    const entities = one.mentions.map(({ name, said, described }) => ({
      id: entityId(TENANT, entityKey(name)),
      key: entityKey(name),
      name: spelled(name, one),
      type: said.type ?? (said.value ? VALUE : 'THING'),
      description: described ? `${name}, in ${one.id} of ${one.collection}` : null,
    }));
    const names = one.mentions.flatMap(({ name, aliases }) =>
      aliases.map((alias) => ({
        id: nameId(TENANT, entityKey(alias)),
        key: entityKey(alias),
        text: spelled(alias, one),
        entityId: entityId(TENANT, entityKey(name)),
        reason: one.collection === 'secret' ? 'ACRONYM' : 'DECLARED_ALIAS',
      })),
    );
    const relationships = relationshipsOf(one).map(({ id, sourceId, targetId, type }) => ({
      id,
      sourceId,
      targetId,
      type,
      description: `stated by ${one.id} of ${one.collection}`,
    }));
    return [
      putChunks([chunkNode(one)]),
      ...knowledge.putEntities(TENANT, entities),
      ...(names.length === 0 ? [] : knowledge.putNames(TENANT, names)),
      knowledge.createMentions([{ chunkId: one.id, mentions: mentionsOf(one, names) }]),
      ...knowledge.putRelationships(TENANT, relationships),
      knowledge.createEvidence([{ chunkId: one.id, relationships }]),
    ];
  });
}

function chunkNode({ id, collection, document }: Chunk) {
  return {
    id,
    tenant: TENANT,
    collectionId: collection,
    documentId: `${collection}-${document}`,
    index: 0,
    text: '',
    start: 0,
    end: 0,
    headings: [],
    page: null,
    digest: '',
    base: null,
  };
}

function mentionsOf(one: Chunk, names: readonly knowledge.NameDraft[]): readonly knowledge.MentionDraft[] {
  return one.mentions.map(({ name, said, described, about, isPlaced }) => {
    const id = entityId(TENANT, entityKey(name));
    const text = spelled(name, one);
    const others = names.filter((other) => other.entityId === id);
    const places = isPlaced ? [{ text, start: 0, end: text.length, reason: 'SAME_NAME' as const }] : [];
    return {
      entityId: id,
      about,
      ...said,
      description: described ? `${name}, in ${one.id} of ${one.collection}` : null,
      places: writePlaces(places),
      unplaced: writeUnplaced({ name: text, others }, places),
      keys: others.map(({ key }) => key),
    };
  });
}

function relationshipsOf({ mentions, stated }: Chunk) {
  const all = stated.flatMap(({ from, to, type }) => {
    const [source, target] = [mentions[from], mentions[to]];
    if (source === undefined || target === undefined || source === target) return [];
    const [sourceId, targetId] = [source, target].map(({ name }) => entityId(TENANT, entityKey(name)));
    if (sourceId === undefined || targetId === undefined) return [];
    return [{ id: relationshipId(sourceId, type, targetId), sourceId, targetId, type }];
  });
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/** Everything that anybody might ask for by id, of what there is and of what there is not. */
function guessesOf(chunks: readonly Chunk[]) {
  return {
    entityIds: [...NAMES, 'Nobody'].map((name) => entityId(TENANT, entityKey(name))),
    relationshipIds: [...new Set(chunks.flatMap(relationshipsOf).map(({ id }) => id)), 'rel_none'],
    chunkIds: [...chunks.map(({ id }) => id), 'chk_none'],
    documentIds: COLLECTIONS.flatMap((name) => [`${name}-first`, `${name}-second`]),
  };
}

const PAGE = { direction: 'BOTH', types: [], after: ['', ''], limit: 10 } as const;
const LISTING = { type: null, collectionId: null, after: '', limit: 10 };

/** Each read in each of its forms; rows that are in no order, or of several keys, as sets. */
async function answersTo(graph: GraphStore, reads: KnowledgeReads, chunks: readonly Chunk[]) {
  const { entityIds, relationshipIds, chunkIds, documentIds } = guessesOf(chunks);
  const [third = ''] = entityIds.toSorted().slice(2);
  const keys = [...NAMES, ...ALIASES].map(entityKey);
  const inOrder = (one: Statement<unknown>) => graph.read(one, CALL);
  const asSet = async (one: Statement<unknown>) =>
    (await graph.read(one, CALL)).map((row) => JSON.stringify(row)).sort();
  const each = (ids: readonly string[], read: (ids: readonly string[]) => Statement<unknown>) =>
    Promise.all(ids.map((id) => inOrder(read([id]))));
  return {
    entities: await asSet(reads.entities(entityIds)),
    listed: await inOrder(reads.entitiesListed(LISTING)),
    second: await inOrder(reads.entitiesListed({ ...LISTING, limit: 2 })),
    behind: await inOrder(reads.entitiesListed({ ...LISTING, after: third })),
    persons: await inOrder(reads.entitiesListed({ ...LISTING, type: 'PERSON' })),
    works: await inOrder(reads.entitiesListed({ ...LISTING, type: 'WORK OF ART' })),
    things: await inOrder(reads.entitiesListed({ ...LISTING, type: 'THING' })),
    values: await inOrder(reads.entitiesListed({ ...LISTING, type: VALUE })),
    inOpen: await inOrder(reads.entitiesListed({ ...LISTING, collectionId: 'open' })),
    inSecret: await inOrder(reads.entitiesListed({ ...LISTING, collectionId: 'secret' })),
    dateInOpen: await inOrder(reads.entitiesListed({ ...LISTING, type: 'DATE', collectionId: 'open' })),
    named: await asSet(reads.entitiesNamed(keys, null)),
    namedInOpen: await asSet(reads.entitiesNamed(keys, 'open')),
    namedInSecret: await asSet(reads.entitiesNamed(keys, 'secret')),
    ofChunks: await asSet(reads.entitiesOfChunks(chunkIds)),
    ofDocuments: await each(documentIds, (ids) => reads.entitiesOfDocuments(ids, 2)),
    spellings: await each(entityIds, (ids) => reads.spellings(ids)),
    degrees: await asSet(reads.degrees(entityIds)),
    mentionCounts: await asSet(reads.mentionCounts(entityIds)),
    mentions: await each(entityIds, (ids) => reads.mentions(ids, { after: 'chk_0', limit: 2 })),
    relationships: await asSet(reads.relationships(relationshipIds)),
    relationshipsOfChunks: await asSet(reads.relationshipsOfChunks(chunkIds)),
    relationshipsOfEntities: await each(entityIds, (ids) => reads.relationshipsOfEntities(ids, PAGE)),
    incoming: await each(entityIds, (ids) =>
      reads.relationshipsOfEntities(ids, { ...PAGE, direction: 'INCOMING', types: ['KNOWS'], limit: 1 }),
    ),
    weights: await asSet(reads.weights(relationshipIds)),
    evidence: await each(relationshipIds, (ids) => reads.evidence(ids, 2)),
    steps: await inOrder(reads.steps(entityIds, 3)),
    stepCount: await inOrder(reads.stepCount(entityIds)),
  };
}

/** What the graph arm reads, with the numbers that it weighs by. */
async function walkOf(graph: GraphStore, within: readonly string[] | null, chunks: readonly Chunk[]) {
  const { entityIds, chunkIds } = guessesOf(chunks);
  const keys = [...NAMES, ...ALIASES].map(entityKey);
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  const keep = entityIds.slice(0, 2);
  return {
    spelled: sorted(await graph.read(entitiesSpelled(TENANT, keys, { limit: 50, within }), CALL)),
    around: sorted(
      await graph.read(
        chunksMentioning({ tenant: TENANT, collectionIds: within, limit: 2 }, entityIds),
        CALL,
      ),
    ),
    mentions: sorted(await graph.read(mentionsOfChunks(TENANT, chunkIds, { keep, within }), CALL)),
  };
}

export function describeBoundKnowledge(engine: string, harness: BoundKnowledgeHarness): void {
  describe(`what may be known on ${engine}`, () => {
    let graph: GraphStore;
    beforeAll(async () => {
      graph = await harness.create();
    }, 600_000);
    afterAll(() => graph?.close());

    const build = async (chunks: readonly Chunk[]) => {
      const empty = statement('test.empty', 'MATCH (n) DETACH DELETE n', {}, () => null);
      await graph.write([empty, ...statementsOf(chunks)], CALL);
    };
    const isReadable = (within: readonly string[]) => (one: Chunk) => within.includes(one.collection);

    test('is what the readable chunks say, as if there had never been others', async () => {
      await fc.assert(
        fc.asyncProperty(world, fc.subarray([...COLLECTIONS]), async (chunks, within) => {
          const bound: Reader = { tenant: TENANT, within };
          await build(chunks);
          const there = await answersTo(graph, readsOf(bound), chunks);
          const walked = await walkOf(graph, within, chunks);

          await build(chunks.filter(isReadable(within)));
          const alone = await answersTo(graph, readsOf(bound), chunks);
          const walkedAlone = await walkOf(graph, within, chunks);
          const unbound = await answersTo(graph, readsOf({ tenant: TENANT }), chunks);
          expect(there).toEqual(alone);
          expect(walked).toEqual(walkedAlone);
          // What is first by id was also written first here, so that both come to the same.
          const isOfOneStyle = !within.includes('secret') || within.length === 1;
          if (isOfOneStyle) {
            expect(alone).toEqual(unbound);
            expect(walkedAlone).toEqual(await walkOf(graph, null, chunks));
          }
        }),
        // To look for a smaller world takes a server longer than to read the one that failed.
        { numRuns: harness.runs, endOnFailure: true },
      );
    }, 600_000);

    test('is walked in one read or in several alike', async () => {
      const [chunks = []] = fc.sample(world, { numRuns: 1, seed: 21 });
      await build(chunks);
      const { entityIds } = guessesOf(chunks);
      const [from = '', to = ''] = [entityIds[0], entityIds[3]];
      const walked = async (options: {
        readonly within: readonly string[];
        readonly boundStartsMax?: number;
      }) => ({
        around: await walkFrom(graph, entityIds, { hops: 2, limit: 10 }, { tenant: TENANT, ...options }),
        path: await shortestPath(graph, { from, to }, 4, { tenant: TENANT, ...options }),
      });
      const within = [...COLLECTIONS];
      const atOnce = await walked({ within });
      expect(atOnce.around.steps.length).toBeGreaterThan(1);
      expect(await walked({ within, boundStartsMax: 1 })).toEqual(atOnce);
    }, 60_000);

    test('is nothing for who may read nothing', async () => {
      const [chunks = []] = fc.sample(world, { numRuns: 1, seed: 7 });
      await build(chunks);
      const answers = await answersTo(graph, readsOf({ tenant: TENANT, within: [] }), chunks);
      const { stepCount, ...lists } = answers;
      expect(stepCount).toEqual([0]);
      expect(Object.values(lists).flat(2)).toEqual([]);
    }, 60_000);

    test('is nothing in another tenant', async () => {
      const [chunks = []] = fc.sample(world, { numRuns: 1, seed: 7 });
      await build(chunks);
      const foreign = { tenant: 'globex', within: [...COLLECTIONS] };
      const { stepCount, ...lists } = await answersTo(graph, readsOf(foreign), chunks);
      expect(stepCount).toEqual([0]);
      expect(Object.values(lists).flat(2)).toEqual([]);
    }, 60_000);
  });
}
