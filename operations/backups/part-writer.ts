/**
 * Writes the parts of a set: records are gathered until a part is full, sealed and put, several at once. Where a part
 * ends is decided by the keys of its records, so that a change in one place leaves the parts elsewhere as they were: a
 * part that an earlier set has, letter by letter, is not written again.
 */

import { hashInPieces } from '../../platform/hash-in-pieces.ts';
import { inOnePiece } from '../../platform/in-one-piece.ts';
import type { Log } from '../../platform/log.ts';
import type { DataKey } from '../../platform/sealing/data-key.ts';
import { sealPart } from '../../platform/sealing/sealed-part.ts';
import { createSealer } from '../../platform/sealing/sealer.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';
import { type EncodedPage, markOf, TOGETHER } from './encode-page.ts';
import { createGathering, type Gathered } from './gathering.ts';
import type { KnownParts } from './known-parts.ts';
import { objectsOf, type PartEntry } from './manifest.ts';
import { bytesOfRecord, type SetRecord } from './records.ts';

/**
 * Bytes of a part before compression: at least, on average beyond that, and at most but for one large record. A change
 * somewhere writes such a part anew, so smaller ones spare more; each is an object at the target.
 */
const PART_BYTES_MIN = 32 << 10;
const PART_BYTES_MEAN = 96 << 10;
const PART_BYTES_MAX = 8 << 20;
/**
 * After so many parts the mean is doubled, up to a certain one, and so again: each part has its place in the manifest,
 * which whoever opens a set has in memory, and a graph may be any size. Ends of larger parts are ends of smaller ones too,
 * so that a few parts more or less in front move little behind.
 */
const PARTS_OF_A_SIZE = 50_000;
const PART_BYTES_MEAN_MAX = 3 << 20;
/**
 * Parts that are sealed and put at once, and their bytes; with the one being gathered of each kind they are all that is
 * in memory. One that is larger goes alone, and is sealed as it streams.
 */
const PARTS_AT_ONCE = 8;
const BYTES_AT_ONCE = 24 << 20;
/** Larger ones are sealed as they stream, in bytes: what goes to a thread is copied on the way. */
const SEALED_AT_ONCE = PART_BYTES_MAX;
const PIECE_BYTES = 1 << 20;
const EMPTY = new Uint8Array(0);

export interface PartWriterOptions {
  readonly target: BackupTarget;
  readonly set: string;
  readonly key: DataKey;
  readonly known: KnownParts;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Told of each part once it is there. */
  readonly onPart: (entry: PartEntry) => void;
  /** Parts that the set has from before, whose names are taken. */
  readonly partsBefore?: number;
  /** Parts until they become larger. */
  readonly partsOfASize?: number;
}

export interface KeyedRecord {
  /** The same for the same record in every set; null where the one behind it belongs to it, as an edge to its node. */
  readonly key: string | null;
  readonly header: SetRecord['header'];
  readonly body?: Uint8Array;
}

/** Records of one kind, in their order. */
export interface PartStream {
  /** Waits while too much is under way. */
  add(records: Iterable<KeyedRecord>): Promise<void>;
  addPage(page: EncodedPage): Promise<void>;
  end(): Promise<void>;
}

export interface PartWriter {
  open(kind: string): PartStream;
  /** Every part, in the order in which they were begun, once all of them are there. */
  finish(): Promise<readonly PartEntry[]>;
  /** Ends what is under way, and waits for none of it. Idempotent. */
  close(): Promise<void>;
}

interface GatheredPart extends Gathered {
  readonly kind: string;
}

export function createPartWriter(options: PartWriterOptions): PartWriter {
  const { target, set, key, known, log, onPart, partsBefore = 0, partsOfASize = PARTS_OF_A_SIZE } = options;
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const entries: (PartEntry | null)[] = [];
  const underWay = new Set<Promise<void>>();
  const sealer = createSealer({ key, log });
  let bytesUnderWay = 0;

  const put = async (name: string, { kind, plain, records }: GatheredPart): Promise<PartEntry> => {
    const there = known.find(kind, await hashInPieces(plain));
    if (there !== null) return there;
    const sums = await putSealed(name, plain);
    return { name, kind, records, keyId: key.id, ...sums };
  };
  const putSealed = async (name: string, plain: Buffer) => {
    if (plain.length <= SEALED_AT_ONCE) {
      const { body, sums } = await sealer.seal(plain);
      await target.put(name, inOnePiece(body), { signal });
      return sums;
    }
    const sealed = sealPart(inPieces(plain), key, { signal });
    await target.put(name, sealed.body, { signal });
    return sealed.sums();
  };
  const begin = async (gathered: GatheredPart): Promise<void> => {
    const { length } = gathered.plain;
    const isTooMuch = () => underWay.size >= PARTS_AT_ONCE || bytesUnderWay + length > BYTES_AT_ONCE;
    while (underWay.size > 0 && isTooMuch()) await Promise.race(underWay);
    signal.throwIfAborted();
    const at = entries.push(null) - 1;
    bytesUnderWay += length;
    const working = put(objectsOf(set).part(partsBefore + at + 1), gathered)
      .then((entry) => {
        entries[at] = entry;
        onPart(entry);
      })
      .catch((error: unknown) => failing.abort(error))
      .finally(() => {
        underWay.delete(working);
        bytesUnderWay -= length;
      });
    underWay.add(working);
  };

  const meanBytes = () =>
    Math.min(PART_BYTES_MEAN * 2 ** Math.floor(entries.length / partsOfASize), PART_BYTES_MEAN_MAX);

  return {
    open: (kind) => openStream(kind, begin, meanBytes),
    finish: async () => {
      await Promise.all(underWay);
      signal.throwIfAborted();
      return entries.filter((entry) => entry !== null);
    },
    close: async () => {
      failing.abort();
      await sealer.close();
    },
  };
}

function openStream(
  kind: string,
  begin: (gathered: GatheredPart) => Promise<void>,
  meanBytes: () => number,
): PartStream {
  const gathering = createGathering();
  const flush = async () => {
    if (gathering.bytes() > 0) await begin({ kind, ...gathering.take() });
  };
  /** Of what belongs together, and whose last record has not come. */
  let together = 0;
  const isFull = (bytes: number) => gathering.bytes() > 0 && gathering.bytes() + bytes > PART_BYTES_MAX;
  /** Behind a record: whether its part ends there. */
  const isEnd = (bytes: number, mark: number): boolean => {
    together += bytes;
    if (mark === TOGETHER) return false;
    const share = together / meanBytes();
    together = 0;
    return gathering.bytes() >= PART_BYTES_MIN && endsPart(mark, share);
  };
  return {
    add: async (records) => {
      for (const { key, header, body = EMPTY } of records) {
        const text = JSON.stringify(header);
        const bytes = bytesOfRecord(text, body);
        if (isFull(bytes)) await flush();
        gathering.add(text, body);
        if (isEnd(bytes, markOf(key))) await flush();
      }
    },
    addPage: async ({ bytes, lengths, marks }) => {
      let at = 0;
      for (const [place, length] of lengths.entries()) {
        if (isFull(length)) await flush();
        gathering.addEncoded(bytes.subarray(at, at + length));
        at += length;
        if (isEnd(length, marks[place] ?? TOGETHER)) await flush();
      }
    },
    end: flush,
  };
}

/** By chance that depends on nothing but the record: the more of a part it is, the likelier. */
function endsPart(mark: number, share: number): boolean {
  return mark < share * 2 ** 32;
}

/** What is sealed as it streams is not in memory a second time. */
async function* inPieces(plain: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < plain.length; at += PIECE_BYTES) yield plain.subarray(at, at + PIECE_BYTES);
}
