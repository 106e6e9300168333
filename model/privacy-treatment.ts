/** Documents that were there before a privacy policy, and become what it wants: how far that is, and what stays as it is. */

/**
 * `RUNNING`: page by page. `CANCELLING`: the page under way is brought to an end first. `SUCCEEDED`: every document is
 * as its policy wanted it when its turn came. `PARTIAL`: legal holds keep some as they are, or some failed.
 */
export type TreatmentState = 'RUNNING' | 'CANCELLING' | 'SUCCEEDED' | 'PARTIAL' | 'CANCELLED';

/** A document that stays as it is, and why. */
export interface UntreatedDocument {
  readonly documentId: string;
  /** Name of the legal hold that keeps it; null where it failed. */
  readonly hold: string | null;
  readonly code: string;
  readonly message: string;
}

export interface PrivacyTreatment {
  readonly id: string;
  readonly tenant: string;
  /** Null for every collection of the tenant. */
  readonly collectionId: string | null;
  readonly state: TreatmentState;
  /** How many documents there were when it began. */
  readonly documents: number;
  readonly treated: number;
  /** Those that were as the policy wants them, or were sent again or deleted meanwhile. */
  readonly unchanged: number;
  readonly held: number;
  readonly failed: number;
  /** Of those that are held or failed, the first. */
  readonly untreated: readonly UntreatedDocument[];
  /** Of the page under way. */
  readonly jobId: string | null;
  /** Why it does not go on now. */
  readonly problem: string | null;
  /** RFC 3339. */
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly finishedAt: string | null;
}

export function isOver({ state }: Pick<PrivacyTreatment, 'state'>): boolean {
  return state !== 'RUNNING' && state !== 'CANCELLING';
}
