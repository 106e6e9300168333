/** How the two servers are, in one report: what works without the other is degraded, and says what to do. */

import { FIRST_NAMESPACE } from '../../../model/namespace.ts';
import type { HealthReport } from '../../../platform/health.ts';
import { notFollowed } from '../served-graph-store.ts';
import { servedNow } from '../statements/serving.ts';
import type { StandbyMode } from './epoch.ts';
import type { Servers } from './servers.ts';
import type { Side } from './side.ts';

/** How long a server may take to say what is served, in ms: as long as for whether it lives. */
const SERVED_MS = 2_000;

const DETAILS: { readonly [mode in StandbyMode]: string | null } = {
  ATTACHED: null,
  ATTACHING: 'The standby of the graph catches up; it can be promoted once it has.',
  DETACHED:
    'The standby of the graph lacks writes, so it cannot be promoted without losing them. It is attached again by itself once it is back; if it is not, look at its log.',
  HELD: 'Writes wait while the standby of the graph is filled, or the servers change places.',
  UNSEEDED: 'The standby of the graph is empty or of no use. Fill it: trellis failover --reseed.',
};

/** Never rejects, as every report. */
export async function healthOfServers({ first, keeper, witness }: Servers): Promise<HealthReport> {
  const { epoch, primary, standby, sights } = keeper.view();
  const [main, other, ...served] = await Promise.all([
    (primary ?? first).store.health(),
    standby?.store.health(),
    servedOn(primary ?? first),
    servedOn(standby),
  ]);
  const elsewhere = served.find((namespace) => namespace !== FIRST_NAMESPACE);
  const engine = other === undefined ? main.engine : `${main.engine}, standby ${other.engine}`;
  const report = { name: 'graph', engine, latencyMs: main.latencyMs };
  const isStandbyUp = other?.state === 'UP';
  if (primary === null || main.state !== 'UP') {
    if (isStandbyUp && epoch !== null && epoch.standby !== 'UNSEEDED' && epoch.standby !== 'HELD')
      return { ...report, state: 'DEGRADED', detail: readOnly(main.detail) };
    return { ...report, state: 'DOWN', detail: main.detail ?? 'No graph server takes writes.' };
  }
  const details = [
    elsewhere === undefined
      ? null
      : `${notFollowed(elsewhere)} Until then writes of this process are refused.`,
    epoch === null || !keeper.isFresh() ? undecided() : DETAILS[epoch.standby],
    isStandbyUp
      ? null
      : `The standby of the graph does not answer: ${withoutStop(other?.detail) ?? 'it was not reached'}.`,
    witness !== null && sights.witness === 'AWAY'
      ? 'Redis does not answer: should a graph server be lost as well, writes stop.'
      : null,
  ].filter((detail) => detail !== null);
  if (details.length === 0) return { ...report, state: 'UP' };
  return { ...report, state: 'DEGRADED', detail: details.join(' ') };
}

/** The first, where it is not known: a server that does not answer says so by itself. */
async function servedOn(side: Side | null): Promise<string> {
  const [served] = (await side?.store.read(servedNow(), { timeoutMs: SERVED_MS }).catch(() => [])) ?? [];
  return served?.namespace ?? FIRST_NAMESPACE;
}

/** A sentence that goes on in another one. */
function withoutStop(sentence: string | undefined): string | undefined {
  return sentence?.replace(/\.$/, '');
}

function readOnly(detail: string | undefined): string {
  return `The primary server of the graph does not answer (${withoutStop(detail) ?? 'no reason given'}), so reads go to the standby and writes wait. It is promoted by itself under TRELLIS_FAILOVER=automatic; else by trellis failover --promote.`;
}

function undecided(): string {
  return 'Fewer than two of the registers that say which graph server takes writes are reached, so writes stop. Bring back Redis or the other server.';
}
