/** Neo4j 5. */

import type { Dialect, SchemaItem } from './dialect.ts';

export const NEO4J: Dialect = {
  name: 'neo4j',
  product: 'Neo4j',
  versionMin: [5, 0],
  failures: [
    [
      /TransientError\.Transaction\.(DeadlockDetected|LockAcquisitionTimeout|Outdated|LeaseExpired|BookmarkTimeout)/,
      'CONFLICT',
    ],
    [/TransientError\.(General|Database)\.DatabaseUnavailable/, 'LEADERLESS'],
    [/ClientError\.(Cluster\.NotALeader|General\.ForbiddenOnReadOnlyDatabase)/, 'LEADERLESS'],
    [/TransactionTimedOut/, 'TIMEOUT'],
    [/Transaction\.(Terminated|LockClientStopped)/, 'TERMINATED'],
    [/ClientError\.Schema\.(\w+AlreadyExists)/, 'EXISTS'],
  ],
  readsOnReplicas: true,
  keepsSnapshots: false,
  uniqueIsIndexed: true,
  toText: (cypher) => cypher,
  schemaItems: async (run) => {
    const rows = await run(
      'SHOW INDEXES YIELD name, state, type, owningConstraint, labelsOrTypes AS labels, properties WHERE type = "RANGE"',
    );
    return rows.map(({ name, state, owningConstraint, labels, properties }): SchemaItem => {
      const label = String(labels);
      const isOwn = owningConstraint === null;
      return {
        key: `${isOwn ? 'index' : 'unique'} ${label}.${String(properties)}`,
        label,
        drop: isOwn ? `DROP INDEX ${quoted(name)}` : `DROP CONSTRAINT ${quoted(owningConstraint)}`,
        ready: state === 'ONLINE',
      };
    });
  },
  // Leaving the connection stops its statement.
  terminate: async () => undefined,
};

function quoted(name: unknown): string {
  return `\`${String(name).replaceAll('`', '``')}\``;
}
