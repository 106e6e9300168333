/** Nodes and edges as lines that are the same on every engine, and what is known of many by a count and a checksum. */

import { createHash, hash } from 'node:crypto';
import type { ContentKey } from '../../stores/content/content-store.ts';
import type { CarriedRelation, Properties } from '../../stores/graph/statements/transfer.ts';

export interface Summary {
  readonly count: number;
  /** The same for the same lines. */
  readonly checksum: string;
}

export interface Summing {
  add(line: string): void;
  end(): Summary;
}

/** A summary that is not finished, as it goes from one thread to another. */
export interface PartialSummary {
  readonly count: number;
  readonly sums: Uint32Array;
}

/** Of lines in any order, so that sums of some of them can be put together. */
export interface SummingAnyOrder extends Summing {
  addAll(some: PartialSummary): void;
  partial(): PartialSummary;
}

const WORDS = 8;

/**
 * The SHA-256 of each line, added up: the same in whatever order they come, since an engine has another one for what it
 * was given in the order of another engine.
 */
export function createSummary(): SummingAnyOrder {
  // Sums wrap around by themselves.
  const sums = new Uint32Array(WORDS);
  let count = 0;
  return {
    add: (line) => {
      const digest = hash('sha256', line, 'buffer');
      for (let at = 0; at < WORDS; at++) sums[at] = (sums[at] ?? 0) + digest.readUInt32BE(at * 4);
      count += 1;
    },
    addAll: (some) => {
      for (const [at, sum] of some.sums.entries()) sums[at] = (sums[at] ?? 0) + sum;
      count += some.count;
    },
    partial: () => ({ count, sums }),
    end: () => ({ count, checksum: [...sums].map((sum) => sum.toString(16).padStart(8, '0')).join('') }),
  };
}

/** The SHA-256 of all lines in the order of their ids, as sets of the first format have it. */
export function createOrderedSummary(): Summing {
  const sha256 = createHash('sha256');
  let count = 0;
  return {
    add: (line) => {
      sha256.update(`${line}\n`);
      count += 1;
    },
    end: () => ({ count, checksum: sha256.digest('hex') }),
  };
}

/** The same for equal properties, whatever order an engine keeps them in. */
export function canonical(properties: Properties): string {
  // The order of text by default is that of its code units, and asks nobody.
  const names = Object.keys(properties).toSorted();
  return JSON.stringify(names.map((name) => [name, properties[name]]));
}

export function edgeLine({ source, target, properties }: CarriedRelation): string {
  return `${source} ${target} ${canonical(properties)}`;
}

/** `found`: the hash of what is there, null where nothing is. */
export function contentLine({ tenant, hash }: ContentKey, found: string | null): string {
  return `${tenant} ${hash} ${found ?? 'not there'}`;
}
