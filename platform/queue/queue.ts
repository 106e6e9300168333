/**
 * The port to the queue: which work waits for a turn, by id alone. What the work is, and how far it got, stands in
 * the graph; a queue that forgets an id is mended by whoever compares the two.
 */

/** What became of a turn: `again` waits behind the others for the next one. */
export type TurnResult = 'done' | 'again';

export interface TurnOptions {
  /** Aborts when the consumer closes, or when somebody else may have been given the id. */
  readonly signal: AbortSignal;
  /** Whether others wait, so that a long piece of work can make room. False where nobody knows. */
  othersWait(): Promise<boolean>;
}

/** One turn of the work `id`. One that rejects gets another turn after a while. */
export type Work = (id: string, options: TurnOptions) => Promise<TurnResult>;

export interface ConsumeOptions {
  /** Turns of different ids that run side by side. */
  readonly turnsAtOnce: number;
}

export interface Consumer {
  /** Takes nothing more, aborts the turns under way, waits for them to end and hands their work back. Bounded. */
  close(): Promise<void>;
}

export interface Queue {
  /** The product behind it: `in process`, `BullMQ`. */
  readonly engine: string;
  /** Begins to connect; never waits for whatever is behind the queue. */
  open(): void;
  /**
   * Lets each id wait for a turn, behind those that wait. An id that waits or has its turn already stays as it is.
   * Rejects with UNAVAILABLE, in bounded time, when the queue cannot be reached: some may wait then.
   */
  push(ids: readonly string[]): Promise<void>;
  /** Works on what waits, until closed. An id has one turn at a time, among all consumers of all processes. */
  consume(work: Work, options: ConsumeOptions): Consumer;
  /** Idempotent and bounded; close consumers first. */
  close(): Promise<void>;
}
