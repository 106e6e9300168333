/** `trellis reembed`: begins, watches, confirms or takes back a re-embedding of a running server. */

import type { Client } from './client.ts';
import { orSayWhatGoesOn } from './interrupted.ts';
import { createLooks } from './looks.ts';
import type { Progress } from './progress.ts';

export type ReembedAction = 'begin' | 'confirm' | 'revert' | 'status';

export interface ReembedCommand {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface ReembeddingReport {
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly refused: number;
  readonly problem: string | null;
  readonly from: { readonly fingerprint: string };
  readonly to: { readonly fingerprint: string };
}

const FIELDS = 'state done total refused problem from { fingerprint } to { fingerprint }';
const MUTATIONS = { begin: 'reembed', confirm: 'confirmReembedding', revert: 'revertReembedding' } as const;
/** States in which nobody works on it. */
const STILL = ['SWITCHED', 'CONFIRMED', 'REVERTED'];

/** Asks for it and waits until there is nothing more to do, or tells how the last one is; null where there was none. */
export async function reembed(
  client: Client,
  action: ReembedAction,
  { progress, signal }: ReembedCommand,
): Promise<ReembeddingReport | null> {
  if (action === 'status') return last(client);
  await client.run(
    `mutation CommandLineReembed { ${MUTATIONS[action]}(input: {}) { reembedding { state } } }`,
  );
  const goesOn = 'The server goes on; "trellis reembed --status" tells how far it is.';
  return orSayWhatGoesOn(signal, goesOn, () => settled(client, { progress, signal }));
}

async function settled(
  client: Client,
  { progress, signal }: ReembedCommand,
): Promise<ReembeddingReport | null> {
  const nextLook = createLooks(signal);
  try {
    for (;;) {
      const report = await last(client);
      if (report === null || STILL.includes(report.state)) return report;
      progress.update(report.done, report.total, report.problem ?? report.state.toLowerCase());
      await nextLook();
    }
  } finally {
    progress.stop();
  }
}

async function last(client: Client): Promise<ReembeddingReport | null> {
  const { reembedding } = await client.run<{ readonly reembedding: ReembeddingReport | null }>(
    `query CommandLineReembedding { reembedding { ${FIELDS} } }`,
  );
  return reembedding;
}

/** What comes next in each state, for a person. */
const NEXT: Readonly<Record<string, string>> = {
  RUNNING: 'Searches ask the old index until it is complete.',
  SWITCHED: 'Searches ask the new index. Keep it with --confirm, or go back with --revert.',
  CONFIRMING: 'The old index is being dropped.',
  CONFIRMED: 'The old index is gone.',
  REVERTING: 'Searches are on their way back to the old index.',
  REVERTED:
    'Searches ask the old index, and the new one is gone. Set TRELLIS_EMBEDDER and its companions back.',
};

export function describeReembedding(report: ReembeddingReport | null): string {
  if (report === null) return 'There never was a re-embedding here.';
  const { state, done, total, refused, problem, from, to } = report;
  return [
    `${state}: from ${from.fingerprint} to ${to.fingerprint}, ${done} of ${total} chunks${refused === 0 ? '' : `, ${refused} refused by the new embedder`}`,
    problem ?? NEXT[state] ?? '',
  ].join('\n');
}
