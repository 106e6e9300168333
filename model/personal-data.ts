/** Personal data in texts: of which kinds, where it stands, and what is done with it. */

export const PERSONAL_DATA_KINDS = [
  'PERSON',
  'ADDRESS',
  'EMAIL',
  'PHONE',
  'DATE_OF_BIRTH',
  'NATIONAL_ID',
  'IBAN',
  'CREDIT_CARD',
  'IP_ADDRESS',
  'URL_WITH_USER',
  'AGE',
] as const;

export type PersonalDataKind = (typeof PERSONAL_DATA_KINDS)[number];

/** Personal data where it stands: `text.slice(start, end)`, offsets in UTF-16 code units. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: PersonalDataKind;
  /** From 0 to 1. A checked number is all but sure, a name by its capitals is a guess. */
  readonly confidence: number;
  /** What is meant where that is more than what stands there: the whole name behind a surname. */
  readonly means?: string;
}

/**
 * Findings that do not overlap, in reading order: of two that do, the surer one stays, of equally sure ones the longer.
 */
export function withoutOverlap(findings: readonly Finding[]): readonly Finding[] {
  const bySureness = findings.toSorted(
    (left, right) =>
      right.confidence - left.confidence ||
      right.end - right.start - (left.end - left.start) ||
      left.start - right.start,
  );
  const kept: Finding[] = [];
  for (const finding of bySureness) insertApart(kept, finding);
  return kept;
}

/** Keeps `kept` in reading order; what overlaps one of its neighbours is left out. */
function insertApart(kept: Finding[], finding: Finding): void {
  let [low, high] = [0, kept.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((kept[middle]?.start ?? 0) < finding.start) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [kept[low - 1], kept[low]];
  if (before !== undefined && before.end > finding.start) return;
  if (after !== undefined && after.start < finding.end) return;
  kept.splice(low, 0, finding);
}

/** What becomes of personal data of one kind before anything is stored for search. */
export const PERSONAL_DATA_ACTIONS = ['KEEP', 'PSEUDONYMISE', 'GENERALISE', 'REDACT'] as const;
export type PersonalDataAction = (typeof PERSONAL_DATA_ACTIONS)[number];

/** How exactly that is said which is said less exactly. */
export interface Generalisation {
  /** Of a date of birth: its year, or its decade. */
  readonly birthDate: 'YEAR' | 'DECADE';
  /** Of an age: years that it is said to lie within, from a multiple of them on. */
  readonly ageBandYears: number;
  /** Who is older is told from nobody who is older: neither by age nor by the year of birth. */
  readonly ageMax: number;
  /** Of a post code: how many digits are said; none says nothing of the address. */
  readonly postcodeDigits: number;
}

/** As the Safe Harbor of HIPAA has it (45 CFR 164.514(b)(2)), with a digit less of post codes. */
export const DEFAULT_GENERALISATION: Generalisation = {
  ...{ birthDate: 'YEAR', ageBandYears: 10, ageMax: 89, postcodeDigits: 2 },
};
/** Older than anybody. */
export const AGE_LIMIT = 150;
/** What policies said that were set before any of it could be chosen. */
export const FORMER_GENERALISATION: Generalisation = { ...DEFAULT_GENERALISATION, ageMax: AGE_LIMIT };

export type PersonalDataRules = Readonly<Record<PersonalDataKind, PersonalDataAction>>;

/** What a tenant has decided for one of its collections, or for all that have no decision of their own. */
export interface PersonalDataPolicy {
  readonly id: string;
  readonly tenant: string;
  /** Null for every collection without one of its own. */
  readonly collectionId: string | null;
  readonly rules: PersonalDataRules;
  /** Findings that are less sure than this are left as they are. */
  readonly confidenceMin: number;
  readonly generalisation: Generalisation;
  /** RFC 3339. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export function sameRules(action: PersonalDataAction): PersonalDataRules {
  return Object.fromEntries(PERSONAL_DATA_KINDS.map((kind) => [kind, action])) as PersonalDataRules;
}

/** Whether nothing is done to anything. */
export function keepsAll(rules: PersonalDataRules): boolean {
  return Object.values(rules).every((action) => action === 'KEEP');
}

/** Of a policy that says nothing of it: names by their capitals alone are above, numbers that may be dialled as well. */
export const CONFIDENCE_MIN = 0.5;
