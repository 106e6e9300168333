/**
 * Everything that can be asked of an installation: each query of the journeys, and questions by chance over the whole
 * schema. Two installations that hold the same answer all of it the same.
 */

import { readdir, readFile } from 'node:fs/promises';
import { buildClientSchema, getIntrospectionQuery, Kind, parse, print } from 'graphql';
import { randomFrom } from '../gateway/execution/random-operation.ts';
import { type Pools, questionTo } from './bound-questions.ts';
import type { Answer, Data } from './harness.ts';

export type Ask = (query: string, variables?: Data) => Promise<Answer>;

const QUESTIONS = [
  'Who designed Colossus?',
  'PageRank',
  'the adviser of Alan Turing',
  'random graphs',
  'Alan Turing',
  'What did Tommy Flowers design?',
];
const JOURNEYS = new URL('../../schema/operations/', import.meta.url);
const BY_CHANCE = 120;
/** An arm of a search is cut off at its limit, which a server that is still cold may miss: what differs is asked again. */
const TRIES = 5;
/** What asks about a moment or a process, and not about what is kept. */
const OF_THE_MOMENT = new Set(['tookMs', 'latencyMs', 'requestId', 'lastUsedAt', 'progress']);
/** Digits of a number that count: sums of floating point numbers may be added up in another order. */
const DIGITS = 9;
/** The restore itself stands in the log of what was restored. */
const SINCE = new Set(['restore']);

export interface Difference {
  readonly question: string;
  readonly before: string;
  readonly after: string;
}

/** Which questions the other installation answers otherwise than the first. */
export async function differences(first: Ask, other: Ask): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const { text, variables } of await everyQuestion(first)) {
    const difference = await differenceOf(first, other, { text, variables });
    if (difference !== null) found.push(difference);
  }
  return found;
}

interface Question {
  readonly text: string;
  readonly variables: Data;
}

async function differenceOf(
  first: Ask,
  other: Ask,
  { text, variables }: Question,
): Promise<Difference | null> {
  const question = `${text} ${JSON.stringify(variables)}`;
  for (let tried = 1; ; tried++) {
    const [before, after] = [plain(await first(text, variables)), plain(await other(text, variables))];
    // Two refusals are as like as two answers.
    if (before.includes('TOO_MANY_REQUESTS')) throw new Error(`Limits do not let it be asked: ${before}`);
    if (before === after) return null;
    if (tried === TRIES) return { question, before, after };
  }
}

async function everyQuestion(ask: Ask): Promise<readonly Question[]> {
  const pools = await poolsOf(ask);
  const schema = buildClientSchema((await ask(getIntrospectionQuery())).data);
  const random = randomFrom(1);
  const ofJourneys = (await journeys()).flatMap(({ name, text }) =>
    variablesOf(name, pools).map((variables) => ({ text, variables })),
  );
  const byChance = Array.from({ length: BY_CHANCE }, () => ({
    text: questionTo(schema, pools, random, KEPT),
    variables: {},
  }));
  return [...ofJourneys, ...byChance];
}

/** Roots whose answers come from what is kept. */
const KEPT = [
  ...['search', 'ask', 'entity', 'entities', 'path', 'neighborhood', 'document', 'documents'],
  ...['collection', 'collections', 'users', 'roles', 'apiKeys', 'retentionPolicies', 'legalHolds'],
];

/** Each query in a text of its own. */
async function journeys(): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const names = (await readdir(JOURNEYS)).filter((name) => name.endsWith('.graphql'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, JOURNEYS), 'utf8')));
  return texts.flatMap((text) =>
    parse(text).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'query'
        ? [{ name: definition.name?.value ?? '', text: print(definition) }]
        : [],
    ),
  );
}

/** A journey that is new must be given something to ask. */
function variablesOf(name: string, { entities }: Pools): readonly Data[] {
  switch (name) {
    case 'ApiKeys':
    case 'AuditVerification':
    case 'Backups':
    case 'Recovery':
      return [{}];
    case 'AuditLog':
      return [{ first: 200 }];
    case 'Ask':
      return QUESTIONS.map((question) => ({ question }));
    case 'Documents':
      return [{ first: 100 }, { first: 3 }];
    case 'Entities':
      return [{ first: 20 }, ...QUESTIONS.map((question) => ({ name: question }))];
    case 'Neighborhood':
      return entities.slice(0, 20).map((id) => ({ entities: [id], hops: 2 }));
    case 'Search':
      return QUESTIONS.map((query) => ({ query, first: 20 }));
    default:
      throw new Error(`nothing is known to ask by ${name}: say here what`);
  }
}

async function poolsOf(ask: Ask): Promise<Pools> {
  const { data } = await ask(
    '{ entities(first: 100) { nodes { id } } documents(first: 100) { nodes { id } } collections { nodes { id } } }',
  );
  const ids = (list: Data): readonly string[] => list.nodes.map(({ id }: Data) => id);
  return {
    entities: ids(data.entities),
    documents: ids(data.documents),
    collections: ids(data.collections),
    questions: QUESTIONS,
  };
}

function plain({ data, errors }: Answer): string {
  const messages = errors.map(({ message, path, extensions }) => [message, path, extensions?.code]);
  return JSON.stringify({ data, errors: messages }, (name, value) => {
    if (OF_THE_MOMENT.has(name)) return null;
    if (Array.isArray(value)) return value.filter((item) => !SINCE.has(item?.action));
    return typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
  });
}
