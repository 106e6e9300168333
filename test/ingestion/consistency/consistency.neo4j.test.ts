import { boltStore, emptyGraph, runRaw } from '../../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../../servers/describe-on-neo4j.ts';
import { describeConsistency } from './consistency.conformance.ts';

describeOnNeo4j('the stores of an installation', (server) =>
  describeConsistency('the graph on Neo4j', {
    options: async () => {
      await emptyGraph(server());
      return { createGraph: () => boltStore(server()) };
    },
    // Where a test ends before they are back, the next installation makes them again.
    allowTwins: async (label) => {
      const dropped = await runRaw(
        server(),
        'SHOW CONSTRAINTS YIELD name, labelsOrTypes, createStatement WHERE $label IN labelsOrTypes RETURN *',
        { label },
      );
      for (const { name } of dropped) await runRaw(server(), `DROP CONSTRAINT ${String(name)}`);
      return async () => {
        for (const { createStatement } of dropped) await runRaw(server(), String(createStatement));
      };
    },
  }),
);
