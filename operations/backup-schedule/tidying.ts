/** The leader's duty to free, once a day, what backups that died have left at the target. */

import { ownEvent } from '../../model/audit.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Backups } from '../backups/backups.ts';
import type { Duty } from '../leader.ts';

export interface TidyingOptions {
  readonly backups: Pick<Backups, 'tidy'>;
  readonly record: AuditLog['record'];
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 86_400_000;
/** Where a backup is under way, or the target is away, it is tried again after this, in ms. */
const AGAIN_MS = 900_000;

export function createTidying({ everyMs = EVERY_MS, ...options }: TidyingOptions): Duty {
  return {
    name: 'tidying of the backup target',
    run: async (signal) => {
      while (!signal.aborted) {
        const isDone = await tidyOnce(options, signal);
        await pause(isDone ? everyMs : Math.min(everyMs, AGAIN_MS), signal);
      }
    },
  };
}

async function tidyOnce(
  { backups, record, log }: Omit<TidyingOptions, 'everyMs'>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { unfinished, parts } = await backups.tidy(signal);
    if (unfinished + parts === 0) return true;
    const detail = `Freed of backups that died: ${unfinished} objects that were never whole, ${parts} parts that belong to no backup.`;
    log.info({ unfinished, parts }, 'The backup target was tidied.');
    await record([ownEvent({ action: 'backup tidying', detail })]);
    return true;
  } catch (error) {
    const isBusy = error instanceof Problem && error.code === 'CONFLICT';
    if (!isBusy && !signal.aborted)
      log.warn({ error }, 'The backup target could not be tidied; tried again.');
    return false;
  }
}
