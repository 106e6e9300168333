/** The port to messages between processes: told to whoever listens now, kept for nobody. */

export interface Channel {
  /** Begins to connect; never waits. */
  open(): void;
  /** Tells every other process that listens, if it can be reached now. Never rejects, never waits. */
  publish(message: string): void;
  /** Calls `listener` for each message of other processes, until closed. */
  listen(listener: (message: string) => void): void;
  /** Whether messages come through now. Some may have been lost before. */
  isConnected(): boolean;
  /** Idempotent. */
  close(): void;
}
