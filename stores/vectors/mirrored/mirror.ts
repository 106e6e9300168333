/** The two sides of a mirrored index, and what is known of each: what the store and whoever brings a side up share. */

import type { StandbyReadCounts } from '../../standby-reads.ts';
import type { VectorStore } from '../vector-store.ts';

export type SideName = 'primary' | 'standby';
export const SIDES: readonly SideName[] = ['primary', 'standby'];

export function otherSide(side: SideName): SideName {
  return side === 'primary' ? 'standby' : 'primary';
}

/** As it stands in the graph. */
export interface MirrorState {
  /** The side that has missed changes; null where neither has. */
  readonly behind: SideName | null;
  /** Whether that side gets new changes again, while the old ones are made up for. */
  readonly isFilling: boolean;
  /** Counts every change of the above. */
  readonly epoch: number;
  /** When a side that was behind last had everything again, RFC 3339; null where none ever had. */
  readonly repairedAt: string | null;
}

/** The record of it, which all processes share. */
export interface MirrorLedger {
  read(): Promise<MirrorState>;
  /**
   * Notes that a side has missed a change. Rejects with UNAVAILABLE where the other one has, too: then there would be
   * no side that has everything.
   */
  noteBehind(side: SideName): Promise<MirrorState>;
}

export interface Mirror {
  readonly sides: Readonly<Record<SideName, VectorStore>>;
  readonly ledger: MirrorLedger;
  /** Whether it has answered, for a while now. */
  isUp(side: SideName): boolean;
  /** As it was noted a moment ago; null before it was first looked at. */
  known(): MirrorState | null;
  /** Of this process: what the standby answered, and what a side that is behind did. */
  readonly standbyReads: StandbyReadCounts;
}
