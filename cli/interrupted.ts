/** What Ctrl-C leaves behind, said by the command that it ended: what was taken back, and what goes on without it. */

import { Problem, toProblem } from '../platform/errors.ts';

/** Waits for `work`. Stopped, it says what goes on without anybody who waits for it. */
export async function orSayWhatGoesOn<Value>(
  signal: AbortSignal,
  goesOn: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Problem('CANCELLED', `Interrupted. ${goesOn}`, { cause });
  }
}

/** Waits for `work`. Stopped, it has `what` taken back, and says whether that was possible. */
export async function orTakeBack<Value>(
  signal: AbortSignal,
  { what, takeBack }: { readonly what: string; readonly takeBack: () => Promise<unknown> },
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (!signal.aborted) throw cause;
    const refused = await takeBack().then(
      () => null,
      (error: unknown) => toProblem(error),
    );
    const left = refused === null ? 'is cancelled' : `could not be cancelled (${refused.message})`;
    throw new Problem('CANCELLED', `Interrupted. ${what} ${left}.`, { cause });
  }
}
