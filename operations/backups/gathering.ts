/** Records on their way into a part, encoded one behind the other into memory that grows with them. */

import { bytesOfRecord, type SetRecord, writeRecord } from './records.ts';

/** Memory at first, in bytes. */
const CAPACITY_MIN = 64 << 10;

export interface Gathered {
  readonly plain: Buffer;
  readonly records: number;
}

export interface Gathering {
  bytes(): number;
  /** `text`: the header as JSON. Gives the bytes of the record. */
  add(text: string, body: SetRecord['body']): number;
  /** One that is encoded already. */
  addEncoded(record: Uint8Array): void;
  /** All of them; it is empty afterwards. */
  take(): Gathered;
}

export function createGathering(): Gathering {
  let memory = Buffer.allocUnsafe(CAPACITY_MIN);
  let [bytes, records] = [0, 0];
  const makeRoom = (needed: number) => {
    if (bytes + needed <= memory.length) return;
    const grown = Buffer.allocUnsafe(Math.max(memory.length * 2, bytes + needed));
    memory.copy(grown, 0, 0, bytes);
    memory = grown;
  };
  const added = (length: number) => {
    bytes += length;
    records += 1;
    return length;
  };
  return {
    bytes: () => bytes,
    add: (text, body) => {
      const needed = bytesOfRecord(text, body);
      makeRoom(needed);
      writeRecord(memory, bytes, text, body);
      return added(needed);
    },
    addEncoded: (record) => {
      makeRoom(record.length);
      memory.set(record, bytes);
      added(record.length);
    },
    take: () => {
      const gathered = { plain: memory.subarray(0, bytes), records };
      memory = Buffer.allocUnsafe(CAPACITY_MIN);
      [bytes, records] = [0, 0];
      return gathered;
    },
  };
}
