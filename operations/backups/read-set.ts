/** The records of a set, kind by kind, each part verified as it streams: only a part that came to its end was whole. */

import { Problem } from '../../platform/errors.ts';
import { openPart } from '../../platform/sealing/sealed-part.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import type { PartEntry } from './manifest.ts';
import { decodeRecords, type SetRecord } from './records.ts';
import type { OpenedSet } from './set-store.ts';

export interface ReadOptions {
  readonly target: BackupTarget;
  readonly set: OpenedSet;
  readonly signal: AbortSignal;
}

/**
 * As many at once as have come. What is handed out is authentic, but whether it is complete is known at the end alone:
 * restore it into new data only.
 */
export async function* recordsOf(kind: string, options: ReadOptions): AsyncGenerator<readonly SetRecord[]> {
  for (const part of options.set.manifest.parts) if (part.kind === kind) yield* recordsOfPart(part, options);
}

async function* recordsOfPart(part: PartEntry, options: ReadOptions): AsyncGenerator<readonly SetRecord[]> {
  let records = 0;
  for await (const some of decodeRecords(plainOf(part, options))) {
    records += some.length;
    yield some;
  }
  if (records !== part.records) throw partDamaged(part, `it has ${records} records, not ${part.records}`);
}

/** Reads the part to its end. Rejects with BACKUP_DAMAGED where it is not as it was written, or is not there. */
export async function checkPart(part: PartEntry, options: ReadOptions): Promise<void> {
  for await (const _ of plainOf(part, options));
}

async function* plainOf(part: PartEntry, { target, set, signal }: ReadOptions): AsyncGenerator<Uint8Array> {
  const key = set.keys.get(part.keyId);
  if (key === undefined) throw partDamaged(part, 'the manifest has no key for it');
  try {
    yield* openPart(target.get(part.name, { signal }), key, part, { signal });
  } catch (error) {
    if (error instanceof Problem && error.code === 'NOT_FOUND') throw partMissing(part, error);
    if (error instanceof Problem && error.code === 'BACKUP_DAMAGED') throw partDamaged(part, error);
    throw error;
  }
}

function partMissing({ name }: PartEntry, cause: unknown): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    `The part ${name} of the backup is missing. Restore from another backup, and see who removes objects from its storage.`,
    { cause },
  );
}

function partDamaged({ name }: PartEntry, cause: unknown): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    `The part ${name} of the backup is not as it was written. Restore from another backup, and see whether its storage is failing.`,
    { cause },
  );
}
