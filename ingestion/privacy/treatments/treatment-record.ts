/** A treatment as the graph keeps it: with where it is, so that whoever leads next goes on there. */

import type { PrivacyTreatment, TreatmentState } from '../../../model/privacy-treatment.ts';
import {
  putTreatment,
  type TreatmentNode,
  treatmentById,
} from '../../../stores/graph/statements/privacy-treatments.ts';
import type { Alone } from '../../exclusive.ts';

/** One document of a page under way. */
export interface TreatedRow {
  readonly from: string;
  /** Another id where the old one is a hash of what was in it. */
  readonly to: string;
  /** Version that is replaced, and the one that takes its place. */
  readonly was: string;
  readonly version: string;
}

export interface TreatmentRecord extends Omit<PrivacyTreatment, 'jobId'> {
  /** Whether whoever asked could learn what is sealed when they asked: a policy that wants less gives it back. */
  readonly mayOpen: boolean;
  /** Behind the last document that was looked at: name of its collection, and its id; both empty at the beginning. */
  readonly collection: string;
  readonly after: string;
  /** What was submitted and not accounted for yet; a null job for nothing but ids that change. */
  readonly page: { readonly jobId: string | null; readonly rows: readonly TreatedRow[] } | null;
}

export function toRecord({ id, tenant, state, requestedAt, report }: TreatmentNode): TreatmentRecord {
  const rest = JSON.parse(report) as Omit<TreatmentRecord, 'id' | 'tenant' | 'state' | 'requestedAt'>;
  return { ...rest, id, tenant, state: state as TreatmentState, requestedAt };
}

export function putRecord({ id, tenant, state, requestedAt, ...report }: TreatmentRecord) {
  return putTreatment({ id, tenant, state, requestedAt, report: JSON.stringify(report) });
}

export function toTreatment({
  mayOpen: _,
  collection,
  after,
  page,
  ...treatment
}: TreatmentRecord): PrivacyTreatment {
  const { documents, treated, unchanged, held, failed } = treatment;
  // Documents come while it runs.
  const seen = treated + unchanged + held + failed;
  return { ...treatment, documents: Math.max(documents, seen), jobId: page?.jobId ?? null };
}

/** Changes what is there now, for whoever has the index alone; undefined where it is gone. */
export async function changeRecord(
  { graph }: Pick<Alone, 'graph'>,
  { tenant, id }: Pick<TreatmentRecord, 'tenant' | 'id'>,
  change: (now: TreatmentRecord) => TreatmentRecord,
): Promise<TreatmentRecord | undefined> {
  const [node] = await graph.read(treatmentById(tenant, id));
  if (node === undefined) return undefined;
  const changed = change(toRecord(node));
  await graph.write([putRecord(changed)]);
  return changed;
}
