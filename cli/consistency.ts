/** The part of `trellis doctor` that asks whether the stores agree: the last check, a new one, or one that mends. */

import { Problem } from '../platform/errors.ts';
import type { Client } from './client.ts';
import { orSayWhatGoesOn } from './interrupted.ts';
import { createLooks } from './looks.ts';
import type { Progress } from './progress.ts';

/** Findings that a person is shown; `--json` has them all. */
const SHOWN_MAX = 20;
const STEPS = ['GRAPH', 'DOCUMENTS', 'INDEX', 'CONTENT'];
const FIELDS = `state repairs wholeInstallation step looked problem requestedAt startedAt finishedAt
  counts { kind store found mended } findings { kind store tenant target detail mendable mended }`;

export interface CheckReport {
  readonly state: string;
  readonly repairs: boolean;
  readonly wholeInstallation: boolean;
  readonly step: string;
  readonly looked: number;
  readonly problem: string | null;
  readonly finishedAt: string | null;
  readonly counts: readonly {
    readonly kind: string;
    readonly store: string;
    readonly found: number;
    readonly mended: number;
  }[];
  readonly findings: readonly {
    readonly kind: string;
    readonly store: string;
    readonly target: string;
    readonly detail: string;
    readonly mendable: boolean;
    readonly mended: boolean;
  }[];
}

/** The last check: null where there never was one, or where the credentials do not reach. */
export async function lastCheck(client: Client): Promise<CheckReport | null> {
  try {
    return await askLast(client);
  } catch (error) {
    if (error instanceof Problem && error.code === 'FORBIDDEN') return null;
    throw error;
  }
}

/** Asks for a check, and waits until it is over. */
export async function runCheck(
  client: Client,
  {
    repairs,
    progress,
    signal,
  }: { readonly repairs: boolean; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const mutation = repairs ? 'repairConsistency' : 'checkConsistency';
  await client.run(`mutation CommandLineCheck { ${mutation}(input: {}) { check { state } } }`);
  const goesOn = 'The server goes on; "trellis doctor" tells what it has found.';
  await orSayWhatGoesOn(signal, goesOn, () => untilFinished(client, { progress, signal }));
}

async function untilFinished(
  client: Client,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const nextLook = createLooks(signal);
  try {
    for (;;) {
      const check = await askLast(client);
      if (check === null || check.finishedAt !== null) return;
      const note = `${check.state.toLowerCase()}: ${check.step.toLowerCase()}, ${check.looked} looked at`;
      progress.update(STEPS.indexOf(check.step), STEPS.length, note);
      await nextLook();
    }
  } finally {
    progress.stop();
  }
}

async function askLast(client: Client): Promise<CheckReport | null> {
  const query = `query CommandLineConsistency { consistency { ${FIELDS} } }`;
  return (await client.run<{ readonly consistency: CheckReport | null }>(query)).consistency;
}

/** Whether nothing is wrong, as far as is known: without a check nothing is. */
export function isSound(check: CheckReport | null): boolean {
  return check === null || (check.state !== 'FAILED' && leftOf(check) === 0);
}

function leftOf({ counts }: CheckReport): number {
  return counts.reduce((sum, { found, mended }) => sum + found - mended, 0);
}

/** As long as it looks, nobody knows. */
function soFar({ finishedAt }: CheckReport): string {
  return finishedAt === null ? 'CHECKING' : 'SOUND';
}

/** Lines for a person: what state the stores are in, then what is wrong. */
export function describeCheck(check: CheckReport | null): readonly [state: string, ...lines: string[]] {
  if (check === null) return ['UNKNOWN', 'never checked, or not for these credentials'];
  const left = leftOf(check);
  const when = check.finishedAt === null ? check.state.toLowerCase() : `checked ${check.finishedAt}`;
  const state = check.state === 'FAILED' ? 'FAILED' : left > 0 ? 'FAULTY' : soFar(check);
  const counts = check.counts.map(
    ({ kind, store, found, mended }) =>
      `    ${store.toLowerCase()}: ${kind} ${found} found, ${mended} mended`,
  );
  const shown = check.findings
    .filter(({ mended }) => !mended)
    .slice(0, SHOWN_MAX)
    .map(({ kind, target, detail }) => `    ${kind} ${target}: ${detail}`);
  const isMendable = check.findings.some(({ mendable, mended }) => mendable && !mended);
  const way = isMendable ? ['    "trellis doctor --repair" mends what can be mended.'] : [];
  return [state, check.problem ?? `${when}, ${left} left`, ...counts, ...shown, ...way];
}
