/** What metrics tell of the graph's two servers: who takes writes, how far the other one is behind, and who answered. */

import type { Measure } from '../../platform/gauges.ts';
import { writesBehind } from '../../stores/graph/standby/lag.ts';
import type { Servers } from '../../stores/graph/standby/servers.ts';

/** As the settings name them. */
const PLACES = { first: 1, second: 2 };

export function standbyMeasures(servers: Servers): readonly Measure[] {
  const { first, second, keeper, standbyReads } = servers;
  const gauge = (name: string, help: string, read: Measure['read']): Measure => ({
    ...{ name, help, read },
    kind: 'gauge',
  });
  const total = (name: string, help: string, read: () => number): Measure => ({
    ...{ name, help, read },
    kind: 'counter',
  });
  const place = () => {
    const { primary } = keeper.view();
    if (primary === null) return null;
    return primary === first ? PLACES.first : PLACES.second;
  };
  const readsOf = ({ whole, lagging }: ReturnType<typeof standbyReads.soFar>) => whole + lagging;
  return [
    gauge(
      'trellis_graph_epoch',
      'Number of the epoch of the graph servers; NaN while no two registers agree, when nothing is written.',
      () => keeper.view().epoch?.number ?? null,
    ),
    gauge(
      'trellis_graph_primary',
      'Which graph server takes writes: 1 for TRELLIS_GRAPH_URL, 2 for TRELLIS_GRAPH_STANDBY_URL; NaN while that is not known.',
      place,
    ),
    gauge(
      'trellis_graph_servers_reached',
      'How many of the two graph servers answer this process.',
      () => [first, second].filter((side) => side.isOpen() && keeper.awayMs(side) === 0).length,
    ),
    gauge(
      'trellis_graph_standby_attached',
      'Whether the standby of the graph has all that was acknowledged, so that it may be promoted: 1 or 0.',
      () => (keeper.view().epoch?.standby === 'ATTACHED' ? 1 : 0),
    ),
    gauge(
      'trellis_graph_standby_behind_writes',
      'Writes that the standby of the graph lacks; NaN while that cannot be known, or nothing is kept for it.',
      () => writesBehind(keeper).catch(() => null),
    ),
    total(
      'trellis_graph_promotions_total',
      'Changes of the graph server that takes writes, as this process has seen them since it started.',
      keeper.promotions,
    ),
    total(
      'trellis_graph_standby_reads_total',
      'Reads of this process that the standby of the graph answered in place of the primary.',
      () => readsOf(standbyReads.soFar()),
    ),
    total(
      'trellis_graph_standby_reads_lagging_total',
      'Those of them that a standby answered which may have lacked the newest.',
      () => standbyReads.soFar().lagging,
    ),
  ];
}
