/** What happens in each cycle, by chance that depends on the seed and the cycle alone: a run can be continued, or had again. */

import { hash } from 'node:crypto';

export const FAULTS = [
  'none',
  'target away',
  'target breaks off',
  'disk full',
  'process killed',
  'graph engine killed',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Of each backup that is due; the last is never disturbed. */
export const TRIES = 4;

export interface CyclePlan {
  readonly fault: Fault;
  /** Tries that the fault strikes: the first so many. */
  readonly faultyTries: number;
  /** When the process was killed: hours for which nothing runs, so that more backups fall due. */
  readonly hoursDown: number;
  readonly changes: Changes;
}

export interface Changes {
  /** Documents that come, and of those that are there the ones that change or go, by their place. */
  readonly added: number;
  readonly replaced: readonly number[];
  readonly removed: readonly number[];
}

export interface Chances {
  /** From 0 up to 1, another for each purpose. */
  of(purpose: string): number;
  /** A whole number below `end`. */
  below(end: number, purpose: string): number;
}

export function chancesOf(seed: string, cycle: number): Chances {
  const of = (purpose: string) =>
    Number.parseInt(hash('sha256', `${seed} ${cycle} ${purpose}`, 'hex').slice(0, 8), 16) / 2 ** 32;
  return { of, below: (end, purpose) => Math.floor(of(purpose) * end) };
}

const LONGEST_DOWN_HOURS = 30;
const ADDED_MAX = 4;
/** Documents are added up to here and removed down to here. */
const DOCUMENTS = { min: 20, max: 60 };

export function planCycle(cycle: number, chances: Chances, documents: number): CyclePlan {
  const fault = FAULTS[cycle % FAULTS.length] ?? 'none';
  const isDown = fault === 'process killed' && chances.of('down') < 0.5;
  const places = (count: number, purpose: string) =>
    Array.from({ length: Math.min(count, documents) }, (_, at) =>
      chances.below(documents, `${purpose} ${at}`),
    );
  return {
    fault,
    faultyTries: fault === 'none' ? 0 : 1 + chances.below(TRIES - 1, 'tries'),
    hoursDown: isDown ? 1 + chances.below(LONGEST_DOWN_HOURS, 'hours') : 0,
    changes: {
      added:
        documents < DOCUMENTS.min
          ? DOCUMENTS.min - documents
          : documents > DOCUMENTS.max
            ? 0
            : chances.below(ADDED_MAX + 1, 'added'),
      replaced: places(chances.below(3, 'replace'), 'replaced'),
      removed: documents < DOCUMENTS.min ? [] : places(chances.below(4, 'remove'), 'removed'),
    },
  };
}
