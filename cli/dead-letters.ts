/** `trellis dead-letters …`: lists, replays and discards what a running server could not index. */

import type { Client } from './client.ts';

export interface LetterReport {
  readonly id: string;
  readonly jobId: string;
  readonly key: string | null;
  readonly title: string | null;
  readonly step: string;
  readonly code: string;
  readonly message: string;
  readonly failedAt: string | null;
  readonly isReplaced: boolean;
}

export interface LettersDone {
  readonly ids: readonly string[];
  readonly refused: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  readonly jobIds: readonly string[];
}

export interface LetterFilter {
  readonly collection?: string | undefined;
  readonly job?: string | undefined;
  readonly step?: string | undefined;
  readonly code?: string | undefined;
}

interface LetterPage {
  readonly nodes: readonly LetterReport[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface DoneReply extends LettersDone {
  readonly more: boolean;
}

const LETTER = 'id jobId key title step code message failedAt isReplaced';
const DONE = 'ids refused { id code message } more';
const OPERATIONS = {
  replay: `mutation CommandLineReplay($input: ReplayDeadLettersInput!) {
    done: replayDeadLetters(input: $input) { ${DONE} jobIds } }`,
  discard: `mutation CommandLineDiscard($input: DiscardDeadLettersInput!) {
    done: discardDeadLetters(input: $input) { ${DONE} } }`,
} as const;

export async function listDeadLetters(
  client: Client,
  filter: LetterFilter,
): Promise<readonly LetterReport[]> {
  const query = `query CommandLineDeadLetters($filter: DeadLetterFilter, $after: String) {
    deadLetters(first: 100, after: $after, filter: $filter) { nodes { ${LETTER} } pageInfo { hasNextPage endCursor } } }`;
  const found: LetterReport[] = [];
  for (let after: string | null = null; ; ) {
    const variables: Readonly<Record<string, unknown>> = { filter: toInput(filter), after };
    const { deadLetters: page } = await client.run<{ readonly deadLetters: LetterPage }>(query, variables);
    found.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

/** Those of the ids; without any, all that the filter takes in. */
export async function settleDeadLetters(
  client: Client,
  action: keyof typeof OPERATIONS,
  { ids, filter }: { readonly ids: readonly string[]; readonly filter: LetterFilter },
): Promise<LettersDone> {
  const input = ids.length > 0 ? { ids } : { filter: toInput(filter) };
  const replies: DoneReply[] = [];
  for (;;) {
    const { done } = await client.run<{ readonly done: DoneReply }>(OPERATIONS[action], { input });
    replies.push(done);
    // What is refused is refused again.
    if (!done.more || done.ids.length === 0) break;
  }
  return {
    ids: replies.flatMap((reply) => reply.ids),
    refused: replies.at(-1)?.refused ?? [],
    jobIds: replies.flatMap((reply) => reply.jobIds ?? []),
  };
}

function toInput({ collection, job, step, code }: LetterFilter) {
  return {
    collection: collection ?? null,
    job: job ?? null,
    step: step?.toUpperCase() ?? null,
    code: code?.toUpperCase() ?? null,
  };
}

export function describeDeadLetters(letters: readonly LetterReport[]): string {
  if (letters.length === 0) return 'There are no dead letters.';
  return letters
    .map(({ id, jobId, key, title, step, code, message, failedAt, isReplaced }) =>
      [
        `${id}  ${key ?? title ?? 'without a key'}  ${step} ${code}${failedAt === null ? '' : ` at ${failedAt}`}, of ${jobId}`,
        `    ${message}${isReplaced ? ' It was submitted again since.' : ''}`,
      ].join('\n'),
    )
    .join('\n');
}

export function describeLettersDone(what: string, { ids, refused, jobIds }: LettersDone): string {
  return [
    `${ids.length} ${what}${jobIds.length === 0 ? '' : `, indexed by ${jobIds.join(', ')}`}`,
    ...refused.map(({ id, code, message }) => `not ${id}: ${code}: ${message}`),
  ].join('\n');
}
