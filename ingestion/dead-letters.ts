/**
 * Dead letters as an operator has them: listed across jobs, replayed as submissions of a new job once the reason is gone,
 * or discarded. Their raw bytes stay as long as they do.
 */

import { randomUUID } from 'node:crypto';
import type { DeadLetter, DeadLetterFilter } from '../model/dead-letter.ts';
import { collectionId, stableId } from '../model/ids.ts';
import { badInput, Problem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Queue } from '../platform/queue/queue.ts';
import type { CallOptions, GraphStore } from '../stores/graph/graph-store.ts';
import {
  deadLetterCount,
  deadLettersByIds,
  deadLettersListed,
  deleteDeadLetters,
  deleteNeverIndexed,
  failedSubmissions,
} from '../stores/graph/statements/dead-letters.ts';
import { documentsByIds } from '../stores/graph/statements/documents.ts';
import { createJob, type JobNode } from '../stores/graph/statements/jobs.ts';
import { putRemovals } from '../stores/graph/statements/removals.ts';
import { createSubmissions, type Submission } from '../stores/graph/statements/submissions.ts';
import type { DeleteTools } from './delete.ts';
import type { PrivacyTools } from './privacy/policy-in-force.ts';
import { comingUnderNow, notToCome } from './privacy/sealed-letters.ts';
import { removalsOf, settleRemovals } from './removals.ts';
import { heldAmong } from './retention/holds.ts';
import { holdsAgainst, mayNotReplace } from './retention/kept-versions.ts';
import { batchName } from './submit.ts';

/** Of one call. */
const LETTERS_MAX = 1_000;
const PAGE = 200;

export interface DeadLettersWanted {
  readonly filter: DeadLetterFilter;
  /** When the last one of the page before was submitted, and its id; both empty for the first page. */
  readonly afterAt: string;
  readonly afterId: string;
  readonly limit: number;
}

/** By id, or the first 1,000 that the filter takes in. */
export type LetterChoice =
  | { readonly ids: readonly string[]; readonly filter?: undefined }
  | { readonly ids?: undefined; readonly filter: DeadLetterFilter };

export interface LettersDone {
  /** Those that are no dead letters any more. */
  readonly ids: readonly string[];
  /** The others, each with the reason; with a filter those are left out that were submitted again since. */
  readonly refused: readonly { readonly id: string; readonly problem: Problem }[];
  /** Whether the filter takes in more than were looked at. */
  readonly more: boolean;
}

export interface DeadLetters {
  list(tenant: string, wanted: DeadLettersWanted, options?: CallOptions): Promise<readonly DeadLetter[]>;
  /**
   * Jobs of the new submissions, one a collection. What is sealed comes under a policy that takes out less than the one it
   * came under only where `mayReveal` says so; by default it is refused.
   */
  replay(
    tenant: string,
    choice: LetterChoice,
    options?: { readonly mayReveal: boolean },
  ): Promise<LettersDone & { readonly jobIds: readonly string[] }>;
  /** For good, with documents that never had a version. A legal hold keeps those of its documents. */
  discard(tenant: string, choice: LetterChoice): Promise<LettersDone>;
  /** Of every tenant. */
  count(options?: CallOptions): Promise<number>;
}

export interface DeadLetterOptions extends DeleteTools {
  readonly queue: Queue;
  readonly privacy: Pick<PrivacyTools, 'defaults'>;
  readonly now: () => Date;
  readonly log: Log;
}

interface Chosen {
  readonly letters: readonly DeadLetter[];
  readonly more: boolean;
}

interface Refusal {
  readonly id: string;
  readonly problem: Problem;
}

export function createDeadLetters(options: DeadLetterOptions): DeadLetters {
  const { graph, exclusive, queue, log } = options;
  return {
    list: (tenant, { filter, ...page }, call) =>
      graph.read(deadLettersListed({ tenant, ...conditionsOf(tenant, filter), ...page }), call),
    count: async (call) => (await graph.read(deadLetterCount(), call))[0] ?? 0,
    replay: async (tenant, choice, { mayReveal } = { mayReveal: false }) => {
      const done = await exclusive(async (alone) => {
        const { letters, more } = await choose(alone.graph, tenant, choice, ({ isReplaced }) => !isReplaced);
        const refused = [
          ...missingOf(choice, letters),
          ...(await notReplayable({ ...options, ...alone }, tenant, letters, { mayReveal })),
        ];
        const ids = without(letters, refused);
        const jobIds = await submitAgain({ ...options, ...alone }, tenant, ids, { mayReveal });
        return { ids, refused, more, jobIds };
      });
      if (done.jobIds.length > 0)
        queue.push(done.jobIds).catch((error: unknown) => {
          log.warn(
            { jobIds: done.jobIds, error },
            'Jobs could not be queued; the reconciler will queue them.',
          );
        });
      return done;
    },
    discard: (tenant, choice) =>
      exclusive(async (alone) => {
        const { letters, more } = await choose(alone.graph, tenant, choice, () => true);
        const refused = [...missingOf(choice, letters), ...(await heldLetters(alone.graph, tenant, letters))];
        const ids = without(letters, refused);
        const submissions = await alone.graph.read(failedSubmissions(tenant, ids));
        const removals = removalsOf(tenant, {
          CHUNK: [],
          DOCUMENT: [],
          CONTENT: submissions.map(({ contentHash }) => contentHash),
        });
        if (ids.length > 0)
          await alone.graph.write([
            deleteDeadLetters(ids),
            deleteNeverIndexed([...new Set(submissions.map(({ documentId }) => documentId))]),
            putRemovals(removals),
          ]);
        await settleRemovals({ ...options, ...alone }, removals);
        return { ids, refused, more };
      }),
  };
}

function conditionsOf(tenant: string, { collection, jobId, step, code }: DeadLetterFilter) {
  return { collectionId: collection === null ? null : collectionId(tenant, collection), jobId, step, code };
}

async function choose(
  graph: GraphStore,
  tenant: string,
  choice: LetterChoice,
  isWanted: (letter: DeadLetter) => boolean,
): Promise<Chosen> {
  if (choice.ids !== undefined) {
    if (choice.ids.length === 0 || choice.ids.length > LETTERS_MAX)
      throw badInput('input.ids', `has ${choice.ids.length} ids and must have 1 to ${LETTERS_MAX}.`);
    return { letters: await graph.read(deadLettersByIds(tenant, choice.ids)), more: false };
  }
  const letters: DeadLetter[] = [];
  let [afterAt, afterId] = ['', ''];
  for (;;) {
    const listing = { tenant, ...conditionsOf(tenant, choice.filter), afterAt, afterId, limit: PAGE };
    const page = await graph.read(deadLettersListed(listing));
    letters.push(...page.filter(isWanted));
    const last = page.at(-1);
    if (letters.length > LETTERS_MAX) return { letters: letters.slice(0, LETTERS_MAX), more: true };
    if (last === undefined || page.length < PAGE) return { letters, more: false };
    [afterAt, afterId] = [last.submittedAt, last.id];
  }
}

function missingOf({ ids = [] }: LetterChoice, letters: readonly DeadLetter[]): readonly Refusal[] {
  const there = new Set(letters.map(({ id }) => id));
  return [...new Set(ids)]
    .filter((id) => !there.has(id))
    .map((id) => ({
      id,
      problem: new Problem(
        'NOT_FOUND',
        `There is no dead letter ${id.slice(0, 100)}. The query "deadLetters" lists those that there are.`,
      ),
    }));
}

function without(letters: readonly DeadLetter[], refused: readonly Refusal[]): readonly string[] {
  const not = new Set(refused.map(({ id }) => id));
  return letters.map(({ id }) => id).filter((id) => !not.has(id));
}

/**
 * What would put an older version in the place of a newer one, or another in the place of one that a hold keeps; and what
 * would come to light.
 */
async function notReplayable(
  { graph, privacy }: DeadLetterOptions,
  tenant: string,
  letters: readonly DeadLetter[],
  right: { readonly mayReveal: boolean },
): Promise<readonly Refusal[]> {
  const submissions = await graph.read(
    failedSubmissions(
      tenant,
      letters.map(({ id }) => id),
    ),
  );
  const documents = await graph.read(documentsByIds(tenant, documentsOf(letters)));
  const holds = await holdsAgainst(graph, tenant, submissions, documents);
  const sealed = await notToCome({ graph, ...privacy }, submissions, right);
  const others = letters.flatMap(({ id, documentId, isReplaced }) => {
    if (isReplaced)
      return [
        {
          id,
          problem: new Problem(
            'CONFLICT',
            `The document ${documentId} was sent again since. Discard this one, or send it again.`,
          ),
        },
      ];
    const hold = holds.get(documentId);
    return hold === undefined ? [] : [{ id, problem: mayNotReplace(documentId, hold) }];
  });
  const told = new Set(others.map(({ id }) => id));
  return [...others, ...sealed.filter(({ id }) => !told.has(id))];
}

async function heldLetters(
  graph: GraphStore,
  tenant: string,
  letters: readonly DeadLetter[],
): Promise<readonly Refusal[]> {
  const held = await heldAmong(graph, tenant, await graph.read(documentsByIds(tenant, documentsOf(letters))));
  return letters.flatMap(({ id, documentId }) => {
    const hold = held.get(documentId);
    if (hold === undefined) return [];
    const detail = `The document ${documentId} is under the legal hold "${hold.name}", with what of it could not be indexed. Have the hold released first.`;
    return [{ id, problem: new Problem('CONFLICT', detail) }];
  });
}

function documentsOf(letters: readonly DeadLetter[]): readonly string[] {
  return [...new Set(letters.map(({ documentId }) => documentId))];
}

/** In one transaction with the end of the old ones: of a crash nothing is left half done. */
async function submitAgain(
  { now, graph, privacy }: DeadLetterOptions,
  tenant: string,
  ids: readonly string[],
  { mayReveal }: { readonly mayReveal: boolean },
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const found = await graph.read(failedSubmissions(tenant, ids));
  const failed = mayReveal ? await comingUnderNow({ graph, ...privacy }, found) : found;
  const at = now().toISOString();
  const jobs = [...Map.groupBy(failed, (one) => one.collectionId)].map(([collection, submissions]) =>
    jobFor({ tenant, collection, at }, submissions),
  );
  await graph.write([
    ...jobs.map(({ job }) => createJob(job)),
    ...jobs.map(({ submissions }) => createSubmissions(submissions)),
    deleteDeadLetters(ids),
  ]);
  return jobs.map(({ job }) => job.id);
}

/** What was in a batch together stays together: it was bounded in documents and bytes. */
function jobFor(
  { tenant, collection, at }: { readonly tenant: string; readonly collection: string; readonly at: string },
  failed: readonly Submission[],
) {
  const id = `job_${randomUUID().replaceAll('-', '')}`;
  const batches = [...new Set(failed.map(({ batch }) => batch))];
  const job: JobNode = {
    ...{
      id,
      tenant,
      collectionId: collection,
      state: 'QUEUED',
      total: failed.length,
      batches: batches.length,
    },
    ...{ done: 0, failed: 0, chunks: 0, entities: 0, createdAt: at, finishedAt: null, open: false },
  };
  const submissions = failed.map(({ sequence: _, ...submission }, position) => ({
    ...submission,
    ...{ id: stableId('sub', id, String(position)), jobId: id, position, submittedAt: at },
    batch: batchName(id, batches.indexOf(submission.batch)),
  }));
  return { job, submissions };
}
