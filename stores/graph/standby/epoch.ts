/**
 * Epochs: who of two graph servers takes writes, and what the other one is good for. Three registers keep it (one on
 * each server, one in Redis), and what two of them say alike is so. A register only goes up, and takes one proposal of
 * a number, so no number is ever decided twice. Pure: what is seen in, what follows out.
 */

/**
 * - ATTACHED: a write is acknowledged once the standby has it too, so the standby may be promoted.
 * - ATTACHING: the same, while the standby still lacks what was acknowledged without it.
 * - DETACHED: the standby is away or catches up; writes are logged for it and acknowledged without it.
 * - HELD: writes wait, while the standby is filled or the servers change places.
 * - UNSEEDED: the standby is of no use until it is seeded; nothing is logged for it.
 */
export type StandbyMode = 'ATTACHED' | 'ATTACHING' | 'DETACHED' | 'HELD' | 'UNSEEDED';

export interface Epoch {
  readonly number: number;
  /** Tells two proposals of one number apart. */
  readonly proposal: string;
  /** Name of the server that takes writes. */
  readonly primary: string;
  readonly standby: StandbyMode;
}

/** A register as it was seen: empty, not answering, or (the witness) not configured. */
export type Sight = Epoch | 'EMPTY' | 'AWAY' | 'NONE';

export interface Sights {
  readonly first: Sight;
  readonly second: Sight;
  readonly witness: Sight;
}

export const isEpoch = (sight: Sight): sight is Epoch => typeof sight === 'object';

export function isSame(left: Epoch, right: Epoch): boolean {
  return left.number === right.number && left.proposal === right.proposal;
}

/** The epoch that holds: what two registers say alike. Without a witness nobody promotes by himself, and the newest counts. */
export function decided(sights: Sights): Epoch | null {
  const seen = newestFirst(sights);
  if (sights.witness === 'NONE') return seen[0] ?? null;
  return seen.find((epoch, at) => seen.slice(at + 1).some((other) => isSame(epoch, other))) ?? null;
}

/** The newest proposal that is seen anywhere, decided or not. */
export function newest(sights: Sights): Epoch | null {
  return newestFirst(sights)[0] ?? null;
}

function newestFirst({ first, second, witness }: Sights): readonly Epoch[] {
  return [first, second, witness].filter(isEpoch).toSorted((left, right) => right.number - left.number);
}

export function keepsLog({ standby }: Epoch): boolean {
  return standby === 'ATTACHED' || standby === 'ATTACHING' || standby === 'DETACHED';
}

export function waitsForStandby({ standby }: Epoch): boolean {
  return standby === 'ATTACHED' || standby === 'ATTACHING';
}
