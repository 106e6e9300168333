/** One connection to Redis, to a node or to whichever is the master: what it is for, opened and closed. */

import type { RedisClientType } from '@redis/client';

export type RedisConnection = RedisClientType;

export interface ConnectionOptions {
  /** Shown in the log and in `CLIENT LIST`. */
  readonly purpose: string;
  /**
   * What a command does while Redis is away: `refuse` fails it at once; `wait` keeps it until Redis is back, for
   * whoever has nothing else to do.
   */
  readonly offline: 'refuse' | 'wait';
}

/** Opens it in the background: it keeps trying, and says so in the log. */
export function openConnection(client: RedisConnection): void {
  if (!client.isOpen) client.connect().catch(() => undefined);
}

/** Ends it at once, whatever state it is in. */
export function closeConnection(client: RedisConnection): void {
  if (client.isOpen) client.destroy();
}
