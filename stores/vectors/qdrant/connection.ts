/** One Qdrant server: how it is called, for how long, and what its refusals mean to a caller. */

import { QdrantClient, QdrantClientResourceExhaustedError, type Schemas } from '@qdrant/js-client-rest';
import { handleWhen, retry } from 'cockatiel';
import { startDeadline } from '../../../platform/deadline.ts';
import { Problem, toProblem } from '../../../platform/errors.ts';
import type { Credential } from '../../../platform/secrets/secrets.ts';

export type { Schemas };
export type QdrantApi = ReturnType<QdrantClient['api']>;

export interface QdrantAddress {
  /** Such as `https://qdrant.example:6333`; a path before the API is kept. */
  readonly url: string;
  /** Asked for at each call. */
  readonly apiKey?: Credential;
}

/** A call without an answer after this, in ms, is given up. */
const CALL_MS_MAX = 60_000;

/** A kept connection that the other side has closed shows itself at the next call: each of ours may be made twice. */
const LOST_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const onceMore = retry(handleWhen(isLostConnection), { maxAttempts: 1 });

interface Answer<Result> {
  readonly data: { readonly result?: Result };
}

export interface QdrantConnection {
  /** Makes one call; ends it on the server's side too when the caller gives up. */
  ask<Result>(
    call: (api: QdrantApi, init: { readonly signal: AbortSignal }) => Promise<Answer<Result>>,
    signal?: AbortSignal,
  ): Promise<Result>;
  version(): Promise<string>;
}

export function connectQdrant({ url, apiKey }: QdrantAddress): QdrantConnection {
  const { origin, pathname } = new URL(url);
  const clientWith = (key: string | undefined) =>
    new QdrantClient({
      url: origin,
      ...(pathname === '/' ? {} : { prefix: pathname.replace(/\/$/, '') }),
      // As a header of its own: given as `apiKey`, the client prints a warning wherever the network is private.
      ...(key === undefined ? {} : { headers: { 'api-key': key } }),
      checkCompatibility: false,
      // Each call brings its own deadline.
      timeout: Number.POSITIVE_INFINITY,
    });
  let made = { key: apiKey?.(), client: clientWith(apiKey?.()) };
  /** A client keeps its key, so another key is another client. */
  const api = (): QdrantApi => {
    const key = apiKey?.();
    if (key !== made.key) made = { key, client: clientWith(key) };
    return made.client.api();
  };

  const within = async <Value>(call: (signal: AbortSignal) => Promise<Value>, parent?: AbortSignal) => {
    const deadline = startDeadline(CALL_MS_MAX, parent);
    try {
      return await onceMore.execute(() => call(deadline.signal));
    } catch (error) {
      throw deadline.signal.aborted ? toProblem(deadline.signal.reason) : problemOf(error, origin);
    } finally {
      deadline.release();
    }
  };

  return {
    ask: (call, parent) =>
      within(async (signal) => {
        const { result } = (await call(api(), { signal })).data;
        if (result === undefined) throw new Error('Qdrant answered without a result.');
        return result;
      }, parent),
    version: () => within(async (signal) => (await api().root({}, { signal })).data.version),
  };
}

function isLostConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && LOST_CONNECTION.has(String(cause.code));
}

function problemOf(error: unknown, origin: string): Error {
  if (error instanceof QdrantClientResourceExhaustedError)
    return new Problem('TOO_MANY_REQUESTS', 'Qdrant asks for fewer requests. Try again later.', {
      retryAfterMs: error.retry_after * 1_000,
      cause: error,
    });
  const status = statusOf(error);
  if (status === null)
    return new Problem('UNAVAILABLE', `Qdrant does not answer at ${origin}. Check that it runs there.`, {
      cause: error,
    });
  if (status === 401 || status === 403)
    return new Problem(
      'UNAVAILABLE',
      `Qdrant at ${origin} refuses the API key. Check TRELLIS_VECTORS_API_KEY.`,
      {
        cause: error,
      },
    );
  // Only a collection can be missing: one that another process has dropped since it was asked for.
  if (status === 404)
    return new Problem('UNAVAILABLE', `Qdrant does not have it any more: ${reasonOf(error)} Try again.`, {
      cause: error,
    });
  if (status >= 500 || status === 429)
    return new Problem('UNAVAILABLE', `Qdrant at ${origin} cannot serve this now: ${reasonOf(error)}`, {
      cause: error,
    });
  return new QdrantRefusal(status, reasonOf(error), { cause: error });
}

/** A request that Qdrant does not take: our own mistake, unless the caller expects it. */
export class QdrantRefusal extends Error {
  readonly status: number;

  constructor(status: number, reason: string, options: ErrorOptions) {
    super(`Qdrant refused a request (${status}): ${reason}`, options);
    this.name = 'QdrantRefusal';
    this.status = status;
  }
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null;
}

/** `{ status: { error: "…" } }` in the answer, as far as it is there. */
function reasonOf(error: unknown): string {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  const text = JSON.stringify(data) ?? String(error);
  return /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
}
