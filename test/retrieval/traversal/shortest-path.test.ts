import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { shortestPath } from '../../../retrieval/traversal/walk.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { type GraphStore, statement } from '../../../stores/graph/graph-store.ts';
import { putRelationships } from '../../../stores/graph/statements/knowledge.ts';

const TENANT = 'acme';
/** Neighbours of a hub: more than a walk reads in one hop. */
const BUSY = 2_500;

let graph: GraphStore;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-paths-'));
  graph = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  await graph.open();
  const leaves = (hub: string) =>
    Array.from({ length: BUSY }, (_, at) => [hub, `${hub}-${String(at).padStart(4, '0')}`] as const);
  // `zz` is the only way from one hub to the other, and the last of each in every order.
  await link([
    ...leaves('hubA'),
    ...leaves('hubB'),
    ['hubA', 'zz'],
    ['zz', 'hubB'],
    ['start', 'hubA'],
    ['hubB', 'end'],
  ]);
});
afterAll(async () => {
  await graph?.close();
  await rm(directory, { recursive: true, force: true });
});

async function link(pairs: readonly (readonly [string, string])[]): Promise<void> {
  const ids = [...new Set([...pairs.flat(), 'alone'])];
  const entities = statement(
    'test.entities',
    'UNWIND $ids AS id MERGE (e:Entity {id: id}) SET e.tenant = $tenant, e.name = id, e.type = $type',
    { ids, tenant: TENANT, type: 'THING' },
    () => null,
  );
  const relationships = pairs.map(([sourceId, targetId]) => ({
    id: `r-${sourceId}-${targetId}`,
    sourceId,
    targetId,
    type: 'KNOWS',
    description: null,
  }));
  await graph.write([entities, ...putRelationships(TENANT, relationships)]);
}

const path = (from: string, to: string, maxHops: number, stepsMax?: number) =>
  shortestPath(graph, { from, to }, maxHops, {
    tenant: TENANT,
    ...(stepsMax === undefined ? {} : { stepsMax }),
  });

describe('a path', () => {
  test('of one hop is found at a hub, whichever end it is', async () => {
    for (const [from, to] of [
      ['hubA', 'zz'],
      ['zz', 'hubA'],
      ['hubB', 'hubB-2499'],
    ] as const) {
      expect((await path(from, to, 1))?.entityIds).toEqual([from, to]);
    }
  });

  test('is found between two hubs, and through them', async () => {
    expect((await path('hubA', 'hubB', 2))?.entityIds).toEqual(['hubA', 'zz', 'hubB']);
    expect(await path('start', 'end', 4)).toEqual({
      entityIds: ['start', 'hubA', 'zz', 'hubB', 'end'],
      relationshipIds: ['r-start-hubA', 'r-hubA-zz', 'r-zz-hubB', 'r-hubB-end'],
    });
  });

  test('is null where there is none, or none so short', async () => {
    expect(await path('start', 'end', 3)).toBeNull();
    expect(await path('start', 'alone', 6)).toBeNull();
    expect(await path('alone', 'hubA', 6)).toBeNull();
  });

  test('that cannot be searched to the end is refused, not denied', async () => {
    await expect(path('hubA', 'hubB', 2, 2_000)).rejects.toMatchObject({
      code: 'QUERY_TOO_COMPLEX',
      message: expect.stringContaining('more than 2000 relationships'),
    });
    // One quiet end is enough.
    expect((await path('start', 'zz', 2, 2_000))?.entityIds).toEqual(['start', 'hubA', 'zz']);
  });
});
