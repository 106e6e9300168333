/**
 * The plain text of a part: records one behind the other, each a header in JSON and a body of bytes, with the lengths of
 * both in front. Read as it streams in, so that a part need not be in memory.
 */

import { Problem } from '../../platform/errors.ts';

export interface SetRecord {
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

const LENGTHS_BYTES = 8;
const EMPTY = new Uint8Array(0);
/** The largest of each that can be meant, in bytes: a longer one is no record. */
const HEADER_BYTES_MAX = 256 << 20;
const BODY_BYTES_MAX = 1 << 30;

export function encodeRecord(header: SetRecord['header'], body: Uint8Array = EMPTY): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32BE(text.length, 0);
  lengths.writeUInt32BE(body.length, 4);
  return Buffer.concat([lengths, text, body]);
}

/** BACKUP_DAMAGED where the bytes end within a record, or are none. */
export async function* decodeRecords(plain: AsyncIterable<Uint8Array>): AsyncGenerator<SetRecord> {
  const pending = createPending();
  for await (const piece of plain) {
    pending.push(piece);
    for (let record = pending.shift(); record !== null; record = pending.shift()) yield record;
  }
  if (pending.bytes() > 0) throw broken();
}

function createPending() {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const joined = (): Buffer => {
    const whole = Buffer.concat(pieces);
    pieces = [whole];
    return whole;
  };
  let wanted = LENGTHS_BYTES;
  return {
    bytes: () => bytes,
    push: (piece: Uint8Array) => {
      pieces.push(piece);
      bytes += piece.length;
    },
    shift: (): SetRecord | null => {
      if (bytes < wanted) return null;
      const whole = joined();
      const [header, body] = [whole.readUInt32BE(0), whole.readUInt32BE(4)];
      if (header > HEADER_BYTES_MAX || body > BODY_BYTES_MAX) throw broken();
      wanted = LENGTHS_BYTES + header + body;
      if (bytes < wanted) return null;
      const record = {
        header: parseHeader(whole.subarray(LENGTHS_BYTES, LENGTHS_BYTES + header)),
        body: whole.subarray(LENGTHS_BYTES + header, wanted),
      };
      pieces = [whole.subarray(wanted)];
      bytes -= wanted;
      wanted = LENGTHS_BYTES;
      return record;
    },
  };
}

function parseHeader(bytes: Buffer): SetRecord['header'] {
  try {
    return JSON.parse(bytes.toString('utf8')) as SetRecord['header'];
  } catch {
    throw broken();
  }
}

function broken(): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    'A part of the backup holds what is no record. Restore from another backup.',
  );
}
