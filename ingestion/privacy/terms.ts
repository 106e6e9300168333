/**
 * What a policy decides, as it is kept with what was sealed under it; and whether another one takes out as much. A policy
 * that takes out less would bring to light what only some may know.
 */

import {
  DEFAULT_GENERALISATION,
  FORMER_GENERALISATION,
  type Generalisation,
  PERSONAL_DATA_KINDS,
  type PersonalDataAction,
  type PersonalDataKind,
  type PersonalDataPolicy,
  sameRules,
} from '../../model/personal-data.ts';

export type Terms = Pick<PersonalDataPolicy, 'rules' | 'confidenceMin' | 'generalisation'>;

/** The same for every kind. */
export function termsForAll(action: PersonalDataAction, confidenceMin: number): Terms {
  return { rules: sameRules(action), confidenceMin, generalisation: DEFAULT_GENERALISATION };
}

/** One text for the same terms, to be kept and compared. */
export function termsText({ rules, confidenceMin, generalisation }: Terms): string {
  const ordered = Object.fromEntries(PERSONAL_DATA_KINDS.map((kind) => [kind, rules[kind]]));
  return JSON.stringify({ rules: ordered, confidenceMin, generalisation });
}

export function readTerms(text: string): Terms {
  return JSON.parse(text) as Terms;
}

/**
 * Whether nothing is left of a text by `now` that is not left by `before` as well. Of pseudonyms and of less exact words
 * neither takes out as much as the other: the one tells who is the same, the other something of what they are.
 */
export function takesOutAsMuch(now: Terms, before: Terms): boolean {
  return (
    now.confidenceMin <= before.confidenceMin &&
    PERSONAL_DATA_KINDS.every(
      (kind) => isAsStrict(now.rules[kind], before.rules[kind]) && isAsCoarse(kind, now, before),
    )
  );
}

/** Of a kind that is said less exactly by both. */
function isAsCoarse(kind: PersonalDataKind, now: Terms, before: Terms): boolean {
  if (now.rules[kind] !== 'GENERALISE' || before.rules[kind] !== 'GENERALISE') return true;
  const [mine, theirs] = [now.generalisation, before.generalisation];
  switch (kind) {
    case 'DATE_OF_BIRTH':
      return mine.ageMax <= theirs.ageMax && (mine.birthDate === 'DECADE' || theirs.birthDate === 'YEAR');
    case 'AGE':
      return mine.ageMax <= theirs.ageMax && mine.ageBandYears % theirs.ageBandYears === 0;
    case 'ADDRESS':
      return saysNoMoreOf(mine.postcodeDigits, theirs.postcodeDigits);
    default:
      return true;
  }
}

/** With three digits nothing is said of a post code behind which few people live; with fewer, something is. */
function saysNoMoreOf(mine: number, theirs: number): boolean {
  return mine === 0 || (mine <= theirs && (mine === 3) === (theirs === 3));
}

/**
 * What is hashed into the version that is made under the terms. What decides nothing under them is left out, so that what
 * was made before it could be chosen is not taken to be made under others.
 */
export function decidingText(version: string, { rules, confidenceMin, generalisation }: Terms): string {
  const { AGE, ...others } = rules;
  const known = AGE === 'KEEP' ? others : rules;
  const isSaid = GENERALISED.some((kind) => rules[kind] === 'GENERALISE') && !isFormer(generalisation);
  return JSON.stringify([version, known, confidenceMin, ...(isSaid ? [generalisation] : [])]);
}

/** Kinds that the generalisation decides about. */
const GENERALISED: readonly PersonalDataKind[] = ['DATE_OF_BIRTH', 'AGE', 'ADDRESS'];

function isFormer(generalisation: Generalisation): boolean {
  const keys = Object.keys(FORMER_GENERALISATION) as (keyof Generalisation)[];
  return keys.every((key) => generalisation[key] === FORMER_GENERALISATION[key]);
}

/** The terms as a version of Trellis had them that knew neither of ages nor of how exactly something is said. */
export function formerTerms(terms: Terms): Terms {
  return { ...terms, rules: { ...terms.rules, AGE: 'KEEP' }, generalisation: FORMER_GENERALISATION };
}

/** A kind that nobody knew of when the terms were written was kept. */
function isAsStrict(now: PersonalDataAction, before: PersonalDataAction = 'KEEP'): boolean {
  return now === before || now === 'REDACT' || before === 'KEEP';
}
