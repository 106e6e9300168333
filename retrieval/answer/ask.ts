/** From a question to an answer: search, let a model write where there is one, quote where there is none or it fails. */

import { toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Passage } from '../../stores/graph/statements/passages.ts';
import type { Degradation } from '../hit.ts';
import type { PassageResult, Search } from '../search.ts';
import { type AskRequest, checkAskRequest } from '../search-request.ts';
import { type Answer, type AnswerGenerator, type Draft, piecesOf, toAnswer } from './answer.ts';
import { createExtractiveGenerator } from './extractive.ts';

/** Hits that an answer is made from. */
const HITS_READ = 10;

export interface AskRooms {
  readonly search: Search;
  /** Null where no language model is configured. */
  readonly modelGenerator: AnswerGenerator | null;
  readonly log: Log;
}

/** A sentence of an answer as it is written, and at the end the answer whole. */
export interface AnswerStep {
  readonly delta: string;
  readonly answer: Answer | null;
}

export async function ask(rooms: AskRooms, request: AskRequest, signal: AbortSignal): Promise<Answer> {
  return (await write(rooms, request, signal)).answer;
}

/** The same, sentence by sentence. A sentence is told once its citations have been checked. */
export async function* askStepwise(
  rooms: AskRooms,
  request: AskRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerStep> {
  const { answer, pieces } = await write(rooms, request, signal);
  for (const delta of pieces) yield { delta, answer: null };
  yield { delta: '', answer };
}

async function write(rooms: AskRooms, request: AskRequest, signal: AbortSignal) {
  checkAskRequest(request);
  const { question, ...scope } = request;
  const found = await rooms.search.searchPassages({ ...scope, query: question, first: HITS_READ }, signal);
  const passages = inRankOrder(found);
  const { draft, generator, degraded } = await writeDraft(rooms, question, passages, signal);
  const rest = { generator, hits: found.hits, degraded: [...found.degraded, ...degraded] };
  return { answer: toAnswer(draft, rest), pieces: piecesOf(draft) };
}

function inRankOrder({ hits, passages }: PassageResult): readonly Passage[] {
  return hits.flatMap(({ chunkId }) => passages.get(chunkId) ?? []);
}

interface Written {
  readonly draft: Draft;
  readonly generator: string;
  readonly degraded: readonly Degradation[];
}

async function writeDraft(
  rooms: AskRooms,
  question: string,
  passages: readonly Passage[],
  signal: AbortSignal,
): Promise<Written> {
  const extractive = createExtractiveGenerator();
  const quote = async (degraded: readonly Degradation[]): Promise<Written> => ({
    draft: await extractive.generate(question, passages, signal),
    generator: extractive.name,
    degraded,
  });
  if (rooms.modelGenerator === null) return quote([]);
  try {
    const draft = await rooms.modelGenerator.generate(question, passages, signal);
    return { draft, generator: rooms.modelGenerator.name, degraded: [] };
  } catch (error) {
    if (signal.aborted) throw error;
    const { message } = toProblem(error);
    rooms.log.warn({ error }, 'The language model did not answer; sentences are quoted instead.');
    return quote([
      { arm: 'GENERATOR', reason: `The language model did not answer, so sentences are quoted: ${message}` },
    ]);
  }
}
