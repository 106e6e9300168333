/** What the test subgraphs offer: hits, chunks, entities, jobs and answers, and fields that misbehave on demand. */

import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../platform/errors.ts';
import type { SubgraphContext, SubgraphDefinition, SubgraphName } from '../../subgraphs/subgraph.ts';

export interface World {
  readonly definitions: readonly SubgraphDefinition[];
  /** Subgraphs that cannot be reached. */
  readonly down: Set<SubgraphName>;
  /** States of jobs by id; `announce` tells those who watch. */
  readonly jobs: Map<string, JobState>;
  announce(id: string): void;
  /** Watchers of jobs that are listening now. */
  watching(): number;
  /** As soon as nobody does. */
  nobodyWatches(): Promise<void>;
  /** The signal of the next request for `Query.slow`, as soon as it is there. */
  nextSlow(): Promise<AbortSignal>;
  readonly slowBegins: EventEmitter;
}

type Watchers = Map<string, Set<() => void>>;

export interface JobState {
  readonly id: string;
  readonly state: string;
  readonly done: number;
}

const RETRIEVAL = `
type Query {
  search(query: String!, first: Int = 10): SearchResult!
  answerEvent(id: ID!): AnswerEvent
}
type Subscription { answer(question: String!, words: Int = 3): AnswerEvent! }
type SearchResult { hits: [Hit!]! tookMs: Float! }
type Hit { rank: Int! score: Float! chunk: Chunk }
type Chunk @key(fields: "id") { id: ID! similar(first: Int = 5): [Hit!] }
type AnswerEvent { id: ID! word: String! hit: Hit }
`;

const DOCUMENTS = `
type Query {
  document(id: ID!): Document
  documents(first: Int = 20): [Document!]!
  slow(ms: Int!): String
  fails(how: String!): String
  ingestionJob(id: ID!): IngestionJob
}
type Mutation { createCollection(input: CreateCollectionInput!): Collection! }
type Subscription { ingestionJob(id: ID!): IngestionJob! }
type Chunk @key(fields: "id") { id: ID! text: String! document: Document! }
type Document @key(fields: "id") { id: ID! title: String! secret: String body(length: Int = 10000): String big(characters: Int!): String }
type IngestionJob @key(fields: "id") { id: ID! state: String! done: Int! document: Document }
type Collection { name: String! metadata: JSONObject }
input CreateCollectionInput { name: String! metadata: JSONObject documents: [DocumentInput!] }
input DocumentInput { content: String! }
`;

const TRAVERSAL = `
type Query { entity(id: ID!): Entity }
type Chunk @key(fields: "id") { id: ID! entities(first: Int = 20): [Entity!] }
type Document @key(fields: "id") { id: ID! entities(first: Int = 20): [Entity!] }
type Entity @key(fields: "id") { id: ID! name: String! names: [String!]! neighbors(first: Int = 20): [Entity!]! }
`;

export function createWorld(): World {
  const watchers: Watchers = new Map();
  const slowBegins = new EventEmitter();
  const stops = new EventEmitter();
  const world: World = {
    definitions: [],
    down: new Set(),
    jobs: new Map(),
    nobodyWatches: async () => {
      while (world.watching() > 0) await once(stops, 'stop');
    },
    slowBegins,
    nextSlow: async () => (await once(slowBegins, 'begin'))[0] as AbortSignal,
    watching: () => [...watchers.values()].reduce((sum, { size }) => sum + size, 0),
    announce: (id) => {
      for (const wake of watchers.get(id) ?? []) wake();
    },
  };
  const definitions = [retrieval(), documents(world, watchers, stops), traversal()];
  return Object.assign(world, { definitions });
}

function define(
  name: SubgraphName,
  schema: string,
  resolvers: SubgraphDefinition['resolvers'],
): SubgraphDefinition {
  return { name, schema, resolvers, permissions: {}, createLoaders: () => ({}) };
}

function hits(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    rank: at + 1,
    score: 1 / (at + 1),
    chunk: { id: `c${at}` },
  }));
}

function retrieval(): SubgraphDefinition {
  return define('retrieval', RETRIEVAL, {
    Query: {
      search: (_: unknown, { first }: { first: number }) => ({ tookMs: 1, hits: hits(first) }),
      answerEvent: (_: unknown, { id }: { id: string }) => ({ id, word: id.split(':')[1], hit: hits(1)[0] }),
    },
    Subscription: {
      answer: {
        subscribe: async (_: unknown, { question, words }: { question: string; words: number }) => {
          if (question === '') throw new Problem('BAD_INPUT', 'question: is empty.');
          return say(question.split(' ').slice(0, words));
        },
      },
    },
    Chunk: { similar: (_: unknown, { first }: { first: number }) => hits(first) },
  });
}

async function* say(words: readonly string[]) {
  for (const [at, word] of words.entries()) yield { answer: { id: `${at}:${word}`, word } };
  if (words.includes('fail')) throw new Problem('UNAVAILABLE', 'The model went away.');
}

function documents(world: World, watchers: Watchers, stops: EventEmitter): SubgraphDefinition {
  const document = (id: string) => ({ id, title: `Title of ${id}` });
  const chunk = (id: string) => ({ id, text: `Text of ${id}`, document: document(`d-${id}`) });
  const job = ({ id }: { id: string }) => {
    const known = world.jobs.get(id);
    return known === undefined ? null : { ...known, document: document(`d-${id}`) };
  };
  return define('documents', DOCUMENTS, {
    Query: {
      document: (_: unknown, { id }: { id: string }) => (id === 'none' ? null : document(id)),
      documents: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: first }, (_unused, at) => document(`d${at}`)),
      slow: async (_: unknown, { ms }: { ms: number }, { signal }: SubgraphContext) => {
        world.slowBegins.emit('begin', signal);
        await delay(ms, undefined, { signal });
        return 'late';
      },
      fails: (_: unknown, { how }: { how: string }) => {
        if (how === 'problem') throw new Problem('CONFLICT', 'It is already there.', { retryAfterMs: 5 });
        throw new Error('password=hunter2 in a message that nobody should see');
      },
      ingestionJob: (_: unknown, args: { id: string }) => job(args),
    },
    Mutation: {
      createCollection: (_: unknown, { input }: { input: { name: string; metadata?: unknown } }) => input,
    },
    Subscription: {
      ingestionJob: {
        // A generator finds out only when it is asked for its first event.
        subscribe: async function* (_: unknown, args: { id: string }, { signal }: SubgraphContext) {
          if (job(args) === null) throw new Problem('NOT_FOUND', `There is no job ${args.id}.`);
          yield* watchJob(job, { watchers, stops }, args, signal);
        },
      },
    },
    Document: {
      __resolveReference: ({ id }: { id: string }) => document(id),
      body: ({ id }: { id: string }, { length }: { length: number }) => `Body of ${id}`.slice(0, length),
      big: (_: unknown, { characters }: { characters: number }) => 'x'.repeat(characters),
      secret: () => {
        throw new Problem('FORBIDDEN', 'This needs another scope.');
      },
    },
    Chunk: {
      __resolveReference: ({ id }: { id: string }) => (id === 'c-gone' ? null : chunk(id)),
    },
  });
}

/** The job now, and after each announcement, until it is done or nobody listens. */
async function* watchJob(
  job: (args: { id: string }) => { state: string } | null,
  { watchers, stops }: { readonly watchers: Watchers; readonly stops: EventEmitter },
  args: { id: string },
  signal: AbortSignal,
) {
  let wake = () => {};
  const own = () => wake();
  const listening = watchers.get(args.id) ?? new Set();
  watchers.set(args.id, listening.add(own));
  signal.addEventListener('abort', own);
  try {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const now = job(args);
      yield { ingestionJob: now };
      if (now?.state === 'SUCCEEDED') return;
      await woken;
    }
  } finally {
    listening.delete(own);
    stops.emit('stop');
  }
}

function traversal(): SubgraphDefinition {
  const entity = (id: string) => ({ id, name: `Entity ${id}`, names: [id] });
  const few =
    (of: string) =>
    ({ first }: { first: number }) =>
      Array.from({ length: Math.min(first, 2) }, (_, at) => entity(`${of}-${at}`));
  const ofParent = ({ id }: { id: string }, args: { first: number }) => few(id)(args);
  return define('traversal', TRAVERSAL, {
    Query: { entity: (_: unknown, { id }: { id: string }) => entity(id) },
    Chunk: { __resolveReference: ({ id }: { id: string }) => ({ id }), entities: ofParent },
    Document: { __resolveReference: ({ id }: { id: string }) => ({ id }), entities: ofParent },
    Entity: { __resolveReference: ({ id }: { id: string }) => entity(id), neighbors: ofParent },
  });
}
