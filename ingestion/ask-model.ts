/** Step extract, where a model is asked beside the rules: only about what it has not been asked before. */

import { toProblem } from '../platform/errors.ts';
import type { Extractor } from '../text/extractor.ts';
import type { ReadDocument } from './analysis.worker.ts';
import type { BatchTools, Failures, ReadSubmission } from './batch.ts';
import { extractKnowledge, joinExtractions } from './steps/extract.ts';
import { type BaseKnowledge, findReusable } from './steps/reuse.ts';

/** A document that was read, with what is known of it without asking a model again, one a chunk, in order. */
export type AskedSubmission = ReadSubmission & { readonly base: readonly BaseKnowledge[] };

/**
 * The model's findings beside those of the rules, for the chunks that the graph does not have as they are. A model that
 * stays away fails the document, which can be replayed.
 */
export async function askModel(
  tools: BatchTools,
  extractor: Extractor,
  read: readonly ReadSubmission[],
  failures: Failures,
  signal: AbortSignal,
): Promise<readonly AskedSubmission[]> {
  const bases = await findReusable(tools, read.map(toResolve));
  const asked: AskedSubmission[] = [];
  for (const [at, { submission, said, document }] of read.entries()) {
    const base = bases[at] ?? [];
    try {
      asked.push({ submission, said, document: await askAbout(extractor, document, base, signal), base });
    } catch (error) {
      if (signal.aborted) throw error;
      const { code, message } = toProblem(error);
      failures.push({ id: submission.id, documentId: submission.documentId, step: 'EXTRACT', code, message });
    }
  }
  return asked;
}

async function askAbout(
  extractor: Extractor,
  document: ReadDocument,
  base: readonly BaseKnowledge[],
  signal: AbortSignal,
): Promise<ReadDocument> {
  const isNew = document.chunks.map((_, at) => (base[at]?.stored ?? null) === null);
  const chunks = document.chunks.filter((_, at) => isNew[at]);
  const found = [...(await extractKnowledge(extractor, document.title, chunks, signal))];
  const extractions = document.extractions.map((extraction, at) =>
    isNew[at] ? (joinExtractions([extraction], found.splice(0, 1))[0] ?? extraction) : extraction,
  );
  return { ...document, extractions };
}

export function toResolve({ submission, said, document }: ReadSubmission) {
  return {
    tenant: submission.tenant,
    documentId: submission.documentId,
    chunks: document.chunks,
    extractions: document.extractions,
    knowledge: said.knowledge,
  };
}
