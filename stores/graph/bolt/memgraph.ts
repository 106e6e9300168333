/**
 * Memgraph, in its transactional in-memory mode. Nearly all of its errors carry one code that says nothing, so they
 * are told apart by their words.
 */

import type { Dialect, SchemaItem } from './dialect.ts';

/** Counting relationships in an expression: `COUNT { … }` is younger than the versions we serve. */
const COUNT_SUBQUERY = /COUNT \{ (\(\w+\)<?-\[:\w+\]-)\(\) \}/g;

export const MEMGRAPH: Dialect = {
  name: 'memgraph',
  product: 'Memgraph',
  versionMin: [3, 10],
  failures: [
    [/Cannot resolve conflicting transactions/, 'CONFLICT'],
    [/Cannot get (shared|unique|read-only) access to the storage/, 'CONFLICT'],
    [/storage mode changed/i, 'CONFLICT'],
    // Two processes made the same bookkeeping node at once, which only happens in an empty graph.
    [/unique constraint violation on :(Revision|Writer|Migration)(_\w+)?\b/, 'CONFLICT'],
    [/Write queries (are forbidden on the replica|currently forbidden on the main)/, 'LEADERLESS'],
    [/not authorized to execute/i, 'DENIED'],
    [/asked to abort because of transaction timeout/, 'TIMEOUT'],
    [/asked to abort/, 'TERMINATED'],
    [/SessionLimitReached/, 'BUSY'],
    [/(Index|Constraint) .*already exists/i, 'EXISTS'],
  ],
  readsOnReplicas: false,
  // By default; where it was told otherwise, a view that others changed is found out when it is confirmed.
  keepsSnapshots: true,
  uniqueIsIndexed: false,
  toText: (cypher) => cypher.replaceAll(COUNT_SUBQUERY, 'size([$1(counted) | 1])'),
  schemaItems: async (run) => {
    const indexes = await run('SHOW INDEX INFO');
    const constraints = await run('SHOW CONSTRAINT INFO');
    return [
      ...indexes
        .filter((row) => row['index type'] === 'label+property')
        .map(({ label, property }) => toItem('index', label, property)),
      ...constraints
        .filter((row) => row['constraint type'] === 'unique')
        .map(({ label, properties }) => toItem('unique', label, properties)),
    ];
  },
  // A statement under way does not notice that its reader has gone.
  terminate: async (run, callId) => {
    for (const row of await run('SHOW TRANSACTIONS')) {
      const id = String(row.transaction_id);
      const ours = JSON.stringify(row.metadata ?? null).includes(callId);
      if (ours && /^\d+$/.test(id)) await run(`TERMINATE TRANSACTIONS "${id}"`);
    }
  },
};

function toItem(kind: 'index' | 'unique', label: unknown, properties: unknown): SchemaItem {
  const [on, property] = [String(label), String(properties)];
  const drop =
    kind === 'index'
      ? `DROP INDEX ON :${on}(${property})`
      : `DROP CONSTRAINT ON (n:${on}) ASSERT n.${property} IS UNIQUE`;
  return { key: `${kind} ${on}.${property}`, label: on, drop, ready: true };
}
