/** What is staged, brought back among what runs: collections, documents, what came later where it is to go, and access. */

import {
  decidedFrom,
  type PartScope,
  type Restore,
  type RestoreFailure,
  type RestoreReceipt,
} from '../../model/restore.ts';
import { PROBLEMS, toProblem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { collectionsListed, createCollection } from '../../stores/graph/statements/collections.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { noteRestore } from '../../stores/graph/statements/restores.ts';
import { countNodes, countNodesBehind } from '../../stores/graph/statements/transfer.ts';
import { eraseAgain, erasuresSince } from '../retention/erase-again.ts';
import { bringBackAccess } from './access.ts';
import { erasedSince } from './erased-since.ts';
import { toNode } from './part-restores.ts';
import { removeLater } from './remove-later.ts';
import { settleKnowledge } from './settle-knowledge.ts';
import { stagedBatches } from './staged-batches.ts';
import { type Staged, type StagedDocument, stagedVersions } from './staged-versions.ts';
import { namedUnderPolicy } from './under-policy.ts';
import { type BatchOutcome, type WriteRestoredTools, writeRestored } from './write-restored.ts';

const COLLECTIONS_AT_ONCE = 100;
/** Failures that a receipt names. */
const FAILURES_MAX = 20;

export type BringBackTools = WriteRestoredTools;

/** How far it is, as the graph knows it. */
interface Standing {
  readonly restore: Restore;
  readonly after: string;
}

/** Gives how it ended; null where it was cancelled on the way. What it has done by then stays. */
export async function bringBack(
  tools: BringBackTools,
  staged: Staged,
  begun: Standing,
  signal: AbortSignal,
): Promise<Restore | null> {
  const { restore } = begun;
  const scope = restore.scope as PartScope;
  // Nobody who was erased since is in what is staged from here on, so nothing of them is brought back on the way.
  const erased = (await erasuresSince(tools.graph, decidedFrom(restore.cutAt))).filter(
    ({ tenant }) => tenant === scope.tenant,
  );
  const named = async () =>
    restore.mode === 'REPLACE'
      ? namedUnderPolicy(tools, staged.graph, scope.tenant, signal)
      : new Set<string>();
  // What is there of them was no part of the erasure, and came before the backup: it has them, if not for long.
  const namedBefore = erased.length === 0 ? new Set<string>() : await named();
  const alone = { ...staged, exclusive: aloneIn(staged.graph) };
  const { erased: gone } = await eraseAgain(alone, erased, 'RELEASED');
  await createCollections(tools.graph, staged.graph, scope.tenant);

  let standing = withReceipt(begun, begun.after === '' ? { erased: gone.length } : {});
  const start = await startOf(staged.graph, begun.after);
  let done = start.done;
  for await (const batch of stagedBatches(staged, scope.tenant, { after: begun.after, signal })) {
    signal.throwIfAborted();
    done += batch.length;
    const next = await writeBatch(tools, staged, { ...start, standing, batch, done }, signal);
    if (next === null) return null;
    standing = next;
  }
  let held = 0;
  if (restore.mode === 'REPLACE')
    for await (const page of removeLater(
      tools,
      staged.graph,
      {
        ...{ scope, askedAt: restore.startedAt },
        inBackup: new Set([...gone, ...namedBefore, ...(await named())]),
      },
      signal,
    )) {
      held += page.held;
      // What is removed is not seen again by whoever goes on with this, what is held is.
      standing = withReceipt(standing, { removed: standing.restore.receipt.removed + page.removed });
      await tools.graph.write([noteRestore(toNode(standing.restore, standing.after))]);
    }
  await settleKnowledge(tools, staged.graph, signal);
  const access = restore.withAccess ? await bringBackAccess(tools, staged.graph, signal) : 0;
  return withReceipt(standing, { access, held: standing.restore.receipt.held + held }).restore;
}

/** What another process did before counts as done: its documents are staged again. */
async function startOf(
  staged: GraphStore,
  after: string,
): Promise<{ readonly done: number; readonly total: number }> {
  const [total = 0] = await staged.read(countNodes('Document'));
  const [left = 0] = after === '' ? [total] : await staged.read(countNodesBehind('Document', after));
  return { done: total - left, total };
}

/** What is staged is nobody else's. */
function aloneIn(graph: GraphStore): BringBackTools['exclusive'] {
  return (run) => run({ graph, held: () => true });
}

function withReceipt(standing: Standing, changes: Partial<RestoreReceipt>): Standing {
  const { restore } = standing;
  return { ...standing, restore: { ...restore, receipt: { ...restore.receipt, ...changes } } };
}

async function createCollections(graph: GraphStore, staged: GraphStore, tenant: string): Promise<void> {
  for (let after = ''; ; ) {
    const page = await staged.read(collectionsListed(tenant, after, COLLECTIONS_AT_ONCE));
    if (page.length > 0) await graph.write(page.map(createCollection));
    const last = page.at(-1);
    if (last === undefined || page.length < COLLECTIONS_AT_ONCE) return;
    after = last.name;
  }
}

interface Batch {
  readonly standing: Standing;
  readonly batch: readonly StagedDocument[];
  readonly done: number;
  readonly total: number;
}

/** Together, or where one of them cannot be, each alone: then it fails alone. */
async function writeBatch(
  tools: BringBackTools,
  staged: Staged,
  given: Batch,
  signal: AbortSignal,
): Promise<Standing | null> {
  try {
    return await writeTogether(tools, staged, given, signal);
  } catch (error) {
    const problem = toProblem(error);
    if (signal.aborted || PROBLEMS[problem.code].retryable) throw error;
    const [only, ...others] = given.batch;
    if (only === undefined) throw error;
    if (others.length === 0)
      return noteFailed(tools, given, [{ documentId: only.document.id, reason: problem.message }]);
    let standing: Standing | null = given.standing;
    for (const document of given.batch) {
      if (standing === null) return null;
      standing = await writeBatch(tools, staged, { ...given, standing, batch: [document] }, signal);
    }
    return standing;
  }
}

async function writeTogether(
  tools: BringBackTools,
  staged: Staged,
  given: Batch,
  signal: AbortSignal,
): Promise<Standing | null> {
  const { standing, batch, done, total } = given;
  const { tenant = '' } = batch[0]?.document ?? {};
  const documents = batch.map(({ document }) => document);
  const ids = documents.map(({ id }) => id);
  const found = await stagedVersions(staged, tenant, batch);
  const whole = new Set(found.versions.map(({ document }) => document.id));
  const present = new Set((await tools.graph.read(documentsByIds(tenant, ids))).map(({ id }) => id));
  const failures = documents
    .filter(({ id }) => !whole.has(id) && !present.has(id))
    .map((document) => ({ documentId: document.id, reason: whyNot(document) }));
  const after = ids.at(-1) ?? standing.after;
  const left = ids.filter((id) => !whole.has(id) && present.has(id)).length;
  let next: Standing = standing;
  const outcome = await writeRestored(
    tools,
    staged,
    {
      ...{ ...found, tenant, askedAt: standing.restore.startedAt },
      erasedAmong: ({ graph }, asked) =>
        erasedSince({ graph, staged: staged.graph }, { tenant, cutAt: standing.restore.cutAt }, asked),
      noted: (written) => {
        next = { restore: told(standing.restore, written, { failures, left, done, total }), after };
        return next;
      },
    },
    signal,
  );
  return outcome === null ? null : next;
}

interface Account {
  readonly failures: readonly RestoreFailure[];
  /** Documents that the backup has only in part, and that are there. */
  readonly left: number;
  readonly done: number;
  readonly total: number;
}

function told(restore: Restore, outcome: BatchOutcome, { failures, left, done, total }: Account): Restore {
  const { receipt } = restore;
  return {
    ...restore,
    ...{ problem: null, progress: { step: 'documents', done, total } },
    receipt: {
      ...receipt,
      restored: receipt.restored + outcome.restored.length,
      anew: receipt.anew + outcome.anew.length,
      unchanged: receipt.unchanged + outcome.unchanged.length + left,
      held: receipt.held + outcome.held.length,
      erased: receipt.erased + outcome.erased.length,
      failed: receipt.failed + failures.length + outcome.failures.length,
      failures: [...receipt.failures, ...failures, ...outcome.failures].slice(0, FAILURES_MAX),
    },
  };
}

const NOBODY: BatchOutcome = { restored: [], unchanged: [], held: [], erased: [], anew: [], failures: [] };

async function noteFailed(
  { graph }: BringBackTools,
  { standing, batch, done, total }: Batch,
  failures: readonly RestoreFailure[],
): Promise<Standing | null> {
  const after = batch.at(-1)?.document.id ?? standing.after;
  const restore = told(standing.restore, NOBODY, { failures, left: 0, done, total });
  const [noted = []] = await graph.write([noteRestore(toNode(restore, after))]);
  return noted.length === 0 ? null : { restore, after };
}

function whyNot({ status, versionHash }: DocumentNode): string {
  return versionHash === null || status !== 'READY'
    ? 'It had not been indexed when the backup was made. Hand it over again.'
    : 'The backup lacks what it holds: the installation had lost it by then. Hand it over again.';
}
