/** The steps that only compute, in a worker thread: parse, chunk, extract by rules, and resolve. */

import type { Knowledge } from '../model/knowledge.ts';
import { Problem } from '../platform/errors.ts';
import type { Extraction } from '../text/extractor.ts';
import { createRulesExtractor } from '../text/extractors/rules.ts';
import { chunkDocument, type IdentifiedChunk } from './steps/chunk.ts';
import { extractKnowledge } from './steps/extract.ts';
import type { ChunkKnowledge } from './steps/gathering.ts';
import { parseDocument, type RawDocument } from './steps/parse.ts';
import { type ResolveInput, resolveEntities } from './steps/resolve.ts';

/** A document that was read. */
export interface ReadDocument {
  readonly title: string;
  readonly text: string;
  readonly chunks: readonly IdentifiedChunk[];
  readonly extractions: readonly Extraction[];
}

/** A document that was read, and resolved as the rules and its caller have it. */
export type ResolvedDocument = Omit<ReadDocument, 'extractions'> & {
  /** One a chunk, in order. */
  readonly knowledge: readonly ChunkKnowledge[];
};

export type DeclaredDocument = RawDocument & {
  readonly tenant: string;
  /** As the caller gave it. */
  readonly declared: Knowledge | null;
};

/** Why one could not be; problems do not survive the way between threads as they are. */
export interface UnreadableDocument {
  readonly step: 'PARSE' | 'CHUNK' | 'EXTRACT';
  readonly code: string;
  readonly message: string;
}

export type ReadOutcome = ReadDocument | UnreadableDocument;

const extractor = createRulesExtractor();

/** Reads documents one by one: one that cannot be read says why and leaves the others alone. */
export function readDocuments(documents: readonly RawDocument[]): Promise<readonly ReadOutcome[]> {
  return oneByOne(documents, (document) => document);
}

/** All that there is to compute where no model is asked: what was extracted need not leave the thread. */
export function understandDocuments(
  documents: readonly DeclaredDocument[],
): Promise<readonly (ResolvedDocument | UnreadableDocument)[]> {
  return oneByOne(documents, ({ extractions, ...read }, { tenant, declared }) => {
    const { chunks } = read;
    return { ...read, knowledge: resolveEntities({ tenant, chunks, extractions, knowledge: declared }) };
  });
}

export function resolveDocuments(inputs: readonly ResolveInput[]): readonly (readonly ChunkKnowledge[])[] {
  return inputs.map(resolveEntities);
}

async function oneByOne<Raw extends RawDocument, Done>(
  documents: readonly Raw[],
  finish: (read: ReadDocument, document: Raw) => Done,
): Promise<readonly (Done | UnreadableDocument)[]> {
  const outcomes: (Done | UnreadableDocument)[] = [];
  for (const document of documents) {
    const read = await readDocument(document);
    outcomes.push('step' in read ? read : finish(read, document));
  }
  return outcomes;
}

async function readDocument(document: RawDocument): Promise<ReadOutcome> {
  let step: UnreadableDocument['step'] = 'PARSE';
  try {
    const { parsed, title } = await parseDocument(document);
    step = 'CHUNK';
    const chunks = chunkDocument(document.documentId, parsed);
    step = 'EXTRACT';
    const extractions = await extractKnowledge(extractor, title, chunks);
    return { title, text: parsed.text, chunks, extractions };
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'UNPROCESSABLE_DOCUMENT';
    const message =
      error instanceof Problem
        ? error.message
        : 'The document cannot be read. Open and save it anew, then send it again.';
    return { step, code, message };
  }
}
