/** Waiting that gives up, for endings that must not hang: whether the work ended is not told. */

/** Resolves when `work` has settled, however, or after `ms`. Never rejects. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  work.then(
    () => resolve(),
    () => resolve(),
  );
  await promise;
  clearTimeout(timer);
}
