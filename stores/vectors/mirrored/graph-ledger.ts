/** The record of which side is behind, in the graph: the one place that every writer can reach, and that takes one at a time. */

import { Problem } from '../../../platform/errors.ts';
import type { GraphStore, Statement } from '../../graph/graph-store.ts';
import {
  changeMirror,
  type MirrorNode,
  mirrorState,
  noteBehind,
} from '../../graph/statements/index-mirror.ts';
import { type MirrorLedger, type MirrorState, otherSide, type SideName } from './mirror.ts';

/** A standby that nobody has brought up yet has missed everything. */
const FIRST: SideName = 'standby';

export function createGraphLedger(graph: Pick<GraphStore, 'read' | 'write'>): MirrorLedger {
  return {
    read: async () => {
      const [node] = await graph.read(mirrorState());
      return node === undefined
        ? { behind: FIRST, isFilling: false, epoch: 0, repairedAt: null }
        : toState(node);
    },
    noteBehind: async (side) => {
      const [rows] = await graph.write([noteBehind(side, { first: FIRST })]);
      const [node] = (rows ?? []) as readonly MirrorNode[];
      if (node?.behind === side) return toState(node);
      throw new Problem(
        'UNAVAILABLE',
        `The ${side} of the search index does not take the change, and the ${otherSide(side)} is behind it. Try again once the ${side} is back.`,
      );
    },
  };
}

/** One step further; gives a row unless somebody has noted something since. */
export function mirrorStep(from: MirrorState, to: Omit<MirrorState, 'epoch'>): Statement<MirrorNode> {
  return changeMirror({ ...to, behind: to.behind ?? '', epoch: from.epoch + 1 }, { from: from.epoch });
}

function toState({ behind, ...rest }: MirrorNode): MirrorState {
  return { ...rest, behind: behind === 'primary' || behind === 'standby' ? behind : null };
}
