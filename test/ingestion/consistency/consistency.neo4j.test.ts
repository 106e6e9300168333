import { boltStore, emptyGraph } from '../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../servers/describe-on-neo4j.ts';
import { describeConsistency } from './consistency.conformance.ts';

describeOnNeo4j('the stores of an installation', (server) =>
  describeConsistency('the graph on Neo4j', {
    options: async () => {
      await emptyGraph(server());
      return { createGraph: () => boltStore(server()) };
    },
    allowsTwins: false,
  }),
);
