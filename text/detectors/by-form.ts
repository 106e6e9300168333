/** What shows itself by its form: everything but names of people. */

import type { Finding } from '../../model/personal-data.ts';
import { findAddresses } from './rules/addresses.ts';
import { findAges } from './rules/ages.ts';
import { findBirthDates } from './rules/birth-dates.ts';
import { findNationalIds } from './rules/national-ids.ts';
import { findCards, findEmails, findIbans, findIpAddresses, findUrlsWithUser } from './rules/numbers.ts';
import { findPhones } from './rules/phones.ts';

const BY_FORM: readonly ((text: string) => readonly Finding[])[] = [
  findUrlsWithUser,
  findEmails,
  findIbans,
  findCards,
  findIpAddresses,
  findNationalIds,
  findPhones,
  findBirthDates,
  findAges,
  findAddresses,
];

/** Findings may overlap. */
export function findByForm(text: string): readonly Finding[] {
  return BY_FORM.flatMap((find) => find(text));
}
