// Asks this container's process whether it is ready: the slim image has no curl.
const url = `http://127.0.0.1:${process.env.TRELLIS_PORT ?? 4000}/health/ready`;
const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
