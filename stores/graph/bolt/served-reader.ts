/** Asks a graph server which namespace is served, before any store of it is opened: no index is made for that. */

import { startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import { type Served, servedNow } from '../statements/serving.ts';
import type { BoltGraphOptions } from './bolt-graph-store.ts';
import { connect } from './connection.ts';
import { toGraphProblem } from './failures.ts';

export interface ServedReader {
  /** Rejects with UNAVAILABLE or TIMEOUT where the server does not say within `timeoutMs`. */
  read(options?: { readonly timeoutMs?: number }): Promise<Served>;
  close(): Promise<void>;
}

/** It asks one question at a time. */
const CONNECTIONS_MAX = 2;
const CONNECT_MS = 5_000;
const ANSWER_MS = 10_000;

export function createServedReader({
  url,
  user,
  password,
  database = null,
  log,
}: Pick<BoltGraphOptions, 'url' | 'user' | 'password' | 'database' | 'log'>): ServedReader {
  const connection = connect({
    ...{ url, user, password, database, log },
    connectionsMax: CONNECTIONS_MAX,
    acquisitionTimeoutMs: ANSWER_MS,
    connectionTimeoutMs: CONNECT_MS,
  });
  return {
    read: async ({ timeoutMs = ANSWER_MS } = {}) => {
      const deadline = startDeadline(timeoutMs);
      const question = servedNow();
      try {
        const [row] = await connection.read(question, deadline);
        if (row === undefined)
          throw new Problem('UNAVAILABLE', 'The graph server gave no answer. Try again.');
        return question.decode(row);
      } catch (error) {
        throw toGraphProblem(error, { signs: [], signal: deadline.signal, stage: 'READING' });
      } finally {
        deadline.release();
      }
    },
    close: () => connection.close(),
  };
}
