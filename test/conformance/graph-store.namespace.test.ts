import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import { describeGraphStore } from './graph-store.conformance.ts';

describeOnNeo4j('with Neo4j', (server) =>
  describeGraphStore('Neo4j, in a namespace', {
    create: async () => {
      await emptyGraph(server());
      return boltStore(server(), { dialect: 'neo4j', namespace: 'r20261126141516abcdef01' });
    },
  }),
);
