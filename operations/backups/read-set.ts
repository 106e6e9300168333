/** The records of a set, kind by kind, each part verified as it streams: only a part that came to its end was whole. */

import { Problem } from '../../platform/errors.ts';
import { isOpenedAtOnce, openPart } from '../../platform/sealing/sealed-part.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import { madeAhead } from '../move/read-ahead.ts';
import type { PartEntry } from './manifest.ts';
import { decodeRecords, type SetRecord } from './records.ts';
import type { OpenedSet } from './set-store.ts';

export interface ReadOptions {
  readonly target: BackupTarget;
  readonly set: OpenedSet;
  readonly signal: AbortSignal;
}

/** Small parts that are fetched and opened while the records of another are worked on. */
const PARTS_AHEAD = 3;

/**
 * As many at once as have come. What is handed out is authentic, but whether it is complete is known at the end alone:
 * restore it into new data only.
 */
export async function* recordsOf(kind: string, options: ReadOptions): AsyncGenerator<readonly SetRecord[]> {
  const parts = partsOf(kind, options);
  for await (const opened of madeAhead(parts, (part) => begun(part, options), PARTS_AHEAD + 1))
    yield* recordsOfPart(opened);
}

async function* partsOf(kind: string, { set }: ReadOptions): AsyncGenerator<PartEntry> {
  for (const part of set.manifest.parts) if (part.kind === kind) yield part;
}

interface BegunPart {
  readonly part: PartEntry;
  readonly plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A large one is opened when its turn comes, and streams. */
async function begun(part: PartEntry, options: ReadOptions): Promise<BegunPart> {
  const plain = plainOf(part, options);
  if (!isOpenedAtOnce(part)) return { part, plain };
  const pieces: Uint8Array[] = [];
  for await (const piece of plain) pieces.push(piece);
  return { part, plain: pieces };
}

async function* recordsOfPart({ part, plain }: BegunPart): AsyncGenerator<readonly SetRecord[]> {
  let records = 0;
  for await (const some of decodeRecords(plain)) {
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
