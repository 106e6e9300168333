/** Which of the two sides of a mirrored index misses changes: noted before a change that it missed is acknowledged. */

import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

export interface MirrorNode {
  /** Name of the side that misses changes; empty where neither does. */
  readonly behind: string;
  /** Whether it gets new changes again, while the old ones are made up for. */
  readonly isFilling: boolean;
  /** Counts every change of the above. */
  readonly epoch: number;
  /** When one that had missed changes last had everything again, RFC 3339; null where none ever had. */
  readonly repairedAt: string | null;
}

const NODE = 's.behind AS behind, s.isFilling AS isFilling, s.epoch AS epoch, s.repairedAt AS repairedAt';

/** No row where it was never noted. */
export function mirrorState(): Statement<MirrorNode> {
  return statement('indexMirror.state', `MATCH (s:IndexState {id: 'mirror'}) RETURN ${NODE}`, {}, toNode);
}

/**
 * Notes that a side has missed a change, and gives which side is behind then: where the other one is already, that
 * stays. `first` is behind where nothing was ever noted. It writes before it looks, so that two cannot do both at once.
 */
export function noteBehind(side: string, { first }: { readonly first: string }): Statement<MirrorNode> {
  return statement(
    'indexMirror.noteBehind',
    `MERGE (s:IndexState {id: 'mirror'})
     ON CREATE SET s.behind = $first, s.isFilling = false, s.epoch = 0
     SET s.asked = $side
     WITH s
     SET s.isFilling = CASE WHEN s.behind IN ['', $side] THEN false ELSE s.isFilling END,
       s.behind = CASE WHEN s.behind = '' THEN $side ELSE s.behind END, s.epoch = s.epoch + 1
     RETURN ${NODE}`,
    { side, first },
    toNode,
  );
}

/** Changes it where it is still as it was in that epoch; else no row comes. */
export function changeMirror(node: MirrorNode, { from }: { readonly from: number }): Statement<MirrorNode> {
  return statement(
    'indexMirror.change',
    `MERGE (s:IndexState {id: 'mirror'})
     ON CREATE SET s.epoch = 0
     SET s.asked = $node.behind
     WITH s WHERE s.epoch = $from
     SET s += $node
     RETURN ${NODE}`,
    { node: { ...node }, from },
    toNode,
  );
}

function toNode(row: Row): MirrorNode {
  return {
    behind: textOf(row.behind),
    isFilling: row.isFilling === true,
    epoch: Number(row.epoch),
    repairedAt: textOrNull(row.repairedAt),
  };
}
