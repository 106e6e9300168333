/** How a mirrored index is, in an operator's words: what works, what does not, and what to do. */

import type { HealthReport, HealthState } from '../../../platform/health.ts';
import { type MirrorState, otherSide, type SideName } from './mirror.ts';
import type { MirrorTools } from './mirror-tools.ts';

type Reports = Readonly<Record<SideName, HealthReport>>;

export async function mirrorHealth({ sides, look, known }: MirrorTools): Promise<HealthReport> {
  const [state, primary, standby] = await Promise.all([
    look().catch(known),
    sides.primary.store.health(),
    sides.standby.store.health(),
  ]);
  const engine =
    primary.engine === standby.engine
      ? `${primary.engine}, on two sides`
      : `${primary.engine}, with ${standby.engine} standing by`;
  const latencyMs = Math.max(primary.latencyMs, standby.latencyMs);
  return { name: 'vectors', engine, latencyMs, ...standing({ primary, standby }, state) };
}

function standing(
  reports: Reports,
  { behind, isFilling }: MirrorState,
): { readonly state: HealthState; readonly detail?: string } {
  const serving = behind === null ? (isUp(reports.primary) ? 'primary' : 'standby') : otherSide(behind);
  const other = otherSide(serving);
  const degraded = (detail: string) => ({ state: 'DEGRADED' as const, detail });
  if (!isUp(reports[serving])) {
    if (!isUp(reports[other])) return { state: 'DOWN', detail: neither(reports) };
    return degraded(
      `The ${serving} of the search index does not answer (${whyOf(reports[serving])}), and the ${other} has missed changes. Searches are answered by the ${other} and say that they are not complete; documents that are indexed meanwhile fail after some tries, and can be submitted again. Start the ${serving}; where it is lost for good, see docs/operations/vectors.md.`,
    );
  }
  if (!isUp(reports[other]))
    return degraded(
      `The ${other} of the search index does not answer (${whyOf(reports[other])}). Searches and changes go on with the ${serving}, and there is nothing to fail over to. Start the ${other}; what it missed is made up for by itself.`,
    );
  if (behind !== null)
    return degraded(
      `Searches and changes go on with the ${serving} of the search index. The ${behind} has missed changes and ${isFilling ? 'is brought up now' : 'is brought up by the worker that leads'}; until then there is nothing to fail over to.`,
    );
  const worse = [reports.primary, reports.standby].find(({ state }) => state !== 'UP');
  return worse === undefined ? { state: 'UP' } : degraded(worse.detail ?? '');
}

function isUp({ state }: HealthReport): boolean {
  return state !== 'DOWN';
}

function whyOf({ detail }: HealthReport): string {
  return detail?.replace(/\.$/, '') ?? 'no reason given';
}

function neither(reports: Reports): string {
  return `Neither side of the search index answers (primary: ${whyOf(reports.primary)}; standby: ${whyOf(reports.standby)}). Documents and the graph can be read, searches find little or nothing and say so, documents that are indexed meanwhile fail after some tries and can be submitted again. Start one of the two.`;
}
