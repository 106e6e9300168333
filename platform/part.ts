/** A part of the system that can be started and stopped: a subgraph, the worker, the gateway. */

/** Building a part does no I/O; `start` does. `close` lets what is under way finish, then lets go. */
export interface Part {
  readonly name: string;
  /** Rejects with a `Problem` when the part cannot serve. */
  start(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
