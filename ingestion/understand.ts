/**
 * Steps parse, chunk, extract and resolve of a batch: in one go where the rules read alone, in two with a model's
 * findings in between. What cannot be read fails alone.
 */

import { Problem } from '../platform/errors.ts';
import type { Submission } from '../stores/graph/statements/submissions.ts';
import type { Extractor } from '../text/extractor.ts';
import type { MediaType } from '../text/parser.ts';
import type { ReadDocument, UnreadableDocument } from './analysis.worker.ts';
import { askModel, toResolve } from './ask-model.ts';
import type { BatchTools, Failures, RawSubmission, UnderstoodSubmission } from './batch.ts';
import type { Said } from './privacy/envelope.ts';
import type { RawDocument } from './steps/parse.ts';

export async function understandBatch(
  tools: BatchTools,
  jobId: string,
  raw: readonly RawSubmission[],
  failures: Failures,
  signal: AbortSignal,
): Promise<readonly UnderstoodSubmission[]> {
  tools.onStep(jobId, 'PARSE');
  if (tools.modelExtractor === null) return byRules(tools, raw, failures);
  return withModel(tools, { jobId, extractor: tools.modelExtractor(jobId) }, raw, failures, signal);
}

async function byRules(
  { analysis }: BatchTools,
  raw: readonly RawSubmission[],
  failures: Failures,
): Promise<readonly UnderstoodSubmission[]> {
  const outcomes = await analysis.understand(
    raw.map((one) => ({
      ...toRawDocument(one),
      tenant: one.submission.tenant,
      declared: one.said.knowledge,
    })),
  );
  const understood = readable(raw, outcomes, failures);
  return understood.map((one) => ({ ...one, base: null }));
}

async function withModel(
  tools: BatchTools,
  { jobId, extractor }: { readonly jobId: string; readonly extractor: Extractor },
  raw: readonly RawSubmission[],
  failures: Failures,
  signal: AbortSignal,
): Promise<readonly UnderstoodSubmission[]> {
  const read = readable(raw, await tools.analysis.read(raw.map(toRawDocument)), failures);
  tools.onStep(jobId, 'EXTRACT');
  const asked = await askModel(tools, extractor, read, failures, signal);
  tools.onStep(jobId, 'RESOLVE');
  const resolved = await tools.analysis.resolve(asked.map(toResolve));
  return asked.map(({ submission, said, document: { extractions: _, ...document }, base }, at) => ({
    submission,
    said,
    document: { ...document, knowledge: resolved[at] ?? [] },
    base,
  }));
}

function toRawDocument({ submission, said, protection, bytes }: RawSubmission): RawDocument {
  const { documentId, mediaType } = submission;
  const { key, title, metadata, knowledge } = said;
  return {
    ...{ documentId, key, title, mediaType: mediaType as MediaType, bytes },
    shielded: protection === null ? null : { protection, metadata, knowledge },
  };
}

/** Those that could be read; the others are noted with what is wrong with them. */
function readable<Document extends Pick<ReadDocument, 'shielded'>>(
  raw: readonly RawSubmission[],
  outcomes: readonly (Document | UnreadableDocument)[],
  failures: Failures,
): readonly { readonly submission: Submission; readonly said: Said; readonly document: Document }[] {
  return raw.flatMap(({ submission, said }, at) => {
    const outcome = outcomes[at];
    if (outcome === undefined) return [];
    if ('step' in outcome && outcome.passing === true) throw new Problem('UNAVAILABLE', outcome.message);
    if (!('step' in outcome))
      return [{ submission, said: outcome.shielded?.said ?? said, document: outcome }];
    const { step, code, message } = outcome;
    failures.push({ id: submission.id, documentId: submission.documentId, step, code, message });
    return [];
  });
}
