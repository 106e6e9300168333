import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import { describeGraphLeases } from './graph-leases.conformance.ts';

describeOnNeo4j('with Neo4j', (server) =>
  describeGraphLeases('Neo4j', {
    create: async () => {
      await emptyGraph(server());
      return boltStore(server(), { dialect: 'neo4j' });
    },
    orders: 20,
  }),
);
