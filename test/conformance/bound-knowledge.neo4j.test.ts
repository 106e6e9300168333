import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import { describeBoundKnowledge } from './bound-knowledge.conformance.ts';

describeOnNeo4j('with Neo4j', (server) =>
  describeBoundKnowledge('Neo4j', {
    runs: 2,
    create: async () => {
      await emptyGraph(server());
      const store = boltStore(server(), { dialect: 'neo4j' });
      await store.open();
      return store;
    },
  }),
);
