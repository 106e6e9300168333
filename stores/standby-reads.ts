/**
 * How many reads a standby answered in place of the server that should have: a count, so that whoever puts an answer
 * together compares it before and after, and never misses one.
 */

export interface StandbyReads {
  /** Answered by a standby that has everything. */
  readonly whole: number;
  /** Answered by one that may lack the newest. */
  readonly lagging: number;
}

/** What tells how many there were until now. */
export interface StandbyReadCounts {
  soFar(): StandbyReads;
}

export interface StandbyReadCounter extends StandbyReadCounts {
  count(read: { readonly isWhole: boolean }): void;
}

export function createStandbyReadCounter(): StandbyReadCounter {
  let reads: StandbyReads = { whole: 0, lagging: 0 };
  return {
    soFar: () => reads,
    count: ({ isWhole }) => {
      const { whole, lagging } = reads;
      reads = isWhole ? { whole: whole + 1, lagging } : { whole, lagging: lagging + 1 };
    },
  };
}
