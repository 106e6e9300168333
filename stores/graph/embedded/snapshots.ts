/** Views of the embedded graph at one revision each: transactions of the engine that only read. */

import type { GrafeoDB } from '@grafeo-db/js';
import { Problem } from '../../../platform/errors.ts';

type Transaction = ReturnType<GrafeoDB['beginTransaction']>;

export interface Snapshots {
  open(): number;
  at(id: number): Transaction;
  close(id: number): void;
  closeAll(): void;
}

export function createSnapshots(database: () => GrafeoDB): Snapshots {
  const open = new Map<number, Transaction>();
  let last = 0;
  const close = (id: number) => {
    const transaction = open.get(id);
    open.delete(id);
    if (transaction?.isActive) transaction.rollback();
  };
  return {
    open: () => {
      last += 1;
      open.set(last, database().beginTransaction('snapshot'));
      return last;
    },
    at: (id) => {
      const transaction = open.get(id);
      if (transaction !== undefined) return transaction;
      throw new Problem('UNAVAILABLE', 'The view of the graph was closed while it was read. Begin again.');
    },
    close,
    closeAll: () => [...open.keys()].forEach(close),
  };
}
