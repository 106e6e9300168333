/** `trellis failover`: how the graph's two servers are, promoting the standby, and filling it. */

import { Problem } from '../platform/errors.ts';
import type { Client } from './client.ts';
import { orSayWhatGoesOn } from './interrupted.ts';
import { createLooks } from './looks.ts';
import type { Progress } from './progress.ts';

export interface FailoverReport {
  readonly epoch: number | null;
  readonly mode: string | null;
  readonly isAutomatic: boolean;
  readonly witnessAnswers: boolean | null;
  readonly servers: readonly {
    readonly place: string;
    readonly role: string;
    readonly isReached: boolean;
    readonly behind: number | null;
  }[];
  readonly lastRecovery: {
    readonly phase: string;
    readonly why: string;
    readonly startedAt: string;
    readonly updatedAt: string;
  } | null;
  readonly seeding: { readonly done: number; readonly total: number } | null;
}

export type FailoverAction =
  | { readonly kind: 'status' }
  | { readonly kind: 'promote'; readonly force: boolean }
  | { readonly kind: 'reseed' };

const FIELDS = `epoch mode isAutomatic witnessAnswers servers { place role isReached behind }
  lastRecovery { phase why startedAt updatedAt } seeding { done total }`;

/** Null where the graph has no standby. A filling is waited for. */
export async function failover(
  client: Client,
  action: FailoverAction,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<FailoverReport | null> {
  switch (action.kind) {
    case 'status':
      return status(client);
    case 'promote':
      await client.run(
        `mutation CommandLinePromote($input: PromoteStandbyInput!) { promoteStandby(input: $input) { status { epoch } } }`,
        { input: { force: action.force } },
      );
      return status(client);
    case 'reseed':
      await client.run(
        `mutation CommandLineReseed($input: ReseedStandbyInput!) { reseedStandby(input: $input) { status { epoch } } }`,
        { input: { confirm: true } },
      );
      return orSayWhatGoesOn(signal, 'The server goes on; "trellis failover" tells how far it is.', () =>
        filled(client, progress, signal),
      );
  }
}

/** Other processes answer as well, and know of no filling; the mode says whether it is over. */
async function filled(client: Client, progress: Progress, signal: AbortSignal) {
  const nextLook = createLooks(signal);
  try {
    for (;;) {
      const report = await status(client);
      if (report?.mode !== 'HELD' && report?.mode !== null) return report;
      if (report.seeding !== null)
        progress.update(report.seeding.done, report.seeding.total, 'Filling the standby');
      await nextLook();
    }
  } finally {
    progress.stop();
  }
}

/** Rejects where a filling that was waited for has ended without a standby that can be used. */
export function requireFilled(report: FailoverReport | null): void {
  if (report?.mode !== 'UNSEEDED') return;
  throw new Problem(
    'CONFLICT',
    'The standby was not filled to the end, so it is of no use. The log of the Trellis that filled it says why; mend that, and fill it again: trellis failover --reseed.',
  );
}

async function status(client: Client): Promise<FailoverReport | null> {
  const { recovery } = await client.run<{ readonly recovery: FailoverReport | null }>(
    `query CommandLineRecovery { recovery { ${FIELDS} } }`,
  );
  return recovery;
}

export function describeFailover(report: FailoverReport | null): string {
  if (report === null) return 'The graph has no standby. Set TRELLIS_GRAPH_STANDBY_URL to have one.';
  const { epoch, mode, servers, lastRecovery } = report;
  const witness =
    report.witnessAnswers === null ? 'none' : report.witnessAnswers ? 'answers' : 'does not answer';
  const isTold = report.witnessAnswers !== null || servers.some(isPrimaryReached);
  const lines = [
    `Epoch ${epoch ?? 'undecided: nothing is written'}, standby ${mode ?? 'unknown'}${isTold ? '' : ' when it last heard'}, failover ${report.isAutomatic ? 'automatic' : 'manual'}, witness in Redis ${witness}`,
    ...servers.map(({ place, role, isReached, behind }) => {
      const lag = behind === null ? '' : `, ${behind} writes behind`;
      return `${place.padEnd(6)} ${role.padEnd(7)} ${isReached ? 'reached' : 'NOT REACHED'}${lag}`;
    }),
  ];
  if (lastRecovery !== null)
    lines.push(`Last recovery: ${lastRecovery.phase} since ${lastRecovery.updatedAt}. ${lastRecovery.why}`);
  return lines.join('\n');
}

/** Without Redis, the primary alone knows what the standby has. */
function isPrimaryReached({ role, isReached }: FailoverReport['servers'][number]): boolean {
  return role === 'PRIMARY' && isReached;
}
