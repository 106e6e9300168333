/** What a failure of the server or of the way to it means, and what the caller is told. */

import { BulkheadRejectedError } from 'cockatiel';
import { Problem } from '../../../platform/errors.ts';
import { TurnMissed } from '../graph-store.ts';
import { isDriverError } from './driver.ts';

/**
 * - CONFLICT: another transaction was in the way; the same transaction may succeed now.
 * - LEADERLESS: the server does not take writes, or not any more; another will soon.
 * - DISCONNECTED: no server answers.
 * - BUSY: every connection of the pool is in use.
 * - TIMEOUT, TERMINATED: the server stopped the transaction, at its time limit or because someone said so.
 * - DENIED: the server does not accept the user.
 * - EXISTS: what a migration makes is there already.
 * - REJECTED: the server does not accept the statement, or it broke a constraint.
 */
export type FailureKind =
  | 'CONFLICT'
  | 'LEADERLESS'
  | 'DISCONNECTED'
  | 'BUSY'
  | 'TIMEOUT'
  | 'TERMINATED'
  | 'DENIED'
  | 'EXISTS'
  | 'REJECTED';

/** Kinds by what a server's code or message begins with or holds; the first that fits counts. */
export type FailureSigns = readonly (readonly [pattern: RegExp, kind: FailureKind])[];

/** What the driver says of its own, whatever the server. */
const DRIVER_SIGNS: FailureSigns = [
  [/^N\/A: Connection acquisition timed out/, 'BUSY'],
  [/^SessionExpired: /, 'LEADERLESS'],
  [/^(ServiceUnavailable|ProtocolError|N\/A): /, 'DISCONNECTED'],
  [/^\w+\.ClientError\.Security\./, 'DENIED'],
];

/** Null for what is no failure of the server: our own mistakes, and what a decoder throws. */
export function failureKind(error: unknown, signs: FailureSigns): FailureKind | null {
  if (!isDriverError(error)) return null;
  const text = `${error.code}: ${error.message}`;
  return [...signs, ...DRIVER_SIGNS].find(([pattern]) => pattern.test(text))?.[1] ?? 'REJECTED';
}

/** How far a call is: a write waits for its turn, writes, and from its commit on it may have happened. */
export type Stage = 'READING' | 'WAITING' | 'WRITING' | 'COMMITTING';

export interface FailureContext {
  readonly signs: FailureSigns;
  /** Of the call that failed. */
  readonly signal: AbortSignal;
  readonly stage: Stage;
}

/**
 * The failure as the port promises it. What is a problem already, or was thrown by a decoder, stays as it is.
 * The server's own words are only in the cause: they may repeat parameters.
 */
export function toGraphProblem(error: unknown, { signs, signal, stage }: FailureContext): unknown {
  if (error instanceof Problem) return error;
  if (signal.aborted) return abortProblem(signal.reason, stage);
  if (error instanceof BulkheadRejectedError)
    return new Problem('UNAVAILABLE', 'Too many writes wait for the graph. Try again later.', {
      cause: error,
    });
  const kind = failureKind(error, signs);
  if (kind === 'TIMEOUT' && stage === 'WAITING') return turnMissed(error);
  return kind === null ? error : problemOf(kind, error);
}

function abortProblem(reason: unknown, stage: Stage): Problem {
  const expired = reason instanceof Error && reason.name === 'TimeoutError';
  if (expired && stage === 'WAITING') return turnMissed(reason);
  const what = expired
    ? 'The graph did not answer in time.'
    : 'The request was cancelled before the graph answered.';
  const next =
    stage === 'COMMITTING'
      ? 'The change may have happened or not: look before you repeat it.'
      : 'Nothing was changed. Ask for less, or try again.';
  return new Problem(expired ? 'TIMEOUT' : 'CANCELLED', `${what} ${next}`, { cause: reason });
}

function turnMissed(cause: unknown): TurnMissed {
  return new TurnMissed(
    'Others write to the graph, or a backup reads it, and this write’s turn did not come. Nothing was changed. Try again.',
    cause,
  );
}

const DETAILS: {
  readonly [kind in FailureKind]: readonly ['UNAVAILABLE' | 'TIMEOUT' | 'INTERNAL', string];
} = {
  CONFLICT: ['UNAVAILABLE', 'Other writers keep the graph busy. Try again.'],
  LEADERLESS: ['UNAVAILABLE', 'No server of the graph takes writes now. Try again once a leader is chosen.'],
  DISCONNECTED: [
    'UNAVAILABLE',
    'The graph server cannot be reached. Check that it runs and that its address is right.',
  ],
  BUSY: [
    'UNAVAILABLE',
    'Every connection to the graph server is in use. Try again, or allow more connections.',
  ],
  TIMEOUT: ['TIMEOUT', 'The graph server stopped the work at its time limit. Ask for less, or try again.'],
  TERMINATED: ['UNAVAILABLE', 'The graph server ended the transaction. Try again once it is up.'],
  DENIED: [
    'UNAVAILABLE',
    'The graph server does not accept the user or the password, or the user may not do this. Correct the settings of the graph.',
  ],
  EXISTS: ['INTERNAL', 'The graph already has what was to be made.'],
  REJECTED: ['INTERNAL', 'The graph server rejected a statement. The log has its words.'],
};

function problemOf(kind: FailureKind, cause: unknown): Problem {
  const [code, detail] = DETAILS[kind];
  return new Problem(code, detail, { cause });
}
