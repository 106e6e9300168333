/**
 * A backup into an installation that holds nothing: restored, compared with what was backed up, without what was erased
 * since, and under the privacy policies that were set since. Whoever restores, from whatever command, does it here.
 */

import type { PersonalDataPolicy } from '../../model/personal-data.ts';
import type { Erasure, HoldsThere } from '../../model/retention.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createAuditWriter } from '../audit/audit-log.ts';
import { compareRestored } from '../backups/compare-restored.ts';
import { type Counts, countRestored, countsOf } from '../backups/count-restored.ts';
import type { RestoredScope } from '../backups/restore-part.ts';
import { restoreSet } from '../backups/restore-set.ts';
import type { OpenedSet, SetStore } from '../backups/set-store.ts';
import type { Installation } from '../move/installation.ts';

/** What a restore must not undo. */
export interface Decided {
  readonly erasures: readonly Erasure[];
  readonly policies: readonly PersonalDataPolicy[];
}

/** What came of it. */
export interface DecidedAgain {
  /** How many documents went. */
  readonly erased: number;
  /** Ids of treatments of documents from before the policies. */
  readonly treatments: readonly string[];
}

export const NOTHING_DECIDED: Decided = { erasures: [], policies: [] };

export interface Replay {
  /** What the installation of this graph decided since that moment (RFC 3339). */
  since(graph: GraphStore, since: string): Promise<Decided>;
  /** Does it again; `held` are ids of documents that are to be erased, and that a legal hold keeps. */
  again(
    to: Installation,
    decided: Decided,
    holds: HoldsThere,
  ): Promise<DecidedAgain & { readonly held: readonly string[] }>;
}

export interface RestoreRun {
  readonly sets: SetStore;
  readonly set: OpenedSet;
  /** Of a larger set only this; null for all of it. */
  readonly only: RestoredScope | null;
  readonly decided: Decided;
  readonly replay: Pick<Replay, 'again'>;
  /** Who restores, and what it is about, for the log of the restored installation. */
  readonly by: string;
  readonly about: readonly string[];
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number) => void;
}

/** What a restore has brought, and what of the decisions since the backup was done again behind that. */
export interface Into {
  readonly counts: Counts;
  readonly again: DecidedAgain;
}

/** Rejects with BACKUP_DAMAGED where something is not as it was backed up. */
export async function restoreInto(to: Installation, run: RestoreRun): Promise<Into> {
  const { sets, set, only, decided, signal, onProgress } = run;
  await restoreSet({ target: sets.target, set, to, signal, only, onProgress });
  const counts = only === null ? await compared(to, run) : await countRestored(to, signal);
  const { erasures, policies } = decided;
  const wanted = policies.filter(({ tenant }) => only === null || tenant === only.tenant);
  const { erased, treatments } = await run.replay.again(to, { erasures, policies: wanted }, 'RELEASED');
  await record(to, run);
  return { counts, again: { erased, treatments } };
}

/** What is partial has no checksums to compare with; its parts were verified as they were read. */
async function compared(to: Installation, { set, signal, onProgress }: RestoreRun): Promise<Counts> {
  const findings = await compareRestored(set.manifest, to, {
    signal,
    onProgress: (done, total) => onProgress('comparing', done, total),
  });
  if (findings.length > 0) throw differs(findings);
  return countsOf(set.manifest);
}

function differs(findings: readonly string[]): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    `What was restored is not what was backed up: ${findings.slice(0, 5).join(' ')} Restore from another backup.`,
  );
}

/** In the log of the restored installation, where whoever reads it later looks. */
async function record({ graph }: Installation, { by, about, log }: RestoreRun): Promise<void> {
  const trail = createAuditWriter({ graph, now: () => new Date(), log });
  await trail.record([
    {
      ...{ tenant: '', actor: by, apiKey: null, address: null },
      action: 'restore',
      targets: about,
      ...{ outcome: 'DONE', code: null, requestId: null, count: 1 },
      detail: 'The installation was restored from a backup.',
    },
  ]);
}
