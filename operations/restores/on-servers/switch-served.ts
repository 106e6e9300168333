/**
 * The switch itself: one write of what is served until then. With it every process is refused that still has the former
 * data open, and everyone who looks finds the other; before it nothing has happened, and behind it nothing is left to do.
 */

import type { Namespace } from '../../../model/namespace.ts';
import { Problem } from '../../../platform/errors.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { refuseErasuresBut, refusePoliciesBut, serve } from '../../../stores/graph/statements/serving.ts';
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

/** What a switch must not undo, and the treatments that were begun in what it leads to. */
interface Late {
  readonly known: Decided;
  readonly treatments: readonly string[];
}

/** Whoever was erased until the very switch is not in what is served behind it, and policies hold that were set until then. */
export async function switchServed(tools: SwitchTools, kept: Kept): Promise<void> {
  let { treatments } = kept.restore.receipt;
  for (let round = 1; ; round++) {
    const late = await decideLate(tools, kept);
    treatments = [...new Set([...treatments, ...late.treatments])];
    try {
      await point(tools, kept, { known: late.known, treatments });
      return;
    } catch (error) {
      if (!(error instanceof DecidedMeanwhile) || round === ROUNDS_MAX) throw error;
    }
  }
}

/** Gives all that what was restored has by then. */
async function decideLate({ graph, open, replay }: SwitchTools, kept: Kept): Promise<Late> {
  const { cutAt } = kept.restore;
  const known = await replay.since(graph, cutAt);
  const to = await open(kept, null);
  try {
    const there = new Set((await replay.since(to.graph, cutAt)).erasures.map(({ id }) => id));
    // A policy that holds there is no other when it is set once more.
    const late = { ...known, erasures: known.erasures.filter(({ id }) => !there.has(id)) };
    const isNothing = late.erasures.length + late.policies.length === 0;
    return { known, treatments: isNothing ? [] : (await replay.again(to, late)).treatments };
  } finally {
    await to.close();
  }
}

async function point({ graph, namespace, now }: SwitchTools, kept: Kept, { known, treatments }: Late) {
  const at = now().toISOString();
  const { cutAt, receipt } = kept.restore;
  const onOther = () => {
    throw new DecidedMeanwhile();
  };
  const switched = { state: 'SWITCHED', switchedAt: at, problem: null } as const;
  await graph.write([
    refuseErasuresBut(
      known.erasures.map(({ id }) => id),
      cutAt,
      onOther,
    ),
    refusePoliciesBut(known.policies, cutAt, onOther),
    change(kept, { ...switched, receipt: { ...receipt, treatments } }, { old: namespace, told: false }),
    serve({ namespace: kept.namespace, previous: namespace, restore: kept.id, at }),
  ]);
}

/** Back to what was served before; what was restored is dropped. */
export async function revertServed(
  { graph, now }: Pick<SwitchTools, 'graph' | 'now'>,
  kept: Kept,
): Promise<void> {
  const at = now().toISOString();
  await graph.write([
    change(
      kept,
      { state: 'REVERTED', finishedAt: at, problem: null },
      { drop: withPlace(kept), told: false },
    ),
    serve({ namespace: kept.old, previous: null, restore: kept.id, at }),
  ]);
}
