/**
 * What a policy decides, as it is kept with what was sealed under it; and whether another one takes out as much. A policy
 * that takes out less would bring to light what only some may know.
 */

import {
  PERSONAL_DATA_KINDS,
  type PersonalDataAction,
  type PersonalDataPolicy,
} from '../../model/personal-data.ts';

export type Terms = Pick<PersonalDataPolicy, 'rules' | 'confidenceMin'>;

/** One text for the same terms, to be kept and compared. */
export function termsText({ rules, confidenceMin }: Terms): string {
  const ordered = Object.fromEntries(PERSONAL_DATA_KINDS.map((kind) => [kind, rules[kind]]));
  return JSON.stringify({ rules: ordered, confidenceMin });
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
    PERSONAL_DATA_KINDS.every((kind) => isAsStrict(now.rules[kind], before.rules[kind]))
  );
}

/** A kind that nobody knew of when the terms were written was kept. */
function isAsStrict(now: PersonalDataAction, before: PersonalDataAction = 'KEEP'): boolean {
  return now === before || now === 'REDACT' || before === 'KEEP';
}
