/**
 * Everything of one namespace removed from a graph server, a bounded part at a time, and which namespaces there are. What is
 * gone stays gone: whoever was cut off, even by `kill -9`, calls again. Nobody may have the namespace open meanwhile.
 */

import { FIRST_NAMESPACE, isNamespace, type Namespace } from '../../../model/namespace.ts';
import { type Deadline, startDeadline } from '../../../platform/deadline.ts';
import { invariant } from '../../../platform/errors.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import type { Value } from '../graph-store.ts';
import type { BoltGraphOptions } from './bolt-graph-store.ts';
import { type Connection, connect } from './connection.ts';
import { detectDialect } from './detect-dialect.ts';
import type { Dialect, SchemaItem } from './dialect.ts';
import { failureKind, toGraphProblem } from './failures.ts';
import { inNamespace } from './in-namespace.ts';
import { PLACED_LABELS } from './labels.ts';
import { retryBriefly } from './retries.ts';

/** Nodes that one transaction removes, and relationships before them: a node may have any number. */
const NODES_AT_ONCE = 1_000;
const RELATIONSHIPS_AT_ONCE = 10_000;
/** Longest time of one transaction, in ms. */
const PART_MS_MAX = 120_000;
const CONNECTIONS = { connectionsMax: 2, acquisitionTimeoutMs: 10_000, connectionTimeoutMs: 5_000 };

/** Where the graph is, as its store is told. */
export type GraphServerAddress = Pick<BoltGraphOptions, 'url' | 'user' | 'password' | 'database' | 'log'>;

export interface DropProgress {
  /** Nodes that this call has removed. */
  readonly removed: number;
  /** Nodes that there were when it began. */
  readonly total: number;
}

export interface DropOptions {
  readonly namespace: Namespace;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DropProgress) => void;
}

interface Server {
  readonly dialect: Dialect;
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** One transaction of its own; gives the number in its only row. */
  count(cypher: string, parameters?: Readonly<Record<string, Value>>): Promise<number>;
  /** One statement outside of any transaction, again where others were in its way. */
  alone(cypher: string): Promise<void>;
}

/** Resolves once nothing of it is left: nodes first, and last the constraints, by which it is listed until then. */
export function dropGraphNamespace(
  address: GraphServerAddress,
  { namespace, signal, onProgress }: DropOptions,
): Promise<void> {
  const placing = inNamespace(namespace);
  const labels = PLACED_LABELS.map(placing.label);
  return onServer(address, signal, async (server) => {
    let total = 0;
    for (const label of labels) total += await server.count(`MATCH (n:${label}) RETURN count(n) AS n`);
    let removed = 0;
    for (const label of labels)
      await removeNodes(server, label, (nodes) => {
        removed += nodes;
        onProgress?.({ removed, total });
      });
    await dropSchema(server, new Set(labels));
  });
}

/** Those of which anything is there, if only a constraint, the first one included. */
export function listGraphNamespaces(
  address: GraphServerAddress,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly Namespace[]> {
  return onServer(address, signal, async ({ dialect, connection }) => {
    const items = await dialect.schemaItems(connection.runAlone);
    const namespaces = items.map(({ label }) => namespaceOf(label)).filter((namespace) => namespace !== null);
    return [...new Set(namespaces)].toSorted();
  });
}

/** Null for what is no label of ours. */
function namespaceOf(label: string): Namespace | null {
  const [bare = '', namespace = FIRST_NAMESPACE, ...more] = label.split('_');
  const isOurs = PLACED_LABELS.includes(bare) && isNamespace(namespace) && more.length === 0;
  return isOurs && inNamespace(namespace).label(bare) === label ? namespace : null;
}

/** Page by page from the front, where only what was not removed yet is left; each with all of its relationships. */
async function removeNodes(
  { count, signal }: Server,
  label: string,
  onRemoved: (nodes: number) => void,
): Promise<void> {
  const page = `MATCH (n:${label}) WITH n LIMIT $nodes`;
  const unlink = `${page} MATCH (n)-[e]-() WITH DISTINCT e LIMIT $relationships DELETE e RETURN count(*) AS n`;
  const remove = `${page} DETACH DELETE n RETURN count(*) AS n`;
  for (let nodes = NODES_AT_ONCE; nodes > 0; ) {
    signal.throwIfAborted();
    const bounds = { nodes: NODES_AT_ONCE, relationships: RELATIONSHIPS_AT_ONCE };
    while ((await count(unlink, bounds)) > 0) signal.throwIfAborted();
    nodes = await count(remove, { nodes: NODES_AT_ONCE });
    onRemoved(nodes);
  }
}

/** By the names that the server has for them. One that another removes meanwhile is gone all the same. */
async function dropSchema(server: Server, labels: ReadonlySet<string>): Promise<void> {
  let left = await schemaOf(server, labels);
  while (left.length > 0) {
    const failures: unknown[] = [];
    for (const { drop } of left) {
      server.signal.throwIfAborted();
      await server.alone(drop).catch((error: unknown) => failures.push(error));
    }
    const still = await schemaOf(server, labels);
    if (still.length >= left.length) throw failures[0];
    left = still;
  }
}

async function schemaOf(
  { dialect, connection }: Server,
  labels: ReadonlySet<string>,
): Promise<readonly SchemaItem[]> {
  const items = await dialect.schemaItems(connection.runAlone);
  return items.filter(({ label }) => labels.has(label));
}

async function onServer<Result>(
  address: GraphServerAddress,
  signal: AbortSignal = new AbortController().signal,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  const connection = connect({ database: null, ...CONNECTIONS, ...address });
  let dialect: Dialect | null = null;
  try {
    ({ dialect } = await untilAborted(detectDialect(connection, null), signal));
    connection.setDialect(dialect);
    return await work(serverOf(connection, dialect, signal));
  } catch (error) {
    throw toGraphProblem(error, { signs: dialect?.failures ?? [], signal, stage: 'WRITING' });
  } finally {
    await connection.close();
  }
}

function serverOf(connection: Connection, dialect: Dialect, signal: AbortSignal): Server {
  const retries = retryBriefly((error) => failureKind(error, dialect.failures));
  const count = (cypher: string, parameters: Readonly<Record<string, Value>>, deadline: Deadline) =>
    connection.transact(deadline, async (transaction) => {
      const [row] = await transaction.run({ name: 'namespace.drop', cypher, parameters });
      await transaction.commit();
      return Number(row?.n);
    });
  return {
    dialect,
    connection,
    signal,
    count: async (cypher, parameters = {}) => {
      const deadline = startDeadline(PART_MS_MAX, signal);
      try {
        const counted = await retries.execute(() => count(cypher, parameters, deadline), deadline.signal);
        invariant(Number.isSafeInteger(counted), 'a count is a number');
        return counted;
      } finally {
        deadline.release();
      }
    },
    alone: async (cypher) => {
      await retries.execute(() => connection.runAlone(cypher), signal);
    },
  };
}
