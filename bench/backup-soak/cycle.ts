/** From one backup that is due to the next: documents change, a backup and its trial fall due, and something fails meanwhile. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Checkpoint, Outcome } from './checkpoint.ts';
import type { SoakDocument } from './documents.ts';
import type { TargetFault } from './failing-target.ts';
import { Ended, type Installation } from './installation.ts';
import type { Looked, Seen } from './installation-process.ts';
import { type Chances, type CyclePlan, chancesOf, planCycle, TRIES } from './plan.ts';
import type { SmallDisk } from './small-disk.ts';

const HOUR_MS = 3_600_000;
/** Backups fall due so often, in hours. */
const EVERY_HOURS = 2;
/** The schedule looks twice a minute, and tries what failed again after a quarter of an hour. */
const TRY_EVERY_MS = 16 * 60_000;
/** What a full disk has left, at most, in bytes. */
const ROOM_MAX = 32 << 10;

export interface Soak {
  readonly installation: Installation;
  /** Null where none could be mounted: then the target says that it is full. */
  readonly disk: SmallDisk | null;
}

export async function runCycle(soak: Soak, before: Checkpoint): Promise<Checkpoint> {
  const cycle = before.outcomes.length;
  const chances = chancesOf(before.seed, cycle);
  const plan = planCycle(cycle, chances, before.documents.length);
  const documents = await changeDocuments(soak.installation, before.documents, plan, cycle);
  const dueAt = before.clock;
  let state = { ...before, documents };
  let outcome: Outcome = { cycle, fault: plan.fault, proven: false, tries: 0, struck: 0, why: null };
  const told: string[] = [];
  while (outcome.tries < TRIES && !outcome.proven) {
    const isFaulty = outcome.tries < plan.faultyTries;
    const tried = await tryOnce(soak, state, isFaulty ? plan : null, chances, outcome.tries);
    state = { ...state, usual: tried.usual, hungCloses: state.hungCloses + tried.hungCloses };
    const isDown = isFaulty && plan.hoursDown > 0 && outcome.tries === 0;
    state = { ...state, clock: state.clock + (isDown ? plan.hoursDown * HOUR_MS : TRY_EVERY_MS) };
    const seen = await soak.installation.ask<Seen>({ do: 'state', at: state.clock, since: dueAt });
    told.push(tried.problem ?? seen.problem ?? 'nobody was told');
    outcome = {
      ...outcome,
      proven: seen.proven,
      tries: outcome.tries + 1,
      struck: outcome.struck + (tried.struck ? 1 : 0),
    };
  }
  const why = outcome.proven ? null : told.map((problem, at) => `(${at + 1}) ${problem}`).join(' ');
  const period = EVERY_HOURS * HOUR_MS;
  const clock = Math.ceil(state.clock / period) * period;
  return { ...state, clock, outcomes: [...state.outcomes, { ...outcome, why }] };
}

async function changeDocuments(
  installation: Installation,
  documents: readonly SoakDocument[],
  { changes }: CyclePlan,
  cycle: number,
): Promise<SoakDocument[]> {
  const keyAt = (at: number) => documents[at]?.key ?? '';
  const gone = new Set(changes.removed.map(keyAt));
  const changed = new Set(changes.replaced.map(keyAt));
  const left = documents
    .filter(({ key }) => !gone.has(key))
    .map((document) =>
      changed.has(document.key) ? { ...document, version: document.version + 1 } : document,
    );
  const added = Array.from({ length: changes.added }, (_, at) => ({ key: `c${cycle}-${at}`, version: 1 }));
  const put = [...left.filter(({ key }) => changed.has(key)), ...added];
  await installation.ask({ do: 'change', put, remove: [...gone] });
  return [...left, ...added];
}

interface Tried {
  readonly struck: boolean;
  readonly problem: string | null;
  readonly usual: Checkpoint['usual'];
  readonly hungCloses: number;
}

/** `plan` is null for a try that nothing disturbs. */
async function tryOnce(
  soak: Soak,
  { clock, usual }: Checkpoint,
  plan: CyclePlan | null,
  chances: Chances,
  attempt: number,
): Promise<Tried> {
  const { installation, disk } = soak;
  const fault = plan?.fault ?? 'none';
  const chance = chances.of(`when ${attempt}`);
  const look = {
    ...({ do: 'look', at: clock } as const),
    fault: targetFault(fault, chance, usual, disk !== null),
    killGraphAfterMs: fault === 'graph engine killed' ? chance * usual.ms : null,
  };
  if (fault === 'disk full') await disk?.fill(chances.below(ROOM_MAX, `room ${attempt}`));
  await installation.start();
  try {
    const killing = fault === 'process killed' ? killAfter(installation, chance * usual.ms) : null;
    const looked = await installation.ask<Looked>(look);
    await killing;
    const isHealthy = plan === null && looked.notices.length === 0 && looked.puts > 0;
    return {
      struck:
        fault === 'graph engine killed'
          ? looked.graph === 'DOWN'
          : looked.notices.length > 0 || looked.failed > 0,
      problem: looked.notices.at(-1)?.problem ?? null,
      usual: isHealthy ? { ms: looked.ms, calls: looked.calls, puts: looked.puts } : usual,
      // An engine that is down is mended by a restart, as `health` says.
      hungCloses: looked.graph === 'DOWN' && !(await installation.close()) ? 1 : 0,
    };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { struck: true, problem: null, usual, hungCloses: 0 };
  } finally {
    await disk?.free();
  }
}

async function killAfter(installation: Installation, ms: number): Promise<void> {
  await delay(ms);
  await installation.kill();
}

function targetFault(
  fault: CyclePlan['fault'],
  chance: number,
  { calls, puts }: Checkpoint['usual'],
  hasDisk: boolean,
): TargetFault | null {
  if (fault === 'target away') return { kind: 'away', callsBefore: Math.floor(chance * calls) };
  if (fault === 'target breaks off') return { kind: 'breaks off', callsBefore: Math.floor(chance * puts) };
  if (fault === 'disk full' && !hasDisk) return { kind: 'full', callsBefore: Math.floor(chance * puts) };
  return null;
}
