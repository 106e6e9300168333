/**
 * A page whose job is over, accounted for: what stands where the old version was is asked of the graph. Where its version
 * was there under another id before, the old document goes here; else it went with its version. All of it may be done
 * again after a crash.
 */

import type { LegalHold } from '../../../model/retention.ts';
import { type DocumentNode, documentsByIds } from '../../../stores/graph/statements/documents.ts';
import { failuresOfJobs } from '../../../stores/graph/statements/submissions.ts';
import { type DeleteTools, deleteChosen } from '../../delete.ts';
import { heldAmong } from '../../retention/holds.ts';
import { accounted, type Outcomes } from './treatment-account.ts';
import { changeRecord, type TreatedRow, type TreatmentRecord } from './treatment-record.ts';

type Row = TreatedRow;
type Outcome =
  | { readonly kind: 'TREATED' | 'UNCHANGED' | 'UNDONE' }
  | { readonly kind: 'HELD'; readonly documentId: string; readonly hold: string }
  | { readonly kind: 'FAILED'; readonly documentId: string; readonly code: string; readonly message: string };

interface Found {
  readonly documents: ReadonlyMap<string, DocumentNode>;
  readonly held: ReadonlyMap<string, LegalHold>;
  readonly failures: ReadonlyMap<string, { readonly code: string; readonly message: string }>;
}

export async function settlePage(tools: DeleteTools, record: TreatmentRecord): Promise<void> {
  const { page, tenant } = record;
  if (page === null) return;
  await removeMoved(tools, tenant, page.rows);
  const found = await lookAgain(tools, tenant, page);
  const outcomes = page.rows.map((row) => outcomeOf(row, found));
  await tools.exclusive((alone) =>
    changeRecord(alone, record, (now) =>
      now.page === null || now.page.jobId !== page.jobId
        ? now
        : { ...accounted(now, summedUp(outcomes, now)), problem: null, page: null },
    ),
  );
}

/** Old documents whose version under the new id can be found, and that are as they were. */
async function removeMoved(tools: DeleteTools, tenant: string, rows: readonly Row[]): Promise<void> {
  const moved = rows.filter(({ from, to }) => from !== to);
  if (moved.length === 0) return;
  const wasOf = new Map(moved.map(({ from, was }) => [from, was]));
  const newIdOf = new Map(moved.map(({ from, to }) => [from, to]));
  await deleteChosen(tools, tenant, {
    ids: [...wasOf.keys()],
    choose: async (documents, graph) => {
      const held = await heldAmong(graph, tenant, documents);
      const there = await graph.read(documentsByIds(tenant, [...newIdOf.values()]));
      const indexed = new Set(there.filter(({ versionHash }) => versionHash !== null).map(({ id }) => id));
      return documents.filter(
        ({ id, versionHash }) =>
          !held.has(id) && versionHash === wasOf.get(id) && indexed.has(newIdOf.get(id) ?? ''),
      );
    },
    beside: () => [],
  });
}

async function lookAgain(
  { graph }: Pick<DeleteTools, 'graph'>,
  tenant: string,
  { jobId, rows }: NonNullable<TreatmentRecord['page']>,
): Promise<Found> {
  const ids = [...new Set(rows.flatMap(({ from, to }) => [from, to]))];
  const documents = await graph.read(documentsByIds(tenant, ids));
  const failures = jobId === null ? [] : await graph.read(failuresOfJobs(tenant, [jobId], rows.length));
  return {
    documents: new Map(documents.map((document) => [document.id, document])),
    held: await heldAmong(graph, tenant, documents),
    failures: new Map(failures.map((failure) => [failure.documentId, failure])),
  };
}

function outcomeOf({ from, to, was, version }: Row, { documents, held, failures }: Found): Outcome {
  const [before, after] = [documents.get(from), documents.get(to)];
  if (from === to && after?.versionHash === version) return { kind: 'TREATED' };
  // Deleted, or sent again: then the policy was asked.
  if (from === to && after?.versionHash !== was) return { kind: 'UNCHANGED' };
  if (from !== to && before === undefined) return { kind: after === undefined ? 'UNCHANGED' : 'TREATED' };
  const hold = held.get(from);
  if (hold !== undefined) return { kind: 'HELD', documentId: from, hold: hold.name };
  const failure = failures.get(to);
  if (failure === undefined) return { kind: 'UNDONE' };
  return { kind: 'FAILED', documentId: from, code: failure.code, message: failure.message };
}

/** What was not done because somebody cancelled the treatment is not counted; somebody who cancels its job alone is told. */
function summedUp(outcomes: readonly Outcome[], { state, page }: TreatmentRecord): Outcomes {
  const undone = (page?.rows ?? []).filter((_, at) => outcomes[at]?.kind === 'UNDONE');
  const count = (kind: Outcome['kind']) => outcomes.filter((one) => one.kind === kind).length;
  return {
    treated: count('TREATED'),
    unchanged: count('UNCHANGED'),
    held: outcomes.flatMap((one) => (one.kind === 'HELD' ? [one] : [])),
    failed: [
      ...outcomes.flatMap((one) => (one.kind === 'FAILED' ? [one] : [])),
      ...(state === 'CANCELLING' ? [] : undone.map(({ from }) => ({ documentId: from, ...notDone(from) }))),
    ],
  };
}

function notDone(id: string) {
  return {
    code: 'CONFLICT',
    message: `The job that the document ${id} was treated by ended before it came to it, or the document changed meanwhile. Apply the policy again.`,
  };
}
