/** One at a time within a process, first come, first served. */

export interface Turns {
  /** Resolves when it is one's turn, with what ends the turn. Rejects with the signal's reason. */
  next(id: string, signal?: AbortSignal): Promise<() => void>;
  /** Whether somebody has the turn. */
  taken(id: string): boolean;
}

export function createTurns(): Turns {
  /** Those that wait; the first has the turn. */
  const lines = new Map<string, (() => void)[]>();

  const leave = (id: string, mine: () => void) => {
    const line = lines.get(id) ?? [];
    const wasFirst = line[0] === mine;
    const rest = line.filter((other) => other !== mine);
    if (rest.length === 0) lines.delete(id);
    else lines.set(id, rest);
    if (wasFirst) rest[0]?.();
  };
  return {
    taken: (id) => lines.has(id),
    next: (id, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const abort = () => {
          leave(id, enter);
          reject(signal?.reason);
        };
        const enter = () => {
          signal?.removeEventListener('abort', abort);
          resolve(() => leave(id, enter));
        };
        signal?.addEventListener('abort', abort, { once: true });
        const line = lines.get(id);
        if (line === undefined) {
          lines.set(id, [enter]);
          enter();
        } else lines.set(id, [...line, enter]);
      }),
  };
}
