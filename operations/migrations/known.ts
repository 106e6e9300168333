/** Whether migrations that were made of some data are those of this version. */

import type { MigrationNode } from '../../stores/graph/statements/migrations.ts';
import { checksumOf, type Migration } from './migration.ts';

export type MadeMigration = Pick<MigrationNode, 'number' | 'name' | 'checksum' | 'state'>;

/** One that this version does not have, or has otherwise; null where it knows all of them. */
export function firstUnknown(
  made: readonly MadeMigration[],
  migrations: readonly Migration[],
): MadeMigration | null {
  const checksums = new Map(migrations.map((migration) => [migration.number, checksumOf(migration)]));
  return (
    made.find(({ number, checksum, state }) => state !== 'REVERTED' && checksums.get(number) !== checksum) ??
    null
  );
}
