/** The computing steps behind a pool of worker threads, so that no document, however bad, stops the event loop. */

import { bulkhead } from 'cockatiel';
import { Piscina } from 'piscina';
import type { ReadOutcome } from './analysis.worker.ts';
import type { ChunkKnowledge } from './steps/gathering.ts';
import type { RawDocument } from './steps/parse.ts';
import type { ResolveInput } from './steps/resolve.ts';

/** A batch that takes longer has a document that never ends: each is then tried alone. In ms. */
const READ_TIMEOUT_MS = 60_000;

export interface Analysis {
  /** One outcome a document, in order. */
  read(documents: readonly RawDocument[]): Promise<readonly ReadOutcome[]>;
  resolve(inputs: readonly ResolveInput[]): Promise<readonly (readonly ChunkKnowledge[])[]>;
  close(): Promise<void>;
}

export function createAnalysis(options: { readonly threads: number; readonly timeoutMs?: number }): Analysis {
  const timeoutMs = options.timeoutMs ?? READ_TIMEOUT_MS;
  const pool = new Piscina({
    filename: new URL('./analysis.worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: options.threads,
    idleTimeout: 30_000,
  });
  // The pool would queue, too, but with the time already running: a batch must not pay for the one before it.
  const threads = bulkhead(options.threads, Number.MAX_SAFE_INTEGER);
  const readWithin = (documents: readonly RawDocument[]): Promise<readonly ReadOutcome[]> =>
    threads.execute(() =>
      pool.run(documents, { name: 'readDocuments', signal: AbortSignal.timeout(timeoutMs) }),
    );

  return {
    read: async (documents) => {
      try {
        return await readWithin(documents);
      } catch (error) {
        if (documents.length === 1) return [unreadable(error, timeoutMs)];
        const alone: ReadOutcome[] = [];
        for (const document of documents) {
          const [outcome] = await readWithin([document]).catch((cause: unknown) => [
            unreadable(cause, timeoutMs),
          ]);
          if (outcome !== undefined) alone.push(outcome);
        }
        return alone;
      }
    },
    resolve: (inputs) => threads.execute(() => pool.run(inputs, { name: 'resolveDocuments' })),
    close: () => pool.destroy(),
  };
}

/** The thread was stopped, or ran out of memory: it is the document's doing. */
function unreadable(cause: unknown, timeoutMs: number): ReadOutcome {
  const late = cause instanceof Error && cause.name === 'AbortError';
  const reason = late
    ? `took longer than ${timeoutMs / 1_000} s to read`
    : 'needs more memory to read than there is';
  return {
    step: 'PARSE',
    code: 'UNPROCESSABLE_DOCUMENT',
    message: `The document ${reason}. Save it in a simpler format, or split it.`,
  };
}
