/**
 * The engines' answers, recorded once from a running Trellis and given back at once: so that what is measured is
 * the way from resolvers to the client, and not the engines.
 */

import type { Stores } from '../../app.ts';
import { invariant } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import type { Hit } from '../../retrieval/hit.ts';
import { createRetrieval, type Retrieval } from '../../retrieval/retrieval.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { createEmbedders } from '../../text/embedders.ts';

/** What a search gave, without the way to each hit, which the operation does not ask for. */
export interface RecordedSearch {
  readonly hits: readonly Omit<Hit, 'path'>[];
  readonly seedIds: readonly string[];
  readonly tookMs: number;
}

export interface Recording {
  /** By statement and parameters. */
  readonly reads: Readonly<Record<string, readonly unknown[]>>;
  /** By question. */
  readonly searches: Readonly<Record<string, RecordedSearch>>;
}

/** A graph store that keeps what it answers in `reads`. */
export function recordReads(graph: GraphStore, reads: Record<string, readonly unknown[]>): GraphStore {
  return {
    ...graph,
    read: async (statement, options) => {
      const rows = await graph.read(statement, options);
      reads[keyOf(statement)] = rows;
      return rows;
    },
  };
}

export async function recordSearches(
  stores: Stores,
  tenant: string,
  questions: readonly string[],
  first: number,
): Promise<Recording['searches']> {
  const log = createLog({ level: 'silent' });
  const retrieval = createRetrieval({
    ...stores,
    embedders: createEmbedders(createLexicalEmbedder()),
    languageModel: null,
    log,
  });
  const searches: Record<string, RecordedSearch> = {};
  for (const query of questions) {
    const { hits, seedIds, tookMs } = await retrieval.search(
      { tenant, query, first },
      new AbortController().signal,
    );
    searches[query] = { seedIds, tookMs, hits: hits.map(({ path: _, ...hit }) => hit) };
  }
  return searches;
}

/** The graph as it was recorded. */
export function recordedGraph({ reads }: Recording): GraphStore {
  return unreached<GraphStore>({
    read: async <Result>(statement: Statement<Result>) => {
      const rows = reads[keyOf(statement)];
      invariant(rows, `${statement.name} was not recorded with these parameters`);
      return rows as readonly Result[];
    },
  });
}

export function recordedRetrieval({ searches }: Recording): Retrieval {
  return unreached<Retrieval>({
    search: async ({ query }) => {
      const search = searches[query];
      invariant(search, 'this question was not recorded');
      return { ...search, hits: search.hits.map((hit) => ({ ...hit, path: () => [] })), degraded: [] };
    },
  });
}

/** Stands for a room of which the operation reaches nothing but what is given. */
export function unreached<Room extends object>(given: Partial<Room> = {}): Room {
  const get = (target: Partial<Room>, name: string | symbol) => {
    invariant(name in target, `the operation reaches ${String(name)}, which was not recorded`);
    return Reflect.get(target, name);
  };
  return new Proxy(given, { get }) as Room;
}

function keyOf({ name, parameters }: Statement<unknown>): string {
  return JSON.stringify([name, parameters]);
}
