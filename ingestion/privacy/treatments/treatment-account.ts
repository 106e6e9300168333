/** What became of documents in a treatment, added up. */

import type { UntreatedDocument } from '../../../model/privacy-treatment.ts';
import { mayNotReplace } from '../../retention/kept-versions.ts';
import type { TreatmentRecord } from './treatment-record.ts';

/** Documents that a treatment names; all are counted. */
const UNTREATED_MAX = 1_000;

export interface Outcomes {
  readonly treated: number;
  readonly unchanged: number;
  readonly held: readonly { readonly documentId: string; readonly hold: string }[];
  readonly failed: readonly {
    readonly documentId: string;
    readonly code: string;
    readonly message: string;
  }[];
}

export function accounted(record: TreatmentRecord, outcomes: Outcomes): TreatmentRecord {
  const named: readonly UntreatedDocument[] = [
    ...outcomes.held.map(({ documentId, hold }) => {
      const { code, message } = mayNotReplace(documentId, { name: hold });
      return { documentId, hold, code, message };
    }),
    ...outcomes.failed.map(({ documentId, code, message }) => ({ documentId, hold: null, code, message })),
  ];
  return {
    ...record,
    treated: record.treated + outcomes.treated,
    unchanged: record.unchanged + outcomes.unchanged,
    held: record.held + outcomes.held.length,
    failed: record.failed + outcomes.failed.length,
    untreated: [...record.untreated, ...named.slice(0, UNTREATED_MAX - record.untreated.length)],
  };
}
