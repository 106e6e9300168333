/** What is told of Redis behind Sentinels: which node is the master, and whether another one could take its place. */

import type { HealthReport } from '../health.ts';
import type { MasterView, Sentinels } from './sentinels.ts';

/** What goes on, in an operator's words. */
export const WITHOUT_REDIS =
  'Searches, reads and changes go on. Jobs wait in the graph and go on when it is back, live progress comes by the second, limits are counted by each gateway for itself.';

/** Adds to what the master says itself what the Sentinels say of it. */
export async function failoverHealth(report: HealthReport, sentinels: Sentinels): Promise<HealthReport> {
  const view = await sentinels.look().catch((error: Error) => error);
  if (view instanceof Error)
    return { ...report, state: 'DEGRADED', detail: `${view.message} ${whatGoesOn(report)}` };
  const place = `${view.address.host}:${view.address.port}`;
  const engine = `${report.engine}, master ${place}`;
  const detail = detailOf(report, view, place);
  return detail === null ? { ...report, engine } : { ...report, engine, state: 'DEGRADED', detail };
}

function whatGoesOn({ state }: HealthReport): string {
  return state === 'UP' ? 'The connections that are there go on until they break.' : WITHOUT_REDIS;
}

function detailOf(report: HealthReport, view: MasterView, place: string): string | null {
  if (view.isFailingOver)
    return `A failover is under way: the Sentinels hold the master ${place} for down and make another node the master. ${WITHOUT_REDIS} Wait some seconds; where it does not end, look at the Sentinels’ logs.`;
  if (report.state !== 'UP')
    return `The master ${place} does not answer here, and the Sentinels have not given it up. ${WITHOUT_REDIS} They wait for down-after-milliseconds first; where nothing comes of it, look whether ${place} can be reached from here.`;
  if (view.sentinelsUp * 2 <= view.sentinels)
    return `Redis works, but only ${view.sentinelsUp} of ${view.sentinels} Sentinels answer, which are too few to agree on a failover. Start the others.`;
  if (view.replicasUp === 0)
    return `Redis works on the master ${place}, and no replica could take its place. Start the node that is away; it becomes a replica by itself.`;
  return null;
}
