/** The computing steps behind a pool of worker threads, so that no document, however bad, stops the event loop. */

import { bulkhead } from 'cockatiel';
import { Piscina } from 'piscina';
import type { DetectorSettings } from '../text/detectors/configured.ts';
import type {
  DeclaredDocument,
  ReadOutcome,
  ResolvedDocument,
  UnreadableDocument,
} from './analysis.worker.ts';
import { BATCH_BYTES_MAX } from './limits.ts';
import type { ChunkKnowledge } from './steps/gathering.ts';
import type { RawDocument } from './steps/parse.ts';
import type { ResolveInput } from './steps/resolve.ts';

/**
 * A batch that takes longer has a document that never ends: each is then tried alone. In ms; a document larger than a
 * batch of small ones has as much more time.
 */
const READ_TIMEOUT_MS = 60_000;

export interface Analysis {
  /** One outcome a document, in order. */
  read(documents: readonly RawDocument[]): Promise<readonly ReadOutcome[]>;
  /** Reads and resolves at once, where nobody has anything to add in between. One outcome a document, in order. */
  understand(
    documents: readonly DeclaredDocument[],
  ): Promise<readonly (ResolvedDocument | UnreadableDocument)[]>;
  resolve(inputs: readonly ResolveInput[]): Promise<readonly (readonly ChunkKnowledge[])[]>;
  close(): Promise<void>;
}

export interface AnalysisOptions {
  readonly threads: number;
  readonly timeoutMs?: number;
  /** What finds personal data, where documents are to be protected; the rules where it is left out. */
  readonly detector?: DetectorSettings;
}

export function createAnalysis(options: AnalysisOptions): Analysis {
  const timeoutMs = options.timeoutMs ?? READ_TIMEOUT_MS;
  const pool = new Piscina({
    filename: new URL('./analysis.worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: options.threads,
    idleTimeout: 30_000,
    workerData: options.detector === undefined ? {} : { detector: options.detector },
  });
  // The pool would queue, too, but with the time already running: a batch must not pay for the one before it.
  const threads = bulkhead(options.threads, Number.MAX_SAFE_INTEGER);
  const within = <Outcome>(name: string, inputs: readonly RawDocument[]): Promise<readonly Outcome[]> =>
    threads.execute(() =>
      pool.run(inputs, { name, signal: AbortSignal.timeout(timeFor(inputs, timeoutMs)) }),
    );
  /** Together, or where that takes too long or too much, each alone: then it is that one's doing. */
  const eachReadable = async <Outcome>(
    name: string,
    inputs: readonly RawDocument[],
  ): Promise<readonly (Outcome | UnreadableDocument)[]> => {
    try {
      return await within<Outcome>(name, inputs);
    } catch (error) {
      if (inputs.length === 1) return [unreadable(error, timeFor(inputs, timeoutMs))];
      const alone: (Outcome | UnreadableDocument)[] = [];
      for (const input of inputs) alone.push(...(await eachReadable<Outcome>(name, [input])));
      return alone;
    }
  };

  return {
    read: (documents) => eachReadable('readDocuments', documents),
    understand: (documents) => eachReadable('understandDocuments', documents),
    resolve: (inputs) => threads.execute(() => pool.run(inputs, { name: 'resolveDocuments' })),
    close: () => pool.destroy(),
  };
}

function timeFor(documents: readonly RawDocument[], timeoutMs: number): number {
  const size = documents.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  return Math.ceil(timeoutMs * Math.max(1, size / BATCH_BYTES_MAX));
}

/** The thread was stopped, or ran out of memory: it is the document's doing. */
function unreadable(cause: unknown, timeoutMs: number): UnreadableDocument {
  const late = cause instanceof Error && cause.name === 'AbortError';
  const reason = late
    ? `took longer than ${Math.round(timeoutMs / 1_000)} s to read`
    : 'needs more memory to read than there is';
  return {
    step: 'PARSE',
    code: 'UNPROCESSABLE_DOCUMENT',
    message: `The document ${reason}. Save it in a simpler format, or split it.`,
  };
}
