/** `trellis search` and `trellis ask`: the two questions a person has, answered on a terminal. */

import type { Client } from './client.ts';

export interface SearchOptions {
  readonly first: number;
  readonly collection?: string;
  readonly json: boolean;
}

const SEARCH = `query CommandLineSearch($query: String!, $first: Int!, $collections: [String!]) {
  search(query: $query, first: $first, collections: $collections) {
    tookMs
    degraded { arm kind reason }
    hits {
      rank
      score
      chunk { text headings document { title key } }
      explanation { arms { arm rank share } path { description } }
    }
  }
}`;

interface SearchData {
  readonly search: {
    readonly tookMs: number;
    readonly degraded: readonly { readonly arm: string; readonly reason: string }[];
    readonly hits: readonly SearchHit[];
  };
}

interface SearchHit {
  readonly rank: number;
  readonly score: number;
  readonly chunk: {
    readonly text: string;
    readonly headings: readonly string[];
    readonly document: { readonly title: string; readonly key: string | null };
  };
  readonly explanation: {
    readonly arms: readonly { readonly arm: string; readonly rank: number; readonly share: number }[];
    readonly path: readonly { readonly description: string }[];
  };
}

/** The text of the answer, ready to print. */
export async function search(client: Client, query: string, options: SearchOptions): Promise<string> {
  const data = await client.run<SearchData>(SEARCH, {
    query,
    first: options.first,
    ...(options.collection === undefined ? {} : { collections: [options.collection] }),
  });
  if (options.json) return JSON.stringify(data.search, null, 2);
  const { hits, degraded, tookMs } = data.search;
  return [
    ...hits.map(formatHit),
    ...degraded.map(({ arm, reason }) => `The ${arm} arm: ${reason}`),
    hits.length === 0
      ? 'Nothing was found.'
      : `${hits.length} passage${hits.length === 1 ? '' : 's'} in ${tookMs.toFixed(1)} ms`,
  ].join('\n\n');
}

/** Longest passage shown whole, in characters. */
const PASSAGE_CHARS_SHOWN = 320;

function formatHit({ rank, score, chunk, explanation }: SearchHit): string {
  const arms = explanation.arms.map(
    ({ arm, rank: armRank, share }) => `${arm} #${armRank} ${share.toFixed(3)}`,
  );
  const path = explanation.path.map((step) => step.description);
  return [
    `${rank}. ${chunk.document.title}   ${score.toFixed(3)} = ${arms.join(' + ')}`,
    `   ${shorten(chunk.text)}`,
    ...(path.length === 0 ? [] : [`   by way of: ${path.join(' → ')}`]),
  ].join('\n');
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= PASSAGE_CHARS_SHOWN ? line : `${line.slice(0, PASSAGE_CHARS_SHOWN)}…`;
}

const ASK = `query CommandLineAsk($question: String!, $collections: [String!]) {
  ask(question: $question, collections: $collections) {
    text
    grounded
    generator
    citations { quote chunk { document { title } } }
  }
}`;

interface AskData {
  readonly ask: {
    readonly text: string;
    readonly grounded: boolean;
    readonly generator: string;
    readonly citations: readonly {
      readonly quote: string;
      readonly chunk: { readonly document: { readonly title: string } };
    }[];
  };
}

/** The text of the answer with its citations, ready to print. */
export async function ask(
  client: Client,
  question: string,
  options: Omit<SearchOptions, 'first'>,
): Promise<string> {
  const data = await client.run<AskData>(ASK, {
    question,
    ...(options.collection === undefined ? {} : { collections: [options.collection] }),
  });
  if (options.json) return JSON.stringify(data.ask, null, 2);
  const { text, grounded, generator, citations } = data.ask;
  const sources = citations.map(({ quote, chunk }, at) => `[${at + 1}] ${chunk.document.title}: “${quote}”`);
  return [text, ...sources, `${grounded ? 'Grounded' : 'Not grounded'} in the documents · ${generator}`].join(
    '\n\n',
  );
}
