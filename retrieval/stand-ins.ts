/** Servers that answer in place of one that is lost: told with every answer in which they had a part. */

import type { StandbyReadCounts } from '../stores/standby-reads.ts';
import type { Arm } from './arms/arm.ts';
import type { Degradation } from './hit.ts';

export interface StandInsOptions {
  /** Null where the graph has no standby. */
  readonly graph: StandbyReadCounts | null;
  /** Null where the search index has none. */
  readonly index: StandbyReadCounts | null;
}

export interface StandIns {
  /** What it gives says, at the end of an answer, what stood in since this was called, for the arms that had a part. */
  watch(): (arms?: readonly Pick<Arm, 'name' | 'usesIndexes'>[]) => readonly Degradation[];
}

/** Where nothing has a standby. */
export const NO_STAND_INS: StandIns = { watch: () => () => [] };

/** The text of passages comes from the graph, whatever arm has found them, so it is named as the graph's arm always. */
const GRAPH = 'GRAPH';

export function createStandIns({ graph, index }: StandInsOptions): StandIns {
  return {
    watch: () => {
      const [ofGraph, ofIndex] = [since(graph), since(index)];
      return (arms = []) => {
        const [graphStood, indexStood] = [ofGraph(), ofIndex()];
        return [
          ...(graphStood === null ? [] : [{ arm: GRAPH, ...GRAPH_SAID[graphStood] }]),
          ...(indexStood === null
            ? []
            : arms
                .filter(({ usesIndexes }) => usesIndexes)
                .map(({ name }) => ({ arm: name, ...INDEX_SAID[indexStood] }))),
        ];
      };
    },
  };
}

type Stood = 'WHOLE' | 'LAGGING';
type Said = { readonly [stood in Stood]: Omit<Degradation, 'arm'> };

const GRAPH_SAID: Said = {
  WHOLE: {
    kind: 'STANDBY',
    reason:
      'The standby of the graph answered, because its primary server did not. It has all that was acknowledged; changes wait until it is promoted or the primary is back.',
  },
  LAGGING: {
    kind: 'INCOMPLETE',
    reason:
      'The standby of the graph answered, because its primary server did not, and it may lack the newest changes. Health says what to do.',
  },
};

const INDEX_SAID: Said = {
  WHOLE: {
    kind: 'STANDBY',
    reason:
      'The standby of the search index answered, because its primary did not, or is being brought up. It has everything.',
  },
  LAGGING: {
    kind: 'INCOMPLETE',
    reason:
      'A side of the search index answered that has missed changes, because the other did not. Health says what to do.',
  },
};

/** What of it stood in since now; null where nothing did. */
function since(counts: StandbyReadCounts | null): () => Stood | null {
  if (counts === null) return () => null;
  const before = counts.soFar();
  return () => {
    const { whole, lagging } = counts.soFar();
    if (lagging > before.lagging) return 'LAGGING';
    return whole > before.whole ? 'WHOLE' : null;
  };
}
