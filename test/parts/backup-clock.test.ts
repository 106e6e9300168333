/** What is configured is what runs: settings in, a schedule or a refusal that names the setting out. */

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createBackupClock } from '../../parts/backup-clock.ts';
import { unconfiguredBackups } from '../../parts/backups.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';

const log = createLog({ level: 'silent' });
const SETTINGS = {
  TRELLIS_BACKUP_DIR: '/backups',
  TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
};
const clockOf = (settings: Readonly<Record<string, string>>) => {
  const config = readConfig({ ...SETTINGS, ...settings });
  return createBackupClock(config, { backups: unconfiguredBackups(), secrets: fixedSecrets(config), log });
};

test('without a schedule nothing runs by the clock', () => {
  expect(clockOf({}).duty).toBeNull();
  expect(clockOf({ TRELLIS_BACKUP_SCHEDULE: '30 2 * * *' }).duty?.name).toBe('backups by the clock');
});

test.each([
  ['TRELLIS_BACKUP_SCHEDULE', { TRELLIS_BACKUP_SCHEDULE: 'nightly' }],
  [
    'TRELLIS_BACKUP_SCHEDULE',
    { TRELLIS_BACKUP_SCHEDULE: '30 2 * * *', TRELLIS_BACKUP_TIME_ZONE: 'Mars/One' },
  ],
  [
    'TRELLIS_BACKUP_DRILL_SCHEDULE',
    { TRELLIS_BACKUP_SCHEDULE: '30 2 * * *', TRELLIS_BACKUP_DRILL_SCHEDULE: 'weekly' },
  ],
  [
    'webhook',
    {
      TRELLIS_BACKUP_WEBHOOK_URL: 'http://10.0.0.1/hook',
      TRELLIS_BACKUP_WEBHOOK_SECRET: randomBytes(32).toString('base64'),
    },
  ],
])('what is wrong with %s is said, by name', (name, settings) => {
  expect(() => clockOf(settings)).toThrow(name);
});

test.each([
  ['TRELLIS_BACKUP_DIR', { TRELLIS_BACKUP_DIR: '', TRELLIS_BACKUP_SCHEDULE: '30 2 * * *' }],
  ['TRELLIS_BACKUP_KEY', { TRELLIS_BACKUP_KEY: '', TRELLIS_BACKUP_S3_BUCKET: 'backups' }],
  ['TRELLIS_VAULT_TRANSIT_KEY', { TRELLIS_BACKUP_SEALED_BY: 'transit' }],
  ['TRELLIS_BACKUP_WEBHOOK_SECRET', { TRELLIS_BACKUP_WEBHOOK_URL: 'https://example.com/hook' }],
  ['TRELLIS_BACKUP_S3_SECRET_ACCESS_KEY', { TRELLIS_BACKUP_S3_ACCESS_KEY_ID: 'me' }],
])('%s is asked for where another setting needs it', (name, settings) => {
  expect(() => clockOf(settings)).toThrowError(
    expect.objectContaining({ errors: [expect.objectContaining({ field: name })] }),
  );
});
