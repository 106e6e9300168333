/**
 * Writes the parts of a set: records are gathered until a part is full, sealed and put, several at once. Where a part
 * ends is decided by the keys of its records, so that a change in one place leaves the parts elsewhere as they were: a
 * part that an earlier set has, letter by letter, is not written again.
 */

import { hash } from 'node:crypto';
import type { DataKey } from '../../platform/sealing/data-key.ts';
import { sealPart } from '../../platform/sealing/sealed-part.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import type { KnownParts } from './known-parts.ts';
import { objectsOf, type PartEntry } from './manifest.ts';
import { encodeRecord, type SetRecord } from './records.ts';

/** Bytes of a part before compression: at least, on average beyond that, and at most but for one large record. */
const PART_BYTES_MIN = 128 << 10;
const PART_BYTES_MEAN = 2 << 20;
const PART_BYTES_MAX = 8 << 20;
/** Parts that are sealed and put at once; with the one being gathered of each kind they are all that is in memory. */
const PARTS_AT_ONCE = 3;

export interface PartWriterOptions {
  readonly target: BackupTarget;
  readonly set: string;
  readonly key: DataKey;
  readonly known: KnownParts;
  readonly signal: AbortSignal;
  /** Told of each part once it is there. */
  readonly onPart: (written: readonly PartEntry[]) => void;
}

/** Records of one kind, in their order. */
export interface PartStream {
  /** `key` is the same for the same record in every set. Waits while too much is under way. */
  add(key: string, header: SetRecord['header'], body?: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

export interface PartWriter {
  open(kind: string): PartStream;
  /** Every part, in the order in which they were begun, once all of them are there. */
  finish(): Promise<readonly PartEntry[]>;
  /** Bytes of the parts that were there already. */
  reusedBytes(): number;
}

interface Gathered {
  readonly kind: string;
  readonly records: readonly Uint8Array[];
}

export function createPartWriter(options: PartWriterOptions): PartWriter {
  const { target, set, key, known, onPart } = options;
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const entries: (PartEntry | null)[] = [];
  const underWay = new Set<Promise<void>>();
  let reused = 0;

  const put = async (name: string, { kind, records }: Gathered): Promise<PartEntry> => {
    const plainSha256 = shaOf(records);
    const there = await known.find(kind, plainSha256, signal);
    if (there !== null) {
      reused += there.cipherBytes;
      return there;
    }
    const sealed = sealPart(piecesOf(records), key, { signal });
    await target.put(name, sealed.body, { signal });
    return { name, kind, records: records.length, keyId: key.id, ...sealed.sums() };
  };
  const begin = async (gathered: Gathered): Promise<void> => {
    while (underWay.size >= PARTS_AT_ONCE) await Promise.race(underWay);
    signal.throwIfAborted();
    const at = entries.push(null) - 1;
    const working = put(objectsOf(set).part(at + 1), gathered)
      .then((entry) => {
        entries[at] = entry;
        onPart(entries.filter((each) => each !== null));
      })
      .catch((error: unknown) => failing.abort(error))
      .finally(() => underWay.delete(working));
    underWay.add(working);
  };

  return {
    open: (kind) => openStream(kind, begin),
    finish: async () => {
      await Promise.all(underWay);
      signal.throwIfAborted();
      return entries.filter((entry) => entry !== null);
    },
    reusedBytes: () => reused,
  };
}

function openStream(kind: string, begin: (gathered: Gathered) => Promise<void>): PartStream {
  let records: Uint8Array[] = [];
  let bytes = 0;
  const flush = async () => {
    const gathered = { kind, records };
    [records, bytes] = [[], 0];
    if (gathered.records.length > 0) await begin(gathered);
  };
  return {
    add: async (key, header, body) => {
      const record = encodeRecord(header, body);
      if (bytes > 0 && bytes + record.length > PART_BYTES_MAX) await flush();
      records.push(record);
      bytes += record.length;
      if (bytes >= PART_BYTES_MIN && endsPart(key, record.length)) await flush();
    },
    end: flush,
  };
}

/** By chance that depends on nothing but the record: the longer it is, the likelier. */
function endsPart(key: string, bytes: number): boolean {
  const chance = Buffer.from(hash('sha256', key, 'hex').slice(0, 8), 'hex').readUInt32BE();
  return chance < (bytes / PART_BYTES_MEAN) * 2 ** 32;
}

function shaOf(records: readonly Uint8Array[]): string {
  return hash('sha256', Buffer.concat(records), 'hex');
}

async function* piecesOf(records: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* records;
}
