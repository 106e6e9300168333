import { describe } from 'vitest';
import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { describeGraphStore } from './graph-store.conformance.ts';

const { MEMGRAPH_URL: url, MEMGRAPH_USER: user = '', MEMGRAPH_PASSWORD: password = '' } = process.env;

describe.skipIf(url === undefined)(`with Memgraph (${url ?? 'MEMGRAPH_URL is not set'})`, () => {
  const server = { url: url ?? '', user, password };
  describeGraphStore('Memgraph', {
    create: async () => {
      await emptyGraph(server);
      return boltStore(server, { dialect: 'memgraph' });
    },
  });
});
