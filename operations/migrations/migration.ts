/** What a migration of the data is. It changes what is there piece by piece, while readers and writers go on. */

import { createHash } from 'node:crypto';
import type { CallOptions, GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import type { IdCursor } from '../../stores/graph/id-cursor.ts';
import type { CarriedLabel } from '../../stores/graph/statements/transfer.ts';

export interface Migration {
  /** From 1 on, without gaps; never changed once released. */
  readonly number: number;
  readonly name: string;
  /** What it changes, in a sentence. */
  readonly description: string;
  /** What it does, as text: another text is another migration. */
  readonly text: string;
  /** The label that it goes along, by id. */
  readonly label: CarriedLabel;
  /** How much it will look at. */
  count(graph: GraphStore, options: CallOptions): Promise<number>;
  /** The next piece, behind `after`; null where there is none. Doing a piece twice must be as doing it once. */
  piece(graph: GraphStore, after: string, options: PieceOptions): Promise<MigrationPiece | null>;
  /**
   * `FORGET` where versions before it read what it left, so that taking it back is only noted; null where it cannot be
   * taken back.
   */
  readonly revert: 'FORGET' | null;
}

export interface PieceOptions extends CallOptions {
  /** Along all ids of the label, from piece to piece. */
  readonly cursor: IdCursor;
}

export interface MigrationPiece {
  /** Where the next one begins. */
  readonly after: string;
  /** How much this one looked at. */
  readonly looked: number;
  /** Written in one transaction, with how far it is. */
  readonly statements: readonly Statement<unknown>[];
}

export function checksumOf({ number, name, text }: Migration): string {
  return createHash('sha256')
    .update(JSON.stringify([number, name, text]))
    .digest('hex');
}
