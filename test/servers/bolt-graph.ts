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

/** Asks past every store, over one connection for all that is asked. */
type Ask = (
  cypher: string,
  parameters?: Readonly<Record<string, unknown>>,
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Deletes every node; constraints and indexes stay. */
export function emptyGraph(server: BoltServer): Promise<void> {
  const remove = `MATCH (n) WITH n LIMIT ${DELETED_AT_ONCE} DETACH DELETE n RETURN count(*) AS count`;
  return onServer(server, async (ask) => {
    while (Number((await ask(remove))[0]?.count ?? 0) > 0);
  });
}

/** Drops what migrations made, as on a server that Trellis has never seen. */
export function forgetSchema(server: BoltServer): Promise<void> {
  return onServer(server, async (ask) => {
    for (const { name } of await ask('SHOW CONSTRAINTS YIELD name'))
      await ask(`DROP CONSTRAINT ${String(name)}`);
    for (const { name } of await ask('SHOW INDEXES YIELD name, type WHERE type = "RANGE"'))
      await ask(`DROP INDEX ${String(name)}`);
  });
}

/** One statement past every store. */
export function runRaw(server: BoltServer, ...given: Parameters<Ask>): ReturnType<Ask> {
  return onServer(server, (ask) => ask(...given));
}

async function onServer<Result>(
  { url, user, password }: BoltServer,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const driver = neo4j.driver(url, neo4j.auth.basic(user, password), { disableLosslessIntegers: true });
  try {
    return await work(async (cypher, parameters = {}) => {
      const { records } = await driver.executeQuery(cypher, parameters);
      return records.map((record) => record.toObject());
    });
  } finally {
    await driver.close();
  }
}
