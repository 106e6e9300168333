/**
 * The detector that needs no model and no network: numbers that libraries check, and names, dates and addresses by how
 * they are written. It computes, so it runs where extraction does, in a worker thread.
 */

import { withoutOverlap } from '../../model/personal-data.ts';
import type { PersonalDataDetector } from '../personal-data-detector.ts';
import { findByForm } from './by-form.ts';
import { findPersons } from './rules/persons.ts';

export function createRulesDetector(): PersonalDataDetector {
  return {
    name: 'rules-v1',
    detect: async (texts) => {
      const persons = findPersons(texts);
      return texts.map((text, at) => withoutOverlap([...findByForm(text), ...(persons[at] ?? [])]));
    },
    close: async () => undefined,
  };
}
