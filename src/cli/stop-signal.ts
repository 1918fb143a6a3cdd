/** Aborts at the first SIGINT or SIGTERM; the second one ends the process at once, as without us. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = (): void => {
    for (const signal of signals) process.off(signal, stop);
    stopping.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  return stopping.signal;
}
