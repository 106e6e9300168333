/**
 * The switch itself: one write of what is served until then. With it every process is refused that still has the former
 * data open, and everyone who looks finds the other; before it nothing has happened, and behind it nothing is left to do.
 */

import type { Namespace } from '../../../model/namespace.ts';
import { Problem } from '../../../platform/errors.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { refuseErasuresBut, serve } from '../../../stores/graph/statements/serving.ts';
import type { Replay } from '../restore-into.ts';
import type { OpenPlace } from './place.ts';
import { change, type Kept, withPlace } from './records.ts';

/** Erasures that come between reading them and the switch send it back; more often than this they do not. */
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

/** Somebody was erased behind the look at who was. */
class ErasedMeanwhile extends Problem {
  constructor() {
    super('UNAVAILABLE', 'Erasures come faster than they can be done again. Switch when there are fewer.');
  }
}

/** Whoever was erased until the very switch is not in what is served behind it. */
export async function switchServed(tools: SwitchTools, kept: Kept): Promise<void> {
  for (let round = 1; ; round++) {
    const known = await eraseLate(tools, kept);
    try {
      await point(tools, kept, known);
      return;
    } catch (error) {
      if (!(error instanceof ErasedMeanwhile) || round === ROUNDS_MAX) throw error;
    }
  }
}

/** Gives the ids of all erasures that what was restored has by then. */
async function eraseLate({ graph, open, replay }: SwitchTools, kept: Kept): Promise<readonly string[]> {
  const { cutAt } = kept.restore;
  const erased = await replay.since(graph, cutAt);
  const to = await open(kept, null);
  try {
    const there = new Set((await replay.since(to.graph, cutAt)).map(({ id }) => id));
    const late = erased.filter(({ id }) => !there.has(id));
    if (late.length > 0) await replay.again(to, late);
  } finally {
    await to.close();
  }
  return erased.map(({ id }) => id);
}

async function point({ graph, namespace, now }: SwitchTools, kept: Kept, known: readonly string[]) {
  const at = now().toISOString();
  await graph.write([
    refuseErasuresBut(known, kept.restore.cutAt, () => {
      throw new ErasedMeanwhile();
    }),
    change(kept, { state: 'SWITCHED', switchedAt: at, problem: null }, { old: namespace, told: false }),
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
