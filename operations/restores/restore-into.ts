/**
 * A backup into an installation that holds nothing: restored, compared with what was backed up, and without what was
 * erased since. Whoever restores, from whatever command, does it here.
 */

import type { Erasure } from '../../model/retention.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import { compareRestored } from '../backups/compare-restored.ts';
import type { RestoredScope } from '../backups/restore-part.ts';
import { restoreSet } from '../backups/restore-set.ts';
import type { OpenedSet, SetStore } from '../backups/set-store.ts';
import type { Installation } from '../move/installation.ts';

/** Erasures, which a restore must not undo. */
export interface Replay {
  /** Those that the installation of this graph made since that moment (RFC 3339). */
  since(graph: GraphStore, since: string): Promise<readonly Erasure[]>;
  /** Does them again; gives how many documents went. */
  again(to: Installation, erasures: readonly Erasure[]): Promise<number>;
}

export interface RestoreRun {
  readonly sets: SetStore;
  readonly set: OpenedSet;
  /** Of a larger set only this; null for all of it. */
  readonly only: RestoredScope | null;
  readonly erased: readonly Erasure[];
  readonly replay: Pick<Replay, 'again'>;
  /** Who restores, and what it is about, for the log of the restored installation. */
  readonly by: string;
  readonly about: readonly string[];
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number) => void;
}

/**
 * Gives how many documents were erased again. What is partial has no checksums to compare with; its parts were verified
 * as they were read. Rejects with BACKUP_DAMAGED where something is not as it was backed up.
 */
export async function restoreInto(to: Installation, run: RestoreRun): Promise<number> {
  const { sets, set, only, signal, onProgress } = run;
  await restoreSet({ target: sets.target, set, to, signal, only, onProgress });
  const findings =
    only === null
      ? await compareRestored(set.manifest, to, {
          signal,
          onProgress: (done, total) => onProgress('comparing', done, total),
        })
      : [];
  if (findings.length > 0) throw differs(findings);
  const erasedAgain = await run.replay.again(to, run.erased);
  await record(to, run);
  return erasedAgain;
}

function differs(findings: readonly string[]): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    `What was restored is not what was backed up: ${findings.slice(0, 5).join(' ')} Restore from another backup.`,
  );
}

/** In the log of the restored installation, where whoever reads it later looks. */
async function record({ graph }: Installation, { by, about, log }: RestoreRun): Promise<void> {
  const trail = createAuditLog({ graph, now: () => new Date(), log });
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
