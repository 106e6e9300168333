/** Work on one key runs one after another, in the order asked; work on different keys side by side. */

export interface InTurn {
  <Value>(key: string, run: () => Promise<Value>): Promise<Value>;
  /** Once nothing runs any more. */
  settled(): Promise<void>;
}

export function inTurnByKey(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  const inTurn = <Value>(key: string, run: () => Promise<Value>): Promise<Value> => {
    const done = (last.get(key) ?? Promise.resolve()).then(run);
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, settled);
    void settled.then(() => {
      if (last.get(key) === settled) last.delete(key);
    });
    return done;
  };
  return Object.assign(inTurn, {
    settled: async () => {
      await Promise.all(last.values());
    },
  });
}
