/** Backups of a graph on a server that several processes write to, and sets that change their engines. */

import { beforeEach, describe, expect, test } from 'vitest';
import { compareRestored } from '../../../operations/backups/compare-restored.ts';
import { restoreSet } from '../../../operations/backups/restore-set.ts';
import { createLog } from '../../../platform/log.ts';
import { type GraphStore, statement } from '../../../stores/graph/graph-store.ts';
import { createGraphLeases } from '../../../stores/graph/leases/graph-leases.ts';
import { boltStore, emptyGraph } from '../../servers/bolt-graph.ts';
import { openBoltProxy } from '../../servers/bolt-proxy.ts';
import { describeOnNeo4j } from '../../servers/describe-on-neo4j.ts';
import { type Desk, type DeskOptions, ingestSamples, openDesk, openScratch } from './harness.ts';

const { signal } = new AbortController();
/** Writers without a pause leave little of a busy machine to anybody else. */
const SLOW_MS = 400_000;
const log = createLog({ level: 'silent' });

/** Marks every document and a node beside them alike, in one transaction, so that a state in between would show. */
const mark = (graph: GraphStore, text: string) =>
  graph.write([
    statement('test.mark', 'MATCH (d:Document) SET d.mark = $text', { text }, (row) => row),
    statement(
      'test.note',
      `MERGE (c:Collection {id: 'marks'}) SET c.mark = $text
       WITH c MATCH (r:Revision {id: 'graph'}) SET c.revision = r.value`,
      { text },
      (row) => row,
    ),
  ]);
const marks = statement(
  'test.marks',
  'MATCH (d:Document) RETURN DISTINCT d.mark AS mark',
  {},
  (row) => row.mark,
);
const note = statement(
  'test.note',
  "MATCH (c:Collection {id: 'marks'}) RETURN c.mark AS mark, c.revision AS revision",
  {},
  (row) => ({ mark: row.mark, revision: Number(row.revision) }),
);

describeOnNeo4j('with the graph on Neo4j', (server) => {
  const withDesk = async (options: DeskOptions, run: (desk: Desk) => Promise<void>) => {
    const desk = await openDesk({
      createGraph: () => boltStore(server()),
      createLeases: (graph) => createGraphLeases({ graph, log }),
      ...options,
    });
    try {
      await run(desk);
    } finally {
      await desk.close();
    }
  };
  const findings = async (desk: Desk, id: string) =>
    (await desk.backups.verify(id, 'RESTORE', { signal })).verification;

  beforeEach(() => emptyGraph(server()));

  describe('a backup', () => {
    test(
      'holds one state that there was, while several processes write and ingest',
      { timeout: SLOW_MS },
      () =>
        withDesk({}, async (desk) => {
          await ingestSamples(desk.rooms, { count: 4 });
          const others = [boltStore(server()), boltStore(server())];
          await Promise.all(others.map((store) => store.open()));
          const stop = new AbortController();
          let turns = 0;
          const writing = others.map(async (graph, who) => {
            while (!stop.signal.aborted) await mark(graph, `${who} ${++turns}`);
          });
          const ingesting = (async () => {
            for (let from = 4; !stop.signal.aborted && from < 10; from += 1)
              await ingestSamples(desk.rooms, { from, count: 1 });
          })();
          const backups = [await desk.backUp(), await desk.backUp()];
          stop.abort();
          await Promise.all([...writing, ingesting]);
          await Promise.all(others.map((store) => store.close()));
          expect(turns).toBeGreaterThan(3);
          for (const { id, state, problem, revision } of backups) {
            expect({ state, problem }).toEqual({ state: 'SUCCEEDED', problem: null });
            const restored = await desk.restored(id);
            const [noted] = await restored.graph.read(note);
            const differing = (await restored.graph.read(marks)).filter(
              (each) => each !== null && each !== noted?.mark,
            );
            expect(differing).toEqual([]);
            expect(noted?.revision).toBeLessThanOrEqual(revision ?? 0);
            expect(await findings(desk, id)).toMatchObject({ level: 'RESTORE', findings: [] });
          }
        }),
    );

    test('whose connection is cut in the middle fails, says so, and is no backup', async () => {
      const proxy = await openBoltProxy(server());
      let cuts = 1;
      const createGraph = (): GraphStore => {
        const graph = boltStore(proxy);
        return {
          ...graph,
          openSnapshot: async () => {
            const view = await graph.openSnapshot();
            let reads = 0;
            return {
              ...view,
              read: (wanted, options) => {
                if (++reads === 4 && cuts-- > 0) {
                  proxy.refuse();
                  proxy.resume();
                }
                return view.read(wanted, options);
              },
            };
          },
        };
      };
      await withDesk({ createGraph }, async (desk) => {
        await ingestSamples(desk.rooms);
        const cut = await desk.backUp();
        expect(cut).toMatchObject({
          state: 'FAILED',
          problem: expect.stringMatching(/lost while it was read/),
        });
        await expect(desk.sets.open(cut.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        const next = await desk.backUp();
        expect(await findings(desk, next.id)).toMatchObject({ findings: [] });
      });
      await proxy.close();
    });

    test('of a graph that takes too long to read fails, and says what to do', () =>
      withDesk({ createGraph: () => boltStore(server(), { viewMs: 1 }) }, async (desk) => {
        await ingestSamples(desk.rooms, { count: 2 });
        expect(await desk.backUp()).toMatchObject({
          state: 'FAILED',
          problem: expect.stringMatching(/TRELLIS_GRAPH_VIEW_MS/),
        });
      }));

    test.each(['TENANT', 'COLLECTION'] as const)('of a %s holds what is its own', (kind) =>
      withDesk({}, async (desk) => {
        await ingestSamples(desk.rooms, { count: 3 });
        await ingestSamples(desk.rooms, { tenant: 'other', from: 3, count: 3 });
        const [collection] = await desk.rooms.graph.read(
          statement('test.id', "MATCH (c:Collection {tenant: 'other'}) RETURN c.id AS id", {}, ({ id }) =>
            String(id),
          ),
        );
        const whose = { tenant: 'other', collectionId: collection ?? '', collection: 'samples' };
        const { id, counts } = await desk.backUp(
          kind === 'TENANT' ? { kind, tenant: 'other' } : { kind, ...whose },
        );
        expect(counts).toMatchObject({ Document: 3, Collection: 1 });
        expect(await findings(desk, id)).toMatchObject({ level: 'RESTORE', findings: [] });
      }),
    );
  });

  test('a set of embedded engines is restored onto it, with every checksum and golden query', async () => {
    const desk = await openDesk();
    await ingestSamples(desk.rooms);
    const { id } = await desk.backUp();
    const set = await desk.sets.open(id);
    const scratch = await openScratch(set);
    const graph = boltStore(server());
    await graph.open();
    const to = { ...scratch, graph };
    await restoreSet({ target: desk.target, set, to, signal, onProgress: () => undefined });
    const options = { signal, onProgress: () => undefined };
    expect(await compareRestored(set.manifest, to, options)).toEqual([]);
    await graph.close();
    await scratch.discard();
    await desk.close();
  });
});
