/**
 * The switch itself: one write of what is served until then. With it every process is refused that still has the former
 * data open, and everyone who looks finds the other; before it nothing has happened, and behind it nothing is left to do.
 */

import type { Namespace } from '../../../model/namespace.ts';
import type { RestoreReceipt } from '../../../model/restore.ts';
import type { HoldsThere } from '../../../model/retention.ts';
import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { GraphStore, Statement } from '../../../stores/graph/graph-store.ts';
import { refuseErasuresBut, refusePoliciesBut, serve } from '../../../stores/graph/statements/serving.ts';
import { decideAgain } from '../decide-again.ts';
import type { Decided, Replay } from '../restore-into.ts';
import type { OpenPlace } from './place.ts';
import { change, type Kept, withPlace } from './records.ts';

/** What is decided between reading it and the switch sends it back; more often than this it does not. */
const ROUNDS_MAX = 20;

export interface SwitchTools {
  /** Of what is served, and refused where that is another. */
  readonly graph: GraphStore;
  /** What is served. */
  readonly namespace: Namespace;
  readonly open: OpenPlace;
  readonly replay: Replay;
  readonly now: () => Date;
  readonly log: Log;
}

/** Somebody was erased, or a policy set, behind the look at what was decided. */
class DecidedMeanwhile extends Problem {
  constructor() {
    super(
      'UNAVAILABLE',
      'Erasures and privacy policies come faster than they can be done again. Switch when there are fewer.',
    );
  }
}

/** What leads from one to the other: what is served at the end, and what else is written with it. */
interface Turn {
  readonly to: Namespace;
  /** When what is served until then began to differ from it (RFC 3339). */
  readonly since: string;
  readonly holds: HoldsThere;
  readonly point: (receipt: RestoreReceipt) => readonly Statement<unknown>[];
}

/** Whoever was erased until the very switch is not in what is served behind it, and policies hold that were set until then. */
export async function switchServed(tools: SwitchTools, kept: Kept): Promise<void> {
  const { namespace: former, now } = tools;
  await turn(tools, kept, {
    to: kept.namespace,
    since: kept.restore.cutAt,
    holds: 'RELEASED',
    point: (receipt) => {
      const at = now().toISOString();
      const switched = { state: 'SWITCHED', switchedAt: at, problem: null, receipt } as const;
      return [
        change(kept, switched, { old: former, told: false }),
        serve({ namespace: kept.namespace, previous: former, restore: kept.id, at }),
      ];
    },
  });
}

/** Back to what was served before, with what was decided since the switch; what was restored is dropped. */
export async function revertServed(tools: Omit<SwitchTools, 'namespace'>, kept: Kept): Promise<void> {
  const { cutAt, switchedAt } = kept.restore;
  await turn(tools, kept, {
    to: kept.old,
    since: switchedAt ?? cutAt,
    holds: 'IN_FORCE',
    point: (receipt) => {
      const at = tools.now().toISOString();
      const reverted = { state: 'REVERTED', finishedAt: at, problem: null, receipt } as const;
      return [
        change(kept, reverted, { drop: withPlace(kept), told: false }),
        serve({ namespace: kept.old, previous: null, restore: kept.id, at }),
      ];
    },
  });
}

async function turn(
  { graph, open, replay, log }: Omit<SwitchTools, 'namespace'>,
  kept: Kept,
  { to, since, holds, point }: Turn,
): Promise<void> {
  const { receipt } = kept.restore;
  let { treatments, held } = receipt;
  for (let round = 1; ; round++) {
    const decided = await replay.since(graph, since);
    const done = await decideAgain(
      () => open(kept, { namespace: to, embedder: null }),
      { decided, since, holds },
      { replay, log },
    );
    treatments = [...new Set([...treatments, ...done.treatments])];
    held += done.held.length;
    try {
      await graph.write([...refuseBut(decided, since), ...point({ ...receipt, treatments, held })]);
      return;
    } catch (error) {
      if (!(error instanceof DecidedMeanwhile) || round === ROUNDS_MAX) throw error;
    }
  }
}

/** The beginning of a write that is sent back where anything else was decided. */
function refuseBut({ erasures, policies }: Decided, since: string): readonly Statement<unknown>[] {
  const onOther = () => {
    throw new DecidedMeanwhile();
  };
  const known = erasures.map(({ id }) => id);
  return [refuseErasuresBut(known, since, onOther), refusePoliciesBut(policies, since, onOther)];
}
