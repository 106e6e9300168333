/** What was decided in one installation, done again in another before it is served: nobody comes back with it. */

import type { HoldsThere } from '../../model/retention.ts';
import type { Log } from '../../platform/log.ts';
import type { OpenedInstallation } from './restore-beside.ts';
import type { Decided, Replay } from './restore-into.ts';

export interface Known {
  readonly decided: Decided;
  /** From when on (RFC 3339). */
  readonly since: string;
  /** Of the installation where it is done again. */
  readonly holds: HoldsThere;
}

/** What came of it. */
export interface Done {
  /** Ids of the treatments that were begun there. */
  readonly treatments: readonly string[];
  /** Ids of documents that a legal hold there keeps, and that are to be erased. */
  readonly held: readonly string[];
}

const NOTHING_DONE: Done = { treatments: [], held: [] };
/** Documents that a line of the log names. */
const NAMED_MAX = 100;

/** Opens it where there is something to do. */
export async function decideAgain(
  open: () => Promise<OpenedInstallation>,
  { decided, since, holds }: Known,
  { replay, log }: { readonly replay: Replay; readonly log: Log },
): Promise<Done> {
  const { erasures, policies } = decided;
  if (erasures.length + policies.length === 0) return NOTHING_DONE;
  const to = await open();
  try {
    const there = new Set((await replay.since(to.graph, since)).erasures.map(({ id }) => id));
    // A policy that holds there is no other when it is set once more.
    const late = { policies, erasures: erasures.filter(({ id }) => !there.has(id)) };
    if (late.erasures.length + policies.length === 0) return NOTHING_DONE;
    const { treatments, held } = await replay.again(to, late, holds);
    if (held.length > 0)
      log.warn(
        { count: held.length, documents: held.slice(0, NAMED_MAX) },
        'A legal hold keeps documents that were erased since. Release it, and erase them again.',
      );
    return { treatments, held };
  } finally {
    await to.close();
  }
}
