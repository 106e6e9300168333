/** The steps that only compute, in a worker thread: parse, chunk, extract by rules, and resolve. */

import { workerData } from 'node:worker_threads';
import type { Knowledge } from '../model/knowledge.ts';
import { PROBLEMS, Problem } from '../platform/errors.ts';
import { createDetector, type DetectorSettings } from '../text/detectors/configured.ts';
import type { Extraction } from '../text/extractor.ts';
import { createRulesExtractor } from '../text/extractors/rules.ts';
import { type ProtectedDocument, protectDocument } from './privacy/protect-document.ts';
import { chunkDocument, type IdentifiedChunk } from './steps/chunk.ts';
import { extractKnowledge } from './steps/extract.ts';
import type { ChunkKnowledge } from './steps/gathering.ts';
import { type ParsedDocument, parseDocument, type RawDocument } from './steps/parse.ts';
import { type ResolveInput, resolveEntities } from './steps/resolve.ts';

/** A document that was read. */
export interface ReadDocument {
  readonly title: string;
  readonly text: string;
  readonly chunks: readonly IdentifiedChunk[];
  readonly extractions: readonly Extraction[];
  /** What the caller said of it as it may be stored, and what stands behind pseudonyms; null where all is kept as it came. */
  readonly shielded: Pick<ProtectedDocument, 'said' | 'pseudonyms'> | null;
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
  /** Whether it is nothing that the document could help: it is to be tried again. */
  readonly passing?: true;
  readonly code: string;
  readonly message: string;
}

export type ReadOutcome = ReadDocument | UnreadableDocument;

const extractor = createRulesExtractor();
const detector = createDetector((workerData as { readonly detector?: DetectorSettings }).detector);

/** Reads documents one by one: one that cannot be read says why and leaves the others alone. */
export function readDocuments(documents: readonly RawDocument[]): Promise<readonly ReadOutcome[]> {
  return oneByOne(documents, (document) => document);
}

/** All that there is to compute where no model is asked: what was extracted need not leave the thread. */
export function understandDocuments(
  documents: readonly DeclaredDocument[],
): Promise<readonly (ResolvedDocument | UnreadableDocument)[]> {
  return oneByOne(documents, ({ extractions, ...read }, { tenant, declared }) => {
    const { chunks, shielded } = read;
    const knowledge = shielded === null ? declared : shielded.said.knowledge;
    return { ...read, knowledge: resolveEntities({ tenant, chunks, extractions, knowledge }) };
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
    const plain = await parseDocument(document);
    const shielded = await shield(document, plain);
    const { parsed, title } = shielded ?? plain;
    step = 'CHUNK';
    const chunks = chunkDocument(document.documentId, parsed);
    step = 'EXTRACT';
    const extractions = await extractKnowledge(extractor, title, chunks);
    return {
      ...{ title, text: parsed.text, chunks, extractions },
      shielded: shielded === null ? null : { said: shielded.said, pseudonyms: shielded.pseudonyms },
    };
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'UNPROCESSABLE_DOCUMENT';
    const message =
      error instanceof Problem
        ? error.message
        : 'The document cannot be read. Open and save it anew, then send it again.';
    return { step, code, message, ...(isPassing(error) ? { passing: true } : {}) };
  }
}

/** Before anything is made of the text: chunks, names and everything that a model hears are of what stands there now. */
async function shield(
  { key, title: given, shielded }: RawDocument,
  { parsed, title }: ParsedDocument,
): Promise<ProtectedDocument | null> {
  if (!shielded) return null;
  const { protection, metadata, knowledge } = shielded;
  return protectDocument(detector, protection, {
    ...{ parsed, title },
    said: { key, title: given, metadata, knowledge },
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof Problem && PROBLEMS[error.code].retryable;
}
