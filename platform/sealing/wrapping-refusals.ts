/** What every wrapper of keys says where it does not unwrap one: whoever has to restore reads it at night. */

import { Problem } from '../errors.ts';

/** Begins the ids of master keys that Vault or OpenBao holds. */
export const TRANSIT = 'transit:';

export function masterKeyNotKnown(masterKeyId: string, known: readonly string[]): Problem {
  const here = known.length === 0 ? 'there is none here' : `here are ${known.join(', ')}`;
  const remedy = masterKeyId.startsWith(TRANSIT)
    ? 'Set TRELLIS_VAULT_URL and how to log in there, and name the key as TRELLIS_VAULT_TRANSIT_KEY (its mount is TRELLIS_VAULT_TRANSIT_MOUNT) or in TRELLIS_VAULT_TRANSIT_PREVIOUS_KEYS.'
    : 'Give the one it was sealed with as TRELLIS_BACKUP_KEY or in TRELLIS_BACKUP_PREVIOUS_KEYS.';
  return new Problem(
    'BACKUP_KEY_MISMATCH',
    `The backup was sealed with master key ${masterKeyId}, and ${here}. ${remedy}`,
  );
}

export function wrappedKeyDamaged(cause: unknown): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    'The key in the manifest of the backup is not as it was written. Restore from another backup.',
    { cause },
  );
}
