/** Users at work: each asks one thing after the other, of every part in turn, and what came of it is noted. */

import { setTimeout as delay } from 'node:timers/promises';
import type { PartName } from '../../platform/part.ts';

const ASKED = {
  ingest: {
    part: 'documents',
    query: `mutation ($documents: [DocumentInput!]!) {
      ingestDocuments(input: { collection: "load", documents: $documents }) { job { id } rejected { message } }
    }`,
  },
  documents: { part: 'documents', query: '{ documents(first: 5) { nodes { key status } } }' },
  entities: { part: 'traversal', query: '{ entities(name: "Ada Lovelace") { nodes { id name } } }' },
  search: { part: 'retrieval', query: '{ search(query: "lovelace", first: 5) { hits { rank score } } }' },
  health: { part: 'admin', query: '{ health { state } }' },
} as const satisfies Readonly<Record<string, { readonly part: PartName; readonly query: string }>>;

export type Kind = keyof typeof ASKED;
export const KINDS = Object.keys(ASKED) as readonly Kind[];

export function kindsOf(parts: readonly PartName[]): readonly Kind[] {
  return parts.includes('gateway') ? KINDS : KINDS.filter((kind) => parts.includes(ASKED[kind].part));
}

/** What a client was told; without a code where it was told nothing, because the connection broke. */
export interface Failure {
  readonly code: string | null;
  readonly retryAfterMs: number | null;
  readonly message: string;
}

export interface Outcome {
  readonly kind: Kind;
  readonly begunAt: number;
  readonly endedAt: number;
  readonly failure: Failure | null;
}

export interface Acknowledged {
  readonly key: string;
  readonly jobId: string;
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
  readonly data: any;
  readonly failure: Failure | null;
}

export interface Load {
  readonly outcomes: readonly Outcome[];
  /** In the order in which they were acknowledged. */
  readonly acknowledged: readonly Acknowledged[];
  /** Resolves once what `holds` looks for has come of the load. */
  until(holds: () => boolean): Promise<void>;
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Lets what is under way end. */
  stop(): Promise<void>;
}

/** How long a user waits who was not told, in ms. */
const PATIENCE_MS = 100;
const LOOK_EVERY_MS = 20;

export function startLoad({ url, token, users }: LoadOptions): Load {
  const outcomes: Outcome[] = [];
  const acknowledged: Acknowledged[] = [];
  let documents = 0;
  let isOver = false;
  const ask: Load['ask'] = (query, variables = {}) => post(url, token, { query, variables });

  const ingest = async (): Promise<Failure | null> => {
    const key = `note${documents++}`;
    const document = { key, content: `This is ${key}: Ada Lovelace wrote to Charles Babbage.` };
    const { data, failure } = await ask(ASKED.ingest.query, { documents: [document] });
    if (failure !== null) return failure;
    acknowledged.push({ key, jobId: data.ingestDocuments.job.id });
    return null;
  };
  const work = async () => {
    for (let turn = 0; !isOver; turn++) {
      const kind = KINDS[turn % KINDS.length] ?? 'ingest';
      const begunAt = performance.now();
      const failure = kind === 'ingest' ? await ingest() : (await ask(ASKED[kind].query)).failure;
      outcomes.push({ kind, begunAt, endedAt: performance.now(), failure });
      if (failure !== null) await delay(failure.retryAfterMs ?? PATIENCE_MS);
    }
  };
  const working = Array.from({ length: users }, work);
  return {
    outcomes,
    acknowledged,
    until: async (holds) => {
      // Whoever waits for what cannot come any more would hide why.
      while (!holds()) await Promise.race([delay(LOOK_EVERY_MS), Promise.all(working)]);
    },
    ask,
    stop: async () => {
      isOver = true;
      await Promise.all(working);
    },
  };
}

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  readonly users: number;
}

async function post(url: string, token: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const { data = null, errors: [error] = [] } = (await response.json()) as GraphQLAnswer;
    return { data, failure: error === undefined ? null : toFailure(error) };
  } catch (error) {
    return { data: null, failure: { code: null, retryAfterMs: null, message: String(error) } };
  }
}

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLProblem[];
}

interface GraphQLProblem {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
}

function toFailure({ message, extensions = {} }: GraphQLProblem): Failure {
  return { code: extensions.code ?? '', retryAfterMs: extensions.retryAfterMs ?? null, message };
}
