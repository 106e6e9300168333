/** What is written on one of the two servers alone, against a real one: the log of the primary stays whole over it. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { createGraphLeases } from '../../../../stores/graph/leases/graph-leases.ts';
import { createSide } from '../../../../stores/graph/standby/side.ts';
import { loggedAfter } from '../../../../stores/graph/statements/standby.ts';
import { boltStore, emptyGraph } from '../../../servers/bolt-graph.ts';
import { borrowNeo4j, neo4jMissing } from '../../../servers/neo4j.ts';
import { tally } from './pair.ts';

const missing = neo4jMissing();
const log = createLog({ level: 'silent' });

describe.skipIf(missing !== null)(
  `one of two graph servers (${missing ?? 'Neo4j'})`,
  { timeout: 120_000 },
  () => {
    let server: Awaited<ReturnType<typeof borrowNeo4j>>;
    beforeAll(async () => {
      server = await borrowNeo4j();
      await emptyGraph(server);
    }, 600_000);
    afterAll(() => server?.giveBack());

    test('a lease on it, as whoever coordinates a recovery takes, is once in its log, or not at all', async () => {
      const side = createSide(boltStore(server));
      await side.open();
      const primary = side.name() ?? '';
      await side.raise({ number: 1, proposal: randomUUID(), primary, standby: 'DETACHED' });
      const graph = { ...side.store, write: side.writeHere };
      const leases = createGraphLeases({ graph, log });
      try {
        for (let turn = 0; turn < 3; turn++) {
          await side.writeHere([tally('here', turn)]);
          const lease = await leases.tryAcquire('recovery');
          expect(lease).not.toBeNull();
          await lease?.release();
        }
        const logged = (await side.store.read(loggedAfter(-1, 100))).map(({ revision }) => revision);
        const [first = 0] = logged;
        const last = await side.store.revision();
        expect(logged).toEqual(Array.from({ length: last - first + 1 }, (_, at) => first + at));
        expect(logged.length).toBeGreaterThanOrEqual(6);
      } finally {
        await leases.close();
        await side.store.close();
      }
    });
  },
);
