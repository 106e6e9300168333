/** The servers of the bench, on this machine and empty, and the settings that lead Trellis to them. */

import { startNeo4j } from '../../test/servers/neo4j.ts';
import { QDRANT, qdrantSettings } from '../../test/servers/qdrant.ts';
import { startRedis } from '../../test/servers/redis.ts';

export interface BenchServers {
  /** As a reader is told. */
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startServers(): Promise<BenchServers> {
  const [graph, redis] = await Promise.all([startNeo4j(), startRedis()]);
  return {
    name: QDRANT === null ? 'Neo4j and Redis, vectors embedded' : 'Neo4j, Qdrant and Redis',
    settings: {
      ...(await qdrantSettings()),
      TRELLIS_GRAPH: 'bolt',
      TRELLIS_GRAPH_URL: graph.url,
      TRELLIS_GRAPH_USER: graph.user,
      TRELLIS_GRAPH_PASSWORD: graph.password,
      TRELLIS_REDIS_URL: redis.url,
    },
    close: async () => {
      await Promise.all([graph.close(), redis.close()]);
    },
  };
}
