/** Backups by the clock, as they are configured: when, what is kept, who is told, and how `health` tells of them. */

import { type BackupHealth, createBackupHealth } from '../operations/backup-schedule/backup-health.ts';
import { type BackupNotice, createBackupSchedule } from '../operations/backup-schedule/backup-schedule.ts';
import { createCalendar } from '../operations/backup-schedule/calendar.ts';
import type { Backups } from '../operations/backups/backups.ts';
import type { Duty } from '../operations/leader.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createWebhook } from '../platform/webhooks/webhook.ts';

export interface BackupClock {
  /** Null where backups are made on request alone. */
  readonly duty: Duty | null;
  readonly health: BackupHealth;
}

export interface BackupClockOptions {
  readonly backups: Backups;
  readonly secrets: Secrets;
  readonly log: Log;
}

export function createBackupClock(config: Config, options: BackupClockOptions): BackupClock {
  const { backups, secrets, log } = options;
  const timeZone = config.BACKUP_TIME_ZONE;
  const now = () => new Date();
  const isScheduled = config.BACKUP_SCHEDULE !== undefined;
  const calendar = isScheduled
    ? createCalendar(config.BACKUP_SCHEDULE ?? '', timeZone, 'TRELLIS_BACKUP_SCHEDULE')
    : null;
  const drills = isScheduled
    ? createCalendar(config.BACKUP_DRILL_SCHEDULE, timeZone, 'TRELLIS_BACKUP_DRILL_SCHEDULE')
    : null;
  const keep = {
    last: config.BACKUP_KEEP_LAST,
    daily: config.BACKUP_KEEP_DAILY,
    weekly: config.BACKUP_KEEP_WEEKLY,
    monthly: config.BACKUP_KEEP_MONTHLY,
    yearly: config.BACKUP_KEEP_YEARLY,
  };
  const notify = createNotify(config, secrets);
  return {
    duty:
      calendar === null
        ? null
        : createBackupSchedule({ backups, calendar, drills, keep, timeZone, notify, now, log }),
    health: createBackupHealth({ backups, calendar, drills, now }),
  };
}

/** Without a webhook it stands in the log and in `health` alone. */
function createNotify(
  { BACKUP_WEBHOOK_URL: url, BACKUP_WEBHOOK_SECRET: secret }: Config,
  { current }: Secrets,
) {
  if (url === undefined || secret === undefined) return async () => undefined;
  const webhook = createWebhook({ url, secret: () => current('BACKUP_WEBHOOK_SECRET') ?? secret });
  return ({ type, ...data }: BackupNotice, signal: AbortSignal) => webhook.send({ type, data }, signal);
}
