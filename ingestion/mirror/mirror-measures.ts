/** What metrics tell of a mirrored index: which side misses changes, since when none does, and which one answered. */

import type { Measure } from '../../platform/gauges.ts';
import type { Mirror, SideName } from '../../stores/vectors/mirrored/mirror.ts';

export function mirrorMeasures({ known, isUp, standbyReads }: Mirror): readonly Measure[] {
  const gauge = (name: string, help: string, read: Measure['read']): Measure => ({
    ...{ name, help, read },
    kind: 'gauge',
  });
  const isBehind = (side: SideName) => () => {
    const state = known();
    return state === null ? null : Number(state.behind === side);
  };
  return [
    gauge(
      'trellis_index_primary_up',
      'Whether the primary of the search index has answered lately: 1 or 0.',
      () => Number(isUp('primary')),
    ),
    gauge(
      'trellis_index_standby_up',
      'Whether the standby of the search index has answered lately: 1 or 0.',
      () => Number(isUp('standby')),
    ),
    gauge(
      'trellis_index_primary_behind',
      'Whether the primary of the search index misses changes and has to be brought up: 1 or 0.',
      isBehind('primary'),
    ),
    gauge(
      'trellis_index_standby_behind',
      'Whether the standby of the search index misses changes and has to be brought up: 1 or 0.',
      isBehind('standby'),
    ),
    gauge(
      'trellis_index_mirror_repaired_timestamp_seconds',
      'When a side of the search index that had missed changes last had everything again, in Unix time; NaN where none ever had.',
      () => {
        const repairedAt = known()?.repairedAt ?? null;
        return repairedAt === null ? null : Date.parse(repairedAt) / 1_000;
      },
    ),
    {
      name: 'trellis_index_standby_reads_total',
      help: 'Reads of this process that the standby of the search index answered, or a side that had missed changes.',
      kind: 'counter',
      read: () => {
        const { whole, lagging } = standbyReads.soFar();
        return whole + lagging;
      },
    },
    {
      name: 'trellis_index_standby_reads_lagging_total',
      help: 'Those of them that a side answered which had missed changes.',
      kind: 'counter',
      read: () => standbyReads.soFar().lagging,
    },
  ];
}
