/** Graph stores on a real server that speaks Bolt, and that server's graph made empty. */

import neo4j from 'neo4j-driver';
import { createLog } from '../../platform/log.ts';
import { type BoltGraphOptions, createBoltGraphStore } from '../../stores/graph/bolt/bolt-graph-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { BoltServer } from './neo4j-program.ts';

/** Nodes that one transaction deletes. */
const DELETED_AT_ONCE = 5_000;

export function boltStore(
  { url, user, password }: BoltServer,
  options: Partial<BoltGraphOptions> = {},
): GraphStore {
  return createBoltGraphStore({
    ...{ url, user, password: () => password, log: createLog({ level: 'silent' }) },
    ...options,
  });
}

/** Deletes every node; constraints and indexes stay. */
export async function emptyGraph(server: BoltServer): Promise<void> {
  const remove = `MATCH (n) WITH n LIMIT ${DELETED_AT_ONCE} DETACH DELETE n RETURN count(*) AS count`;
  while (Number((await runRaw(server, remove))[0]?.count ?? 0) > 0);
}

/** Drops what migrations made, as on a server that Trellis has never seen. */
export async function forgetSchema(server: BoltServer): Promise<void> {
  for (const { name } of await runRaw(server, 'SHOW CONSTRAINTS YIELD name'))
    await runRaw(server, `DROP CONSTRAINT ${String(name)}`);
  for (const { name } of await runRaw(server, 'SHOW INDEXES YIELD name, type WHERE type = "RANGE"'))
    await runRaw(server, `DROP INDEX ${String(name)}`);
}

/** One statement past every store. */
export async function runRaw(
  server: BoltServer,
  cypher: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const driver = neo4j.driver(server.url, neo4j.auth.basic(server.user, server.password), {
    disableLosslessIntegers: true,
  });
  try {
    const { records } = await driver.executeQuery(cypher, parameters);
    return records.map((record) => record.toObject());
  } finally {
    await driver.close();
  }
}
