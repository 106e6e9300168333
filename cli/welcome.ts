/** What a start says once it runs: which engines, where to go, a token, and a query to paste with its answer. */

import { access } from 'node:fs/promises';
import type { App } from '../app.ts';
import type { Config } from '../platform/config.ts';
import { createClient } from './client.ts';
import { bootstrapPath } from './users.ts';

type Say = (text: string) => void;

const QUESTION = 'Who taught the mathematician who solved the Seven Bridges of Königsberg?';
/** Fields of three subgraphs: the hit and its path, the document's title, the entities. */
const QUERY = `{ search(query: ${JSON.stringify(QUESTION)}, first: 2) { hits { rank chunk { document { title } entities(first: 3) { name } } explanation { path { description } } } } }`;

export async function sayWhatRuns(app: App, say: Say): Promise<void> {
  const { components } = await app.health.report();
  for (const { name, engine, state } of components) say(line(name, state, engine));
}

export function sayHow(config: Config, say: Say): void {
  const subgraphs = config.SUBGRAPH_TRANSPORT === 'process' ? 'in process' : 'over loopback HTTP';
  say(line('gateway', 'UP', `documents, traversal, retrieval and admin ${subgraphs}`));
  say(line('answers', '', config.LLM_MODEL ?? 'extractive, no model'));
}

/** Of the longest name that there always is. */
const NAME_CHARS = 'consistency'.length;

function line(name: string, state: string, what: string): string {
  return `  ${name.padEnd(NAME_CHARS)} ${state.padEnd(8)} ${what}`;
}

/** The secret is there while nobody has signed up; it is not shown. */
export async function sayWhoIsMissing(config: Config, say: Say): Promise<void> {
  const path = bootstrapPath(config);
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    say(line('users', 'none', `"npx trellis bootstrap --name you" makes the first, by ${path}`));
}

export function sayWhereItIs(url: string, token: string, say: Say): void {
  say(`
  GraphQL    ${url}/graphql
  Sandbox    ${url}/#token=${token}
  GraphiQL   ${url}/graphiql#token=${token}

A token for development, valid for 12 hours ("npx trellis token" prints another):

export TOKEN=${token}
`);
}

/** The query to paste, and what it gives: both are real, for this very server answers. */
export async function showQuery(url: string, token: string, say: Say): Promise<void> {
  say(`A query to paste:

curl -s ${url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '${JSON.stringify({ query: QUERY })}'

and its answer ("npx trellis search" and "npx trellis ask" print theirs for people):
`);
  const data = await createClient({ url, token }).run(QUERY);
  say(`${JSON.stringify({ data })}\n`);
}
