/**
 * A page of documents on its way to be what their policy wants: submitted again, in one transaction with how far the
 * treatment is. They count as the submissions that they came from, so that nothing that was sent since is replaced.
 */

import { collectionId } from '../../../model/ids.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { collectionsListed } from '../../../stores/graph/statements/collections.ts';
import {
  appliedSubmissions,
  type DocumentNode,
  documentsByIds,
} from '../../../stores/graph/statements/documents.ts';
import { treatmentById } from '../../../stores/graph/statements/privacy-treatments.ts';
import type { Alone } from '../../exclusive.ts';
import { heldAmong } from '../../retention/holds.ts';
import { type OpenJob, openJob, type SubmitTools } from '../../submit.ts';
import { policyInForce, type Shield } from '../policy-in-force.ts';
import { type Draft, type LookedAt, lookAtPage } from './look-at-page.ts';
import type { Places } from './places.ts';
import { accounted, type Outcomes } from './treatment-account.ts';
import { putRecord, type TreatmentRecord, toRecord } from './treatment-record.ts';

/** Documents that are treated together; the next ones wait until these are done. */
const PAGE = 100;

interface Page {
  readonly collection: string;
  readonly documents: readonly DocumentNode[];
}

/** Null where there is no document any more; else the job to be worked on, if there is one. */
export async function submitPage(
  tools: SubmitTools & { readonly places: Places },
  record: TreatmentRecord,
  signal: AbortSignal,
): Promise<{ readonly jobId: string | null } | null> {
  const page = await nextPage(tools, record);
  if (page === null) return null;
  const { tenant } = record;
  const policy = await policyInForce(
    { ...tools, ...tools.privacy },
    tenant,
    collectionId(tenant, page.collection),
  );
  const applied = await sequencesOf(tools.graph, page.documents);
  const looked = await lookAtPage(tools, policy, record, page.documents, signal);
  return tools.exclusive((alone) =>
    submitAlone(tools, alone, record, { ...looked, ...page, applied, shield: policy.shield }),
  );
}

/** Collections in the order of their names, and documents in that of their ids. */
async function nextPage(
  { graph, places }: { readonly graph: GraphStore; readonly places: Places },
  { id: treatment, tenant, collectionId: only, collection: begun, after: begunAfter }: TreatmentRecord,
): Promise<Page | null> {
  let [collection, after] = [begun, begunAfter];
  for (;;) {
    const id = only ?? (collection === '' ? null : collectionId(tenant, collection));
    if (id !== null) {
      const documents = await places.next({ treatment, tenant, collectionId: id, after, limit: PAGE });
      if (documents.length > 0) return { collection, documents };
      if (only !== null) return null;
    }
    const [next] = await graph.read(collectionsListed(tenant, collection, 1));
    if (next === undefined) return null;
    [collection, after] = [next.name, ''];
  }
}

/** Which submission each of them came from. */
async function sequencesOf(graph: GraphStore, documents: readonly DocumentNode[]) {
  const found = await graph.read(appliedSubmissions(documents.map(({ id }) => id)));
  return new Map(found.map(({ documentId, sequence }) => [documentId, sequence]));
}

/** Whoever deletes, replaces or holds documents does so alone, so what is as it was here stays so until it is written. */
async function submitAlone(
  tools: SubmitTools,
  alone: Alone,
  { tenant, id }: TreatmentRecord,
  page: LookedAt & Page & { readonly shield: Shield | null; readonly applied: ReadonlyMap<string, number> },
): Promise<{ readonly jobId: string | null }> {
  const [node] = await alone.graph.read(treatmentById(tenant, id));
  const now = node === undefined ? undefined : toRecord(node);
  if (now?.state !== 'RUNNING' || now.page !== null) return { jobId: null };
  const { drafts, outcomes } = await stillWanted(alone.graph, tenant, page);
  const work = drafts.filter(({ isThere }) => !isThere);
  const job = openJob(tools, tenant, page.collection, { streamed: false });
  const jobId = work.length === 0 ? null : job.job.id;
  const next = putRecord({
    ...accounted(now, outcomes),
    ...{ collection: page.collection, after: page.until, problem: null },
    page: drafts.length === 0 ? null : { jobId, rows: drafts.map(toRow) },
  });
  if (jobId === null) await alone.graph.write([next]);
  else await job.add(toTriage(work, page), [next], alone);
  return { jobId };
}

function toRow({ from, version }: Draft) {
  return {
    from: from.id,
    to: version.documentId,
    was: from.versionHash ?? '',
    version: version.versionHash,
  };
}

function toTriage(
  drafts: readonly Draft[],
  { shield, applied }: { readonly shield: Shield | null; readonly applied: ReadonlyMap<string, number> },
): Parameters<OpenJob['add']>[0] {
  const accepted = drafts.map(({ from, version }, index) => ({
    ...{ index, documentId: version.documentId, outcome: 'CHANGED' as const },
    document:
      version.documentId === from.id
        ? { ...version, again: { sequence: applied.get(from.id) ?? 0, movedFrom: null } }
        : {
            ...version,
            before: { archiveId: null, createdAt: from.createdAt },
            // Whatever a caller sends under the new id is newer.
            again: { sequence: 0, movedFrom: { id: from.id, version: from.versionHash } },
          },
  }));
  return { accepted, shield };
}

/** Those that are as they were when they were looked at, and are not held since. */
async function stillWanted(
  graph: GraphStore,
  tenant: string,
  { verdicts, applied }: LookedAt & { readonly applied: ReadonlyMap<string, number> },
): Promise<{ readonly drafts: readonly Draft[]; readonly outcomes: Outcomes }> {
  const found = verdicts.flatMap((verdict) => (verdict.kind === 'TREAT' ? [verdict.draft] : []));
  const documents = await graph.read(
    documentsByIds(
      tenant,
      found.map(({ from }) => from.id),
    ),
  );
  const sequences = await sequencesOf(graph, documents);
  const held = await heldAmong(graph, tenant, documents);
  const present = new Map(documents.map((document) => [document.id, document]));
  const isAsBefore = ({ from }: Draft) =>
    present.get(from.id)?.versionHash === from.versionHash && sequences.get(from.id) === applied.get(from.id);
  const asBefore = found.filter(isAsBefore);
  const heldSince = asBefore.flatMap(({ from: { id } }) => {
    const hold = held.get(id);
    return hold === undefined ? [] : [{ documentId: id, hold: hold.name }];
  });
  // Deleted, or sent again: then the policy was asked.
  const gone = found.length - asBefore.length;
  return {
    drafts: asBefore.filter(({ from }) => !held.has(from.id)),
    outcomes: {
      treated: 0,
      unchanged: gone + verdicts.filter(({ kind }) => kind === 'UNCHANGED').length,
      held: [...verdicts.filter((verdict) => verdict.kind === 'HELD'), ...heldSince],
      failed: verdicts.flatMap((verdict) =>
        verdict.kind === 'FAILED'
          ? [{ documentId: verdict.documentId, code: verdict.problem.code, message: verdict.problem.message }]
          : [],
      ),
    },
  };
}
