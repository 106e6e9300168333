/** Ctrl-C and its kin, once: the first asks to stop, a second one ends the process at once. */

/** SIGHUP stops as well, unless there is something that it asks to be read again. */
export function stopRequested({ onHangUp }: { readonly onHangUp?: () => void } = {}): AbortSignal {
  const stop = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', ...(onHangUp === undefined ? (['SIGHUP'] as const) : [])] as const;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      stop.abort();
    });
  }
  if (onHangUp !== undefined) process.on('SIGHUP', onHangUp);
  return stop.signal;
}
