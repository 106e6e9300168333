/** The read path as others use it: search, similar chunks, answers. */

import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Log } from '../platform/log.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedders } from '../text/embedders.ts';
import type { LanguageModel } from '../text/language-model.ts';
import type { Answer } from './answer/answer.ts';
import { ask, askStepwise } from './answer/ask.ts';
import { createModelGenerator } from './answer/generated.ts';
import { createDenseArm } from './arms/dense-arm.ts';
import { createGraphArm } from './arms/graph-arm.ts';
import { createKeywordArm } from './arms/keyword-arm.ts';
import type { Hit, SearchResult } from './hit.ts';
import type { RealNames } from './real-names.ts';
import { createSearch, inTurns } from './search.ts';
import { type AskRequest, QUERY_LENGTH_MAX, type SearchRequest, type SearchScope } from './search-request.ts';
import { findSimilar, type SimilarRequest } from './similar.ts';
import { NO_STAND_INS, type StandIns } from './stand-ins.ts';
import { createTurns } from './turns.ts';

/** Events of running answers that are kept, and for how long in ms: a gateway asks for each at once. */
const EVENTS_MAX = 10_000;
const EVENT_MS_MAX = 60_000;

/** One event of an answer that is being written. */
export interface AnswerEvent {
  readonly id: string;
  /** What was written since the event before. */
  readonly delta: string;
  readonly done: boolean;
  /** With the last event. */
  readonly answer: Answer | null;
}

/** For whom an answer was written. */
export interface AnswerReader {
  readonly tenant: string;
  /** Ids of the collections that the reader is bound to. */
  readonly collections?: readonly string[] | undefined;
}

export interface Retrieval {
  search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult>;
  ask(request: AskRequest, signal: AbortSignal): Promise<Answer>;
  /** The answer as it is written. Each event can be had again by its id for a minute, by its tenant alone. */
  askLive(request: AskRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  answerEvent(reader: AnswerReader, id: string): AnswerEvent | null;
  similar(request: SimilarRequest, signal: AbortSignal): Promise<readonly (readonly Hit[])[]>;
}

export interface RetrievalRooms {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  readonly embedders: Embedders;
  readonly languageModel: LanguageModel | null;
  /** Where tenants have pseudonyms. */
  readonly realNames?: RealNames;
  readonly log: Log;
  /** Whether the search indexes do not have everything now; by default they always have. */
  readonly isBehind?: () => boolean;
  /** By default nothing has a standby. */
  readonly standIns?: StandIns;
}

export function createRetrieval(rooms: RetrievalRooms): Retrieval {
  const { graph, vectors, embedders, languageModel, log } = rooms;
  const words = createKeywordArm({ vectors });
  const arms = [createGraphArm({ graph, vectors, words }), words, createDenseArm({ vectors, embedders })];
  const turns = createTurns();
  const search = inTurns(
    createSearch({
      ...{ graph, arms, log },
      isBehind: rooms.isBehind ?? (() => false),
      standIns: rooms.standIns ?? NO_STAND_INS,
    }),
    turns,
  );
  const modelGenerator = languageModel === null ? null : createModelGenerator(languageModel);
  const asking = { search, modelGenerator, log };
  const events = new LRUCache<string, AnswerEvent>({ max: EVENTS_MAX, ttl: EVENT_MS_MAX });

  /** The text as the stores have it: nothing behind this, no model either, hears a name that was replaced. */
  const heard = async (scope: SearchScope, text: string, signal: AbortSignal): Promise<string> => {
    const { realNames } = rooms;
    if (realNames === undefined || scope.byRealNames !== true || text.length > QUERY_LENGTH_MAX) return text;
    return realNames.inPseudonyms(scope.tenant, text, { signal });
  };

  return {
    search: async (request, signal) =>
      search.search({ ...request, query: await heard(request, request.query, signal) }, signal),
    ask: async (request, signal) =>
      ask(asking, { ...request, question: await heard(request, request.question, signal) }, signal),
    askLive: async function* (asked, signal) {
      const request = { ...asked, question: await heard(asked, asked.question, signal) };
      for await (const { delta, answer } of askStepwise(asking, request, signal)) {
        const event = { id: randomUUID(), delta, done: answer !== null, answer };
        events.set(eventKey({ tenant: request.tenant, collections: request.within }, event.id), event);
        yield event;
      }
    },
    answerEvent: (reader, id) => events.get(eventKey(reader, id)) ?? null,
    similar: (request, signal) =>
      turns.take(request.tenant, signal, () => findSimilar({ graph, vectors }, request, signal)),
  };
}

/** Nobody who may read less, or other things, gets an answer by its id. */
function eventKey({ tenant, collections }: AnswerReader, id: string): string {
  return JSON.stringify([tenant, collections ?? null, id]);
}
