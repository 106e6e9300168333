/** In what the servers that speak Bolt differ. All the rest is the same for both. */

import type { Row } from '../graph-store.ts';
import type { FailureSigns } from './failures.ts';

export type DialectName = 'memgraph' | 'neo4j';

/** Runs one text on its own, outside of any transaction of ours, and gives its rows. */
export type RunAlone = (
  cypher: string,
  parameters?: Readonly<Record<string, unknown>>,
) => Promise<readonly Row[]>;

/** An index or a constraint as far as we care: of which label and property, and whether it is complete. */
export interface SchemaItem {
  /** `unique Chunk.id`, `index Chunk.documentId`. */
  readonly key: string;
  readonly label: string;
  /** The text that removes it. */
  readonly drop: string;
  readonly ready: boolean;
}

export interface Dialect {
  readonly name: DialectName;
  readonly product: string;
  /** The oldest version whose Cypher suffices, as `[major, minor]`. */
  readonly versionMin: readonly [number, number];
  readonly failures: FailureSigns;
  /** Whether replicas can be asked to be as new as our last write (bookmarks). */
  readonly readsOnReplicas: boolean;
  /** Whether a transaction sees the graph as it was at its beginning, whatever others commit. */
  readonly keepsSnapshots: boolean;
  /** Whether a unique constraint also serves look-ups. */
  readonly uniqueIsIndexed: boolean;
  /** A statement's text as this server takes it: the exceptions to the common Cypher. */
  toText(cypher: string): string;
  schemaItems(run: RunAlone): Promise<readonly SchemaItem[]>;
  /** Stops the transaction that carries this call's id, where leaving its connection does not. */
  terminate(run: RunAlone, callId: string): Promise<void>;
}
