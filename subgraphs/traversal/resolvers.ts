/** Translates between the traversal contract and the rooms below. */

import { toPage } from '../../model/page.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { StandIns } from '../../retrieval/stand-ins.ts';
import type { Traversal } from '../../retrieval/traversal/traversal.ts';
import { SPELLINGS_MAX } from '../../stores/graph/statements/entities.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { Context } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

/** The most neighbours' hops a field may ask for. */
const NEIGHBOR_HOPS_MAX = 3;
const RELATIONSHIP_TYPES_MAX = 20;

export function createTraversalResolvers(traversal: Traversal, standIns: StandIns): Resolvers {
  return {
    Query: {
      entity: (_, { id }, { loaders }) => loaders.entity.load(id),
      entities: async (_, { name, type, collection, first, after }, context) => {
        const limit = readFirst(first);
        const [afterId = ''] = readAfter(after, 1) ?? [];
        const stoodIn = standIns.watch();
        const found = await traversal.entities(
          {
            name: name ?? null,
            type: type ?? null,
            collectionId: collection ?? null,
            after: afterId,
            limit: limit + 1,
          },
          callOf(context),
        );
        const page = toPage(found, limit, ({ id }) => [id]);
        return { ...connectionOf(page, after), degraded: stoodIn() };
      },
      path: async (_, { from, to, maxHops }, context) => {
        const stoodIn = standIns.watch();
        const found = await traversal.path({ from, to, maxHops: maxHops ?? 0 }, callOf(context));
        if (found === null) return null;
        return {
          entities: await loadAll(context.loaders.entity, found.entityIds),
          relationships: await loadAll(context.loaders.relationship, found.relationshipIds),
          length: found.relationshipIds.length,
          degraded: stoodIn(),
        };
      },
      neighborhood: async (_, { entities, hops, limit }, context) => {
        const stoodIn = standIns.watch();
        const found = await traversal.neighborhood(
          { entityIds: entities, hops: hops ?? 0, limit: limit ?? 0 },
          callOf(context),
        );
        return {
          entities: await loadAll(context.loaders.entity, found.entityIds),
          relationships: await loadAll(
            context.loaders.relationship,
            found.steps.map((step) => step.relationshipId),
          ),
          truncated: found.truncated,
          degraded: stoodIn(),
        };
      },
    },
    Entity: {
      __resolveReference: ({ id }, { loaders }) => loaders.entity.load(id),
      aliases: async ({ id, name }, _, { loaders }) => {
        const spellings = await loaders.spellings.load(id);
        const texts = new Set(spellings.map(({ text }) => text).filter((text) => text !== name));
        return [...texts].slice(0, SPELLINGS_MAX);
      },
      spellings: async ({ id }, _, { loaders }) => (await loaders.spellings.load(id)).slice(0, SPELLINGS_MAX),
      degree: async ({ id }, _, { loaders }) => (await loaders.degree.load(id))?.count ?? 0,
      mentionCount: async ({ id }, _, { loaders }) => (await loaders.mentionCount.load(id))?.count ?? 0,
      relationships: async ({ id }, { direction, types, first, after }, { loaders }) => {
        const limit = readFirst(first);
        const [afterType = '', afterId = ''] = readAfter(after, 2) ?? [];
        const page = {
          direction: direction ?? 'BOTH',
          types: readTypes(types),
          after: [afterType, afterId] as const,
          limit: limit + 1,
        };
        const rows = await loaders.relationshipsOfEntity(page).load(id);
        const { items, cursors, hasNextPage } = toPage(rows, limit, (row) => [row.type, row.relationshipId]);
        const nodes = await Promise.all(
          items.map((row) => loadOne(loaders.relationship, row.relationshipId)),
        );
        return connectionOf({ items: nodes, cursors, hasNextPage }, after);
      },
      mentions: async ({ id }, { first, after }, { loaders }) => {
        const limit = readFirst(first);
        const [afterId = ''] = readAfter(after, 1) ?? [];
        const rows = await loaders.mentions({ after: afterId, limit: limit + 1 }).load(id);
        return connectionOf(
          toPage(rows, limit, (row) => [row.chunkId]),
          after,
        );
      },
      neighbors: async ({ id }, { hops, first }, { loaders }) => {
        const bounds = { hops: readHops(hops), limit: readFirst(first) };
        return loadAll(loaders.entity, await loaders.neighbors(bounds).load(id));
      },
    },
    Mention: { chunk: ({ chunkId }) => ({ id: chunkId }) },
    Relationship: {
      __resolveReference: ({ id }, { loaders }) => loaders.relationship.load(id),
      source: ({ sourceId }, _, { loaders }) => loadOne(loaders.entity, sourceId),
      target: ({ targetId }, _, { loaders }) => loadOne(loaders.entity, targetId),
      weight: async ({ id }, _, { loaders }) => (await loaders.weight.load(id))?.weight ?? 0,
      evidence: async ({ id }, { first }, { loaders }) => {
        const rows = await loaders.evidence(readFirst(first)).load(id);
        return rows.map((row) => ({ id: row.chunkId }));
      },
    },
    Chunk: {
      entities: async ({ id }, { first }, { loaders }) => {
        const mentioned = await loaders.entitiesOfChunk.load(id);
        return mentioned.toSorted(byFirstPlace).slice(0, readFirst(first));
      },
      relationships: async ({ id }, { first }, { loaders }) =>
        (await loaders.relationshipsOfChunk.load(id)).slice(0, readFirst(first)),
    },
    Document: {
      entities: ({ id }, { first }, { loaders }) => loaders.entitiesOfDocument(readFirst(first)).load(id),
    },
  };
}

interface Located {
  readonly id: string;
  readonly places: readonly { readonly start: number }[];
}

/** In the order of the text; what has no place in it comes last, by id. */
function byFirstPlace(left: Located, right: Located): number {
  const [a = Number.MAX_SAFE_INTEGER, b = Number.MAX_SAFE_INTEGER] = [
    left.places[0]?.start,
    right.places[0]?.start,
  ];
  return a - b || (left.id < right.id ? -1 : 1);
}

interface Loads<Row> {
  load(key: string): Promise<Row | null>;
  loadMany(keys: readonly string[]): Promise<(Row | null | Error)[]>;
}

async function loadOne<Row>(loader: Loads<Row>, key: string): Promise<Row> {
  const row = await loader.load(key);
  if (row === null) throw new Problem('NOT_FOUND', 'It was removed while the request ran. Ask again.');
  return row;
}

/** What is still there of these; something removed in between is left out. */
async function loadAll<Row>(loader: Loads<Row>, keys: readonly string[]): Promise<readonly Row[]> {
  const rows: readonly (Row | null)[] = await Promise.all(keys.map((key) => loader.load(key)));
  return rows.filter((row) => row !== null);
}

/** As they are written in the graph, whatever the case they are asked in. */
function readTypes(types: readonly string[] | null | undefined): readonly string[] {
  if (!types) return [];
  if (types.length > RELATIONSHIP_TYPES_MAX) {
    throw badInput('types', `has ${types.length} elements and may have ${RELATIONSHIP_TYPES_MAX}.`);
  }
  return types.map((type) => type.toUpperCase());
}

function readHops(hops: number | null | undefined): number {
  if (!hops || hops < 1 || hops > NEIGHBOR_HOPS_MAX) {
    throw badInput('hops', `is ${hops} and must be from 1 to ${NEIGHBOR_HOPS_MAX}`);
  }
  return hops;
}

function callOf({ principal: { tenant, collections }, signal }: Context) {
  return { tenant, within: collections, signal };
}
