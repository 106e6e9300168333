/**
 * The arithmetic of a limit: a bucket that holds a minute's points and fills evenly. Unlike a count that begins anew
 * each minute, it lets nobody through twice at the turn, and refuses nobody whose pace is right but uneven.
 */

/** As much of a point, or of a millisecond, as floating point may lose. */
const ROUNDING = 1e-3;

/** How long an empty bucket takes to be full, in ms. */
export const WINDOW_MS = 60_000;

export interface Charge {
  readonly key: string;
  /** Points that the bucket holds, and that come to it in a minute. */
  readonly limit: number;
  readonly points: number;
}

/** How a bucket stands after a charge, or without it where it was refused. */
export interface Level {
  readonly remaining: number;
  /** When it is full again, in ms. */
  readonly fullInMs: number;
  /** Whether, and in how many ms, a refused charge would be taken; 0 where it was. */
  readonly waitMs: number;
}

/** A bucket is known by the moment at which it is full; one that is unknown is full. */
export interface Filling extends Level {
  /** In ms, on the clock that was given. */
  readonly fullAt: number;
}

/**
 * Takes points, of a bucket that is shared out among so many instances. What costs more than a share is taken once the
 * share is full, and then waited for: otherwise it could never be asked.
 */
export function takeFrom(
  { fullAt, now }: { readonly fullAt: number; readonly now: number },
  { limit, points }: Omit<Charge, 'key'>,
  instances: number,
): Filling {
  const eachMs = (WINDOW_MS * instances) / limit;
  const due = Math.min(Math.max(fullAt, now), now + WINDOW_MS * instances);
  const after = due + points * eachMs;
  const waitMs = after - now - WINDOW_MS;
  const isTaken = waitMs <= eachMs * ROUNDING || (instances > 1 && due <= now);
  const end = isTaken ? after : due;
  const remaining = Math.max(0, Math.floor((WINDOW_MS - Math.max(0, end - now)) / eachMs + ROUNDING));
  const fullInMs = Math.max(0, Math.ceil(end - now - ROUNDING));
  return {
    fullAt: end,
    remaining,
    fullInMs,
    waitMs: isTaken ? 0 : Math.max(1, Math.ceil(waitMs - ROUNDING)),
  };
}
