/**
 * The plain text of a part: records one behind the other, each a header in JSON and a body of bytes, with the lengths of
 * both in front. Read as it streams in, so that a part need not be in memory.
 */

import { Problem } from '../../platform/errors.ts';

export interface SetRecord {
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
  /** Of both, as they are written. */
  readonly bytes: number;
}

export const LENGTHS_BYTES = 8;
/** The largest of each that can be meant, in bytes: a longer one is no record. */
const HEADER_BYTES_MAX = 256 << 20;
const BODY_BYTES_MAX = 2 ** 32 - 1;

/** `text`: the header as JSON. Throws CONFLICT where the record could not be read again. */
export function bytesOfRecord(text: string, body: SetRecord['body']): number {
  if (body.length > BODY_BYTES_MAX) throw tooLarge(text);
  return LENGTHS_BYTES + Buffer.byteLength(text) + body.length;
}

/** Into memory that has room for it, from `at` on. */
export function writeRecord(memory: Buffer, at: number, text: string, body: SetRecord['body']): void {
  const header = memory.write(text, at + LENGTHS_BYTES);
  memory.writeUInt32BE(header, at);
  memory.writeUInt32BE(body.length, at + 4);
  memory.set(body, at + LENGTHS_BYTES + header);
}

/** As many at once as have come. BACKUP_DAMAGED where the bytes end within a record, or are none. */
export async function* decodeRecords(
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<readonly SetRecord[]> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let wanted = LENGTHS_BYTES;
  for await (const piece of plain) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < wanted) continue;
    const taken = takeRecords(Buffer.concat(pieces));
    pieces = [taken.rest];
    bytes = taken.rest.length;
    wanted = taken.wanted;
    if (taken.records.length > 0) yield taken.records;
  }
  if (bytes > 0) throw broken();
}

/** The whole records that bytes begin with, what is behind them, and how much of that the next one needs. */
function takeRecords(whole: Buffer) {
  const records: SetRecord[] = [];
  for (let at = 0; ; ) {
    const rest = whole.subarray(at);
    if (rest.length < LENGTHS_BYTES) return { records, rest, wanted: LENGTHS_BYTES };
    const [header, body] = [rest.readUInt32BE(0), rest.readUInt32BE(4)];
    if (header > HEADER_BYTES_MAX || body > BODY_BYTES_MAX) throw broken();
    const wanted = LENGTHS_BYTES + header + body;
    if (rest.length < wanted) return { records, rest, wanted };
    records.push({
      header: parseHeader(rest.subarray(LENGTHS_BYTES, LENGTHS_BYTES + header)),
      body: rest.subarray(LENGTHS_BYTES + header, wanted),
      bytes: wanted,
    });
    at += wanted;
  }
}

function parseHeader(bytes: Buffer): SetRecord['header'] {
  try {
    return JSON.parse(bytes.toString('utf8')) as SetRecord['header'];
  } catch {
    throw broken();
  }
}

function tooLarge(text: string): Problem {
  return new Problem(
    'CONFLICT',
    `A content has more than 4 GiB, which is the most that a backup takes of one: ${text}. Delete its document, or submit it in pieces, then back up again.`,
  );
}

function broken(): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    'A part of the backup holds what is no record. Restore from another backup.',
  );
}
