/** Settings of backups: where they go, what seals them, and when they are made. */

import { z } from 'zod';
import { flag, httpUrl, masterKey, masterKeys, oneOf, wholeNumber } from './setting-kinds.ts';

export const BACKUP_SETTINGS = {
  /** Folder of the backups, best on another disk; without it there are none. */
  BACKUP_DIR: z.string().min(1).optional(),
  /** What seals backups: `key`, the setting after this one, or `transit`, `VAULT_TRANSIT_KEY`. */
  BACKUP_SEALED_BY: oneOf('key', 'transit').default('key'),
  /** What backups are sealed with: 32 bytes in base64. */
  BACKUP_KEY: masterKey.optional(),
  /** Keys that earlier backups were sealed with, comma-separated: they can be read, and nothing is sealed with them. */
  BACKUP_PREVIOUS_KEYS: masterKeys,
  /** A bucket of S3, or of what speaks as S3 does, instead of a folder. */
  BACKUP_S3_BUCKET: z.string().min(3).optional(),
  /** Put before every key in it. */
  BACKUP_S3_PREFIX: z
    .string()
    .regex(/^([\w.-]+\/)*$/, 'must be empty, or end with "/", such as trellis/')
    .default(''),
  /** Where the service is, if not at AWS. */
  BACKUP_S3_ENDPOINT: httpUrl.optional(),
  BACKUP_S3_REGION: z.string().min(1).optional(),
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  BACKUP_S3_PATH_STYLE: flag.default(false),
  /** By default what the AWS SDK finds: its variables, profile, web identity, the machine's role. */
  BACKUP_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  BACKUP_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** When the installation is backed up, as cron writes it; without it only on request. */
  BACKUP_SCHEDULE: z.string().min(1).optional(),
  /** When the newest is restored on trial. */
  BACKUP_DRILL_SCHEDULE: z.string().min(1).default('0 5 * * 0'),
  /** Of both. */
  BACKUP_TIME_ZONE: z.string().min(1).default('UTC'),
  /** Scheduled backups that are kept: the newest, then the newest of so many days, weeks, months and years. */
  BACKUP_KEEP_LAST: wholeNumber(1).default(3),
  BACKUP_KEEP_DAILY: wholeNumber(0).default(7),
  BACKUP_KEEP_WEEKLY: wholeNumber(0).default(4),
  BACKUP_KEEP_MONTHLY: wholeNumber(0).default(12),
  BACKUP_KEEP_YEARLY: wholeNumber(0).default(0),
  /** Told of scheduled backups and trials that fail: https, or this machine. */
  BACKUP_WEBHOOK_URL: httpUrl.optional(),
  /** What notices are signed with, in base64, of 24 bytes or more. */
  BACKUP_WEBHOOK_SECRET: z.string().min(1).optional(),
};

type BackupSettings = z.infer<z.ZodObject<typeof BACKUP_SETTINGS>>;

function hasTarget({ BACKUP_DIR, BACKUP_S3_BUCKET }: BackupSettings): boolean {
  return BACKUP_DIR !== undefined || BACKUP_S3_BUCKET !== undefined;
}

/** Settings that ask for another one. */
export function backupNeeds(config: BackupSettings): readonly (readonly [boolean, keyof BackupSettings])[] {
  return [
    [hasTarget(config) && config.BACKUP_SEALED_BY === 'key', 'BACKUP_KEY'],
    [config.BACKUP_SCHEDULE !== undefined && config.BACKUP_S3_BUCKET === undefined, 'BACKUP_DIR'],
    [config.BACKUP_S3_ACCESS_KEY_ID !== undefined, 'BACKUP_S3_SECRET_ACCESS_KEY'],
    [config.BACKUP_S3_SECRET_ACCESS_KEY !== undefined, 'BACKUP_S3_ACCESS_KEY_ID'],
    [config.BACKUP_WEBHOOK_URL !== undefined, 'BACKUP_WEBHOOK_SECRET'],
  ];
}
