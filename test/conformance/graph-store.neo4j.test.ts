import { afterAll, beforeAll, describe } from 'vitest';
import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { borrowNeo4j, neo4jMissing } from '../servers/neo4j.ts';
import { describeGraphStore } from './graph-store.conformance.ts';

const missing = neo4jMissing();

describe.skipIf(missing)(`with Neo4j (${missing ?? 'installed'})`, () => {
  let server: Awaited<ReturnType<typeof borrowNeo4j>>;
  beforeAll(async () => {
    server = await borrowNeo4j();
  }, 600_000);
  afterAll(() => server?.giveBack());

  describeGraphStore('Neo4j', {
    create: async () => {
      await emptyGraph(server);
      return boltStore(server, { dialect: 'neo4j' });
    },
  });
});
