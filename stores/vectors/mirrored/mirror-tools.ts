/** What the parts of a mirrored store work with. */

import type { VectorStore } from '../vector-store.ts';
import type { MirrorLedger, MirrorState, SideName } from './mirror.ts';
import type { Side } from './side.ts';

export interface MirrorTools {
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly ledger: MirrorLedger;
  /** As it was noted a moment ago. */
  known(): MirrorState;
  /** As it is noted now, which is known from then on. */
  look(): Promise<MirrorState>;
  noteBehind(side: SideName): Promise<MirrorState>;
  /** The sides to ask, in this order. */
  order(): readonly Side[];
  /** Asks the first that can answer. `timeoutMs` is for what has to be quick. */
  read<Value>(
    ask: (store: VectorStore, signal?: AbortSignal) => Promise<Value>,
    bounds?: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number },
  ): Promise<Value>;
}
