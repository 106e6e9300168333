/** Work on engines that do not wait for each other. */

/** Where one fails the others stop, and have stopped when it rejects: the engines may be closed then. */
export async function sideBySide(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failing = new AbortController();
  const both = AbortSignal.any([signal, failing.signal]);
  await Promise.allSettled(works.map((work) => work(both).catch((error: unknown) => failing.abort(error))));
  both.throwIfAborted();
}
