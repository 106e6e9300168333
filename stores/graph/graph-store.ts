/**
 * The port to the property graph, which is the truth: everything else can be rebuilt from it.
 * It speaks one verb each way; what to read or write is a value, a `Statement`.
 */

import type { HealthProbe } from '../../platform/health.ts';

/** What a statement's parameters and rows may hold: what JSON holds. Time travels as RFC 3339 text. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Row = { readonly [column: string]: Value };

/**
 * A Cypher text with its parameters and the decoder of its rows. The text is a constant: values only ever
 * travel as parameters. Writes are deterministic (time and ids are parameters), so replaying one is sound.
 */
export interface Statement<Result> {
  /** Stable name for logs, metrics and call counts: `chunks.byId`. */
  readonly name: string;
  readonly cypher: string;
  readonly parameters: { readonly [name: string]: Value };
  decode(row: Row): Result;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /**
   * Upper bound for the call in ms; the adapter's default holds otherwise. Where an engine cannot stop a write that it
   * has begun, the bound is for the wait before that.
   */
  readonly timeoutMs?: number;
}

/** The graph as it was at one revision, whatever is written to it meanwhile. */
export interface GraphSnapshot {
  readonly revision: number;
  /** As the store's own `read`, of that revision. */
  read<Result>(statement: Statement<Result>, options?: CallOptions): Promise<readonly Result[]>;
  /** What engines keep for it is freed. Idempotent. */
  close(): Promise<void>;
}

export interface GraphStore extends HealthProbe {
  /** Opens or creates the graph, recovers what a crash left, applies migrations. */
  open(): Promise<void>;

  /**
   * Runs one read on a snapshot that includes every write acknowledged before the call.
   * Rows come in the statement's own order. Rejects with UNAVAILABLE, TIMEOUT or CANCELLED.
   */
  read<Result>(statement: Statement<Result>, options?: CallOptions): Promise<readonly Result[]>;

  /**
   * Runs the statements in order as one transaction: all of them or none. Resolves, with the rows of each
   * statement, once the transaction survives a crash. Conflicts are retried inside. Statements that are made as they
   * are iterated need not all be in memory at once; they are iterated again where the transaction is tried again.
   */
  write(
    statements: Iterable<Statement<unknown>>,
    options?: CallOptions,
  ): Promise<readonly (readonly unknown[])[]>;

  /** Number of the last acknowledged write; a later one has a greater number. */
  revision(): Promise<number>;

  /**
   * A view that includes every write acknowledged before the call and none after. Close it soon: engines keep what it
   * sees. Rejects with CONFLICT where the engine cannot hold one while others write.
   */
  openSnapshot(): Promise<GraphSnapshot>;

  /** Waits for what is under way; afterwards every call rejects with UNAVAILABLE. Idempotent. */
  close(): Promise<void>;
}

/** A statement from its parts; the parameters' names are checked against the text in tests. */
export function statement<Result>(
  name: string,
  cypher: string,
  parameters: Statement<Result>['parameters'],
  decode: (row: Row) => Result,
): Statement<Result> {
  return { name, cypher, parameters, decode };
}
