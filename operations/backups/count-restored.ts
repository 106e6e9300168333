/** What an installation holds of each kind that a set has counts of. */

import { KINDS } from '../move/compare.ts';
import type { Installation } from '../move/installation.ts';
import type { SetManifest } from './manifest.ts';

export type Counts = Readonly<Record<string, number>>;

/** As the set itself says: of what was restored whole, and compared. */
export function countsOf({ summaries }: SetManifest): Counts {
  return Object.fromEntries(Object.entries(summaries).map(([what, { count }]) => [what, count]));
}

/** Of what was restored in part, which no set has counts of. All of it is read. */
export async function countRestored(restored: Installation, signal: AbortSignal): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (const [what, summarise] of KINDS) counts[what] = (await summarise(restored, signal)).count;
  return counts;
}
