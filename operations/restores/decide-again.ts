/** What was decided in one installation, done again in another before it is served: nobody comes back with it. */

import type { OpenedInstallation } from './restore-beside.ts';
import type { Decided, Replay } from './restore-into.ts';

export interface Known {
  readonly decided: Decided;
  /** From when on (RFC 3339). */
  readonly since: string;
}

/** Opens it where there is something to do. Gives the ids of the treatments that were begun there. */
export async function decideAgain(
  open: () => Promise<OpenedInstallation>,
  { decided, since }: Known,
  replay: Replay,
): Promise<readonly string[]> {
  const { erasures, policies } = decided;
  if (erasures.length + policies.length === 0) return [];
  const to = await open();
  try {
    const there = new Set((await replay.since(to.graph, since)).erasures.map(({ id }) => id));
    // A policy that holds there is no other when it is set once more.
    const late = { policies, erasures: erasures.filter(({ id }) => !there.has(id)) };
    if (late.erasures.length + policies.length === 0) return [];
    return (await replay.again(to, late)).treatments;
  } finally {
    await to.close();
  }
}
