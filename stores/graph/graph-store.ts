/**
 * The port to the property graph, which is the truth: everything else can be rebuilt from it.
 * It speaks one verb each way; what to read or write is a value, a `Statement`.
 */

import { Problem } from '../../platform/errors.ts';
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
  /** Where it is a page of nodes by id: an engine whose indexes know no order may read it along ids that it keeps in order. */
  readonly page?: IdPage;
}

/** Labels of which a tenant may have so many that a page of them must not cost them all. */
export const LISTED_LABELS = ['Document', 'Entity', 'ArchivedDocument'] as const;
export type ListedLabel = (typeof LISTED_LABELS)[number];

/** A page of nodes of one label by their ids, of which each gives one row or none. */
export interface IdPage {
  readonly label: ListedLabel;
  /** What all of them have in common. Neither this nor its id ever changes with a node that is there. */
  readonly property: 'tenant' | 'collectionId';
  readonly value: string;
  /** Id behind which it begins, and how many rows it has at most: parameters of the statement by the same names. */
  readonly after: string;
  readonly limit: number;
  /** Cypher for the same rows, in the same order, of none but the nodes `$ids`; its other parameters are the statement's. */
  readonly ofIds: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /**
   * Upper bound for the call in ms; the adapter's default holds otherwise. Where an engine cannot stop a write that it
   * has begun, the bound is for the wait before that.
   */
  readonly timeoutMs?: number;
}

export interface WriteOptions extends CallOptions {
  /**
   * Beside the turns of the others and of no revision: a view that has writers wait does not have this one wait. For
   * what no view is asked for, such as a sign of life, and only where its first statement writes to the node that it
   * decides by, so that the engine has two of them wait for each other. It may happen twice.
   */
  readonly beside?: boolean;
}

/** When a write whose turn did not come is worth another try, in ms. */
const TURN_RETRY_AFTER_MS = 5_000;

/** Others have what one waits for, and had it for too long. Nothing was changed; sooner or later its turn comes. */
export class TurnMissed extends Problem {
  constructor(detail: string, cause?: unknown) {
    super('UNAVAILABLE', detail, { retryAfterMs: TURN_RETRY_AFTER_MS, cause });
  }
}

export interface NodeNumbers {
  /**
   * Whether the engine numbers nodes in the order in which they are made, gives no number twice, and reads a label in
   * that order: what was made together is then found together (`id(n)`). No where it is absent.
   */
  readonly numbersNodes?: boolean;
}

/** Reads beside the engine what it belongs to: a view, or the graph as it is. */
export type BesideRead = <Result>(statement: Statement<Result>) => Promise<readonly Result[]>;

export interface ReadsBeside {
  /**
   * Where the engine is in this process: calls the export `beside` of a module with a `BesideRead` and the input, in the
   * engine's own thread. What is made of many rows is less to carry from there than the rows are. Input and result can be
   * cloned; what the export does between two reads keeps other readers waiting.
   */
  readonly beside?: <Result>(module: URL, input: unknown, options?: CallOptions) => Promise<Result>;
}

/** The graph as it was at one revision, whatever is written to it meanwhile. */
export interface GraphSnapshot extends NodeNumbers, ReadsBeside {
  readonly revision: number;
  /** Writers wait while it is open, or the engine ends it before long: read what is needed of it, and close it. */
  readonly isBrief: boolean;
  /** As the store's own `read`, of that revision. */
  read<Result>(statement: Statement<Result>, options?: CallOptions): Promise<readonly Result[]>;
  /**
   * To be asked behind the last read: rejects where the view was lost meanwhile, so that what was read may be of more
   * than one revision.
   */
  confirm(): Promise<void>;
  /** What engines keep for it is freed. Idempotent. */
  close(): Promise<void>;
}

export interface GraphStore extends HealthProbe, NodeNumbers, ReadsBeside {
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
   * Rejects with `TurnMissed` where others keep it from beginning.
   */
  write(
    statements: Iterable<Statement<unknown>>,
    options?: WriteOptions,
  ): Promise<readonly (readonly unknown[])[]>;

  /** Number of the last acknowledged write; a later one has a greater number. */
  revision(): Promise<number>;

  /**
   * A view that includes every write acknowledged before the call and none after. Close it soon: engines keep what it
   * sees, and some have writers wait.
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
