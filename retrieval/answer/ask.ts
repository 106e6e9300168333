/** From a question to an answer: search, let a model write where there is one, quote where there is none or it fails. */

import { toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Passage } from '../../stores/graph/statements/passages.ts';
import type { Degradation } from '../hit.ts';
import type { PassageResult, Search } from '../search.ts';
import { type AskRequest, checkAskRequest } from '../search-request.ts';
import {
  type Answer,
  type Draft,
  draftOf,
  pieceOf,
  piecesOf,
  type Sentence,
  type StepwiseGenerator,
  toAnswer,
} from './answer.ts';
import { createExtractiveGenerator } from './extractive.ts';

/** Hits that an answer is made from. */
const HITS_READ = 10;

export interface AskRooms {
  readonly search: Search;
  /** Null where no language model is configured. */
  readonly modelGenerator: StepwiseGenerator | null;
  readonly log: Log;
}

/** A sentence of an answer as it is written, and at the end the answer whole. */
export interface AnswerStep {
  readonly delta: string;
  readonly answer: Answer | null;
}

export async function ask(rooms: AskRooms, request: AskRequest, signal: AbortSignal): Promise<Answer> {
  const asked = await findPassages(rooms, request, signal);
  const { modelGenerator: model } = rooms;
  if (model === null) return answered(asked, await quote(asked, [], signal));
  try {
    const draft = await model.generate(asked.question, asked.passages, signal);
    return answered(asked, { draft, generator: model.name, degraded: [] });
  } catch (error) {
    return answered(asked, await quote(asked, [unwritten(rooms, error, signal)], signal));
  }
}

/** The same, sentence by sentence as it is written. A sentence is told once its citations have been checked. */
export async function* askStepwise(
  rooms: AskRooms,
  request: AskRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerStep> {
  const asked = await findPassages(rooms, request, signal);
  const { modelGenerator: model } = rooms;
  const told: Sentence[] = [];
  const failures: Degradation[] = [];
  try {
    for await (const sentence of model?.write(asked.question, asked.passages, signal) ?? []) {
      yield { delta: pieceOf(sentence.text, told.length), answer: null };
      told.push(sentence);
    }
  } catch (error) {
    failures.push(told.length === 0 ? unwritten(rooms, error, signal) : brokenOff(rooms, error, signal));
  }
  const isByModel = model !== null && (told.length > 0 || failures.length === 0);
  const written = isByModel
    ? { draft: draftOf(told), generator: model.name, degraded: failures }
    : await quote(asked, failures, signal);
  for (const delta of piecesOf(written.draft).slice(told.length)) yield { delta, answer: null };
  yield { delta: '', answer: answered(asked, written) };
}

interface Asked {
  readonly question: string;
  /** Best first. */
  readonly passages: readonly Passage[];
  readonly found: PassageResult;
}

async function findPassages(rooms: AskRooms, request: AskRequest, signal: AbortSignal): Promise<Asked> {
  checkAskRequest(request);
  const { question, ...scope } = request;
  const found = await rooms.search.searchPassages({ ...scope, query: question, first: HITS_READ }, signal);
  const passages = found.hits.flatMap(({ chunkId }) => found.passages.get(chunkId) ?? []);
  return { question, passages, found };
}

interface Written {
  readonly draft: Draft;
  readonly generator: string;
  readonly degraded: readonly Degradation[];
}

function answered({ found }: Asked, { draft, generator, degraded }: Written): Answer {
  return toAnswer(draft, { generator, hits: found.hits, degraded: [...found.degraded, ...degraded] });
}

/** Sentences of the passages, word for word. */
async function quote(
  { question, passages }: Asked,
  degraded: readonly Degradation[],
  signal: AbortSignal,
): Promise<Written> {
  const extractive = createExtractiveGenerator();
  return {
    draft: await extractive.generate(question, passages, signal),
    generator: extractive.name,
    degraded,
  };
}

/** Throws where it was given up rather than failed. */
function unwritten({ log }: AskRooms, error: unknown, signal: AbortSignal): Degradation {
  if (signal.aborted) throw error;
  log.warn({ error }, 'The language model did not answer; sentences are quoted instead.');
  const { message } = toProblem(error);
  return {
    arm: 'GENERATOR',
    kind: 'LEFT_OUT',
    reason: `The language model did not answer, so sentences are quoted: ${message}`,
  };
}

function brokenOff({ log }: AskRooms, error: unknown, signal: AbortSignal): Degradation {
  if (signal.aborted) throw error;
  log.warn({ error }, 'The language model broke off in the middle of an answer.');
  const { message } = toProblem(error);
  return {
    arm: 'GENERATOR',
    kind: 'INCOMPLETE',
    reason: `The language model broke off, so the answer may not be whole: ${message}`,
  };
}
