/**
 * The detector that needs no model and no network: numbers that libraries check, and names, dates and addresses by how
 * they are written. It computes, so it runs where extraction does, in a worker thread.
 */

import { type Finding, withoutOverlap } from '../../model/personal-data.ts';
import type { PersonalDataDetector } from '../personal-data-detector.ts';
import { findAddresses } from './rules/addresses.ts';
import { findBirthDates } from './rules/birth-dates.ts';
import { findNationalIds } from './rules/national-ids.ts';
import { findCards, findEmails, findIbans, findIpAddresses, findUrlsWithUser } from './rules/numbers.ts';
import { findPersons } from './rules/persons.ts';
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
  findAddresses,
];

export function createRulesDetector(): PersonalDataDetector {
  return {
    name: 'rules-v1',
    detect: async (texts) => {
      const persons = findPersons(texts);
      return texts.map((text, at) =>
        withoutOverlap([...BY_FORM.flatMap((find) => find(text)), ...(persons[at] ?? [])]),
      );
    },
    close: async () => undefined,
  };
}
