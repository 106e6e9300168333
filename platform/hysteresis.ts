/**
 * Whether something that is looked at again and again is up. One failed look is no outage, and one good look no
 * recovery: what flaps would otherwise be failed over each time.
 */

export interface HysteresisOptions {
  /** So many failures in a row, at least … */
  readonly failures: number;
  /** … over at least this long, from the first to the last, in ms, and it is down. */
  readonly failingForMs: number;
  /** So many good looks in a row, and it is up again. */
  readonly successes: number;
  /** In ms; only differences count. */
  readonly now: () => number;
}

export interface Hysteresis {
  state(): 'UP' | 'DOWN';
  /** When the looks began to fail that have failed since, or by which it is down; null while all is well. */
  firstFailureAt(): number | null;
  /** Takes what a look showed, and gives what the state has just become; null where it stays. */
  note(isGood: boolean): 'UP' | 'DOWN' | null;
}

/** Up to begin with. */
export function createHysteresis(options: HysteresisOptions): Hysteresis {
  let state: 'UP' | 'DOWN' = 'UP';
  let firstFailureAt: number | null = null;
  let failures = 0;
  let successes = 0;

  const noteGood = () => {
    failures = 0;
    successes += 1;
    if (state === 'DOWN' && successes < options.successes) return null;
    firstFailureAt = null;
    return changeTo('UP');
  };
  const noteBad = () => {
    successes = 0;
    failures += 1;
    firstFailureAt ??= options.now();
    const isLong = options.now() - firstFailureAt >= options.failingForMs;
    return failures >= options.failures && isLong ? changeTo('DOWN') : null;
  };
  const changeTo = (next: 'UP' | 'DOWN') => {
    if (state === next) return null;
    state = next;
    return state;
  };
  return {
    state: () => state,
    firstFailureAt: () => firstFailureAt,
    note: (isGood) => (isGood ? noteGood() : noteBad()),
  };
}
