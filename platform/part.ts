/** A part of the system that can be started and stopped: a subgraph, the worker, the gateway. */

/** Building a part does no I/O; `start` does. `close` lets what is under way finish, then lets go. */
export interface Part {
  readonly name: string;
  /** Rejects with a `Problem` when the part cannot serve. */
  start(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The subgraphs, each a part. */
export const SUBGRAPH_NAMES = ['documents', 'traversal', 'retrieval', 'admin'] as const;

/** What `trellis start` can start. One image serves every role. */
export const PART_NAMES = ['gateway', ...SUBGRAPH_NAMES, 'worker'] as const;

export type PartName = (typeof PART_NAMES)[number];

/** Where the parts are that live in other processes: scheme, host and port. */
export type PartUrls = ReadonlyMap<PartName, string>;

export function isPartName(text: string): text is PartName {
  return (PART_NAMES as readonly string[]).includes(text);
}
