/** What an ingestion would do, without doing it. */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { Analysis } from './analysis.ts';
import type { ReadOutcome } from './analysis.worker.ts';
import type { Shield } from './privacy/policy-in-force.ts';
import type { RawDocument } from './steps/parse.ts';
import { findReusable } from './steps/reuse.ts';
import type { Outcome, RejectedDocument, Triage } from './submit.ts';

export interface IngestionPlan {
  readonly documents: readonly {
    readonly index: number;
    readonly documentId: string;
    readonly outcome: Outcome;
    readonly chunks: number;
  }[];
  readonly rejected: readonly RejectedDocument[];
  readonly newDocuments: number;
  readonly changedDocuments: number;
  readonly unchangedDocuments: number;
  /** Chunks of the new and changed documents. */
  readonly chunks: number;
  /** Calls of the language model, one a chunk that is not there as it is; 0 where none is configured. */
  readonly modelCalls: number;
}

/** Reads and cuts what would be indexed, so that its numbers are exact; a document that cannot be read is rejected. */
export async function planIngestion(
  options: { readonly graph: GraphStore; readonly analysis: Analysis; readonly asksModel: boolean },
  tenant: string,
  { accepted, rejected, shield }: Triage,
): Promise<IngestionPlan> {
  const work = accepted.filter(({ outcome }) => outcome !== 'UNCHANGED');
  const outcomes =
    work.length === 0
      ? []
      : await options.analysis.read(work.map(({ document }) => toRead(document, shield)));
  const unreadable = work.flatMap(({ index, document }, at): readonly RejectedDocument[] => {
    const outcome = outcomes[at];
    if (outcome === undefined || 'chunks' in outcome) return [];
    return [
      { index, key: document.key, code: 'UNPROCESSABLE_DOCUMENT', message: outcome.message, errors: [] },
    ];
  });
  const refused = new Set(unreadable.map(({ index }) => index));
  const chunksAt = new Map(work.map(({ index }, at) => [index, chunkCount(outcomes[at])]));
  const documents = accepted
    .filter(({ index }) => !refused.has(index))
    .map(({ index, documentId, outcome }) => ({
      index,
      documentId,
      outcome,
      chunks: chunksAt.get(index) ?? 0,
    }));
  const count = (wanted: Outcome) => documents.filter(({ outcome }) => outcome === wanted).length;
  const chunks = documents.reduce((sum, document) => sum + document.chunks, 0);
  return {
    documents,
    rejected: [...rejected, ...unreadable].sort((a, b) => a.index - b.index),
    newDocuments: count('NEW'),
    changedDocuments: count('CHANGED'),
    unchangedDocuments: count('UNCHANGED'),
    chunks,
    modelCalls: options.asksModel ? await countAsked(options, tenant, work, outcomes) : 0,
  };
}

async function countAsked(
  tools: Parameters<typeof findReusable>[0],
  tenant: string,
  work: Triage['accepted'],
  outcomes: readonly ReadOutcome[],
): Promise<number> {
  const read = work.flatMap(({ documentId, document: { knowledge } }, at) => {
    const outcome = outcomes[at];
    if (outcome === undefined || !('chunks' in outcome)) return [];
    const { chunks, extractions } = outcome;
    return [{ tenant, documentId, chunks, extractions, knowledge }];
  });
  return (await findReusable(tools, read)).flat().filter(({ stored }) => stored === null).length;
}

function toRead(document: Triage['accepted'][number]['document'], shield: Shield | null): RawDocument {
  const { metadata, knowledge } = document;
  const shielded = shield === null ? null : { protection: shield.protection, metadata, knowledge };
  return { ...document, shielded };
}

function chunkCount(outcome: Awaited<ReturnType<Analysis['read']>>[number] | undefined): number {
  return outcome !== undefined && 'chunks' in outcome ? outcome.chunks.length : 0;
}
