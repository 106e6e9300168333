/** One at a time: changes of the same documents' index never interleave inside a process. */

export type Exclusive = <Value>(run: () => Promise<Value>) => Promise<Value>;

/** Runs what it is given one after another, in the order given. */
export function createExclusive(): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const done = last.then(run);
    last = done.catch(() => undefined);
    return done;
  };
}
