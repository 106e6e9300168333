/**
 * Runs arms side by side. One that fails or is late is left out and named; all failing is a failure. What the caller got
 * wrong is no failure of an arm: it is told the caller, and nobody else.
 */

import { Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { untilAborted } from '../../platform/until-aborted.ts';
import type { Degradation } from '../hit.ts';
import type { Arm, ArmFinding, ArmSearch } from './arm.ts';

export interface AnsweredArm {
  readonly arm: Arm;
  readonly finding: ArmFinding;
}

export interface ArmsOutcome {
  /** In the order of the arms. */
  readonly answered: readonly AnsweredArm[];
  readonly degraded: readonly Degradation[];
}

export interface ArmsBounds {
  /** The caller's own signal. When it aborts, the search fails instead of degrading. */
  readonly signal: AbortSignal;
  /** Time of each arm, in ms. */
  readonly timeoutMs: number;
  readonly log: Log;
}

const RETRY_AFTER_MS = 1_000;

export async function runArms(
  arms: readonly Arm[],
  asked: Omit<ArmSearch, 'signal'>,
  { signal, timeoutMs, log }: ArmsBounds,
): Promise<ArmsOutcome> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const search: ArmSearch = { ...asked, signal: AbortSignal.any([signal, timeout]) };
  // An arm that does not heed its signal is let go of.
  const settled = await Promise.allSettled(arms.map((arm) => untilAborted(arm.find(search), search.signal)));
  if (signal.aborted) throw toProblem(signal.reason);

  const wrong = settled.find((outcome) => outcome.status === 'rejected' && isBadInput(outcome.reason));
  if (wrong?.status === 'rejected') throw wrong.reason;

  const answered: AnsweredArm[] = [];
  const degraded: Degradation[] = [];
  arms.forEach((arm, at) => {
    const outcome = settled[at];
    if (outcome?.status === 'fulfilled') answered.push({ arm, finding: outcome.value });
    else
      degraded.push({
        arm: arm.name,
        kind: 'LEFT_OUT',
        reason: reasonOf(arm, outcome?.reason, { timeout, timeoutMs, log }),
      });
  });
  if (answered.length === 0) throw allFailed(degraded);
  return { answered, degraded };
}

function isBadInput(error: unknown): boolean {
  return error instanceof Problem && error.code === 'BAD_INPUT';
}

function reasonOf(
  arm: Arm,
  error: unknown,
  {
    timeout,
    timeoutMs,
    log,
  }: { readonly timeout: AbortSignal; readonly timeoutMs: number; readonly log: Log },
): string {
  if (timeout.aborted) {
    log.warn({ arm: arm.name, timeoutMs }, 'An arm did not answer in time.');
    return `It did not answer within ${timeoutMs} ms. Try again, or search with fewer collections.`;
  }
  // Known from the start on, and told there.
  if (error instanceof Problem && error.code === 'EMBEDDER_MISMATCH') return error.message;
  log.error({ arm: arm.name, error }, 'An arm failed.');
  return error instanceof Problem ? error.message : 'It failed on our side; the log says why.';
}

function allFailed(degraded: readonly Degradation[]): Problem {
  const reasons = degraded.map(({ arm, reason }) => `${arm}: ${reason}`).join(' ');
  return new Problem('UNAVAILABLE', `No arm of the search could answer. ${reasons}`, {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
