/** Every label on a server, with what is indexed of it: those of the graph's shape, and the adapter's own. */

import { INDEXES } from '../statements/schema.ts';

/** Labels of the adapter itself. */
const OWN_INDEXES = {
  ...{ Revision: ['id'], Writer: ['id'], Migration: ['id'] },
  /** Of a graph with a standby. */
  ...{ GraphServer: ['id'], LoggedWrite: ['id', 'revision'], Recovery: ['id'] },
  /** Of the server. */
  Serving: ['id'],
} as const;

export const ALL_INDEXES: Readonly<Record<string, readonly string[]>> = { ...INDEXES, ...OWN_INDEXES };

/**
 * Labels of the server, and not of an installation on it: the same in every namespace, and left alone when one is dropped.
 * `Serving` tells which namespace is served, so it must be found before that is known.
 */
export const UNPLACED_LABELS: ReadonlySet<string> = new Set(['Serving']);

/** Those that every namespace has for itself. */
export const PLACED_LABELS: readonly string[] = Object.keys(ALL_INDEXES).filter(
  (label) => !UNPLACED_LABELS.has(label),
);
