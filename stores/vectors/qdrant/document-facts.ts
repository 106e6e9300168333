/**
 * A document as filters see it. Keys of metadata may be any text and without number, which no index of Qdrant takes
 * by name; so each value becomes a token or a number under a hash of its path, and a handful of indexes serve all.
 */

import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../model/documents.ts';
import type { IndexedDocument } from '../indexed.ts';
import { orderedBlocks } from './text-order.ts';

/** On a document and on each of its chunks. */
export interface DocumentFacts {
  readonly mediaType: string;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
  /** What is there and what it equals. */
  readonly facts: readonly string[];
  /** What it compares as. */
  readonly ordered: readonly OrderedFact[];
}

/** A number, or one block of a text, under a hash of its path and of what comes before it. */
export interface OrderedFact {
  readonly under: string;
  readonly value: number;
}

/** On every chunk whose document is known: a filter never lets one through whose document is not. */
export const KNOWN = 'known';

export function documentFacts({ mediaType, updatedAt, metadata }: IndexedDocument): DocumentFacts {
  const leaves = leavesOf(metadata, []);
  return {
    mediaType,
    updatedAt: new Date(updatedAt).toISOString(),
    facts: [
      KNOWN,
      ...new Set(
        leaves.flatMap(({ path, values }) => [
          presence(path),
          ...values.map((value) => equality(path, value)),
        ]),
      ),
    ],
    ordered: leaves.flatMap(({ path, values }) => values.flatMap((value) => orderedFacts(path, value))),
  };
}

/** Says that there is a value which is not null. `path` is the key of a condition. */
export function presence(path: string): string {
  return hashed(['present', path]);
}

export function equality(path: string, value: string | number | boolean): string {
  return hashed(['equals', path, typeof value, String(value)]);
}

/** Where the numbers of a path are ordered. */
export function numberOrder(path: string): string {
  return hashed(['number', path]);
}

/** Where the texts of a path are ordered that begin with these bytes. */
export function textOrder(path: string, before: string): string {
  return hashed(['text', path, before]);
}

function orderedFacts(path: string, value: string | number | boolean): readonly OrderedFact[] {
  switch (typeof value) {
    case 'boolean':
      return [];
    case 'number':
      return [{ under: numberOrder(path), value }];
    default:
      return orderedBlocks(value).map(({ before, block }) => ({
        under: textOrder(path, before),
        value: block,
      }));
  }
}

interface Leaf {
  /** As a condition names it: keys joined by dots. */
  readonly path: string;
  /** The value itself, or the elements of a list; none for an object. */
  readonly values: readonly (string | number | boolean)[];
}

/** Everything that is not null, objects included. A key with a dot in it is out of every condition's reach. */
function leavesOf(object: JsonObject, above: readonly string[]): readonly Leaf[] {
  return Object.entries(object)
    .filter(([key, value]) => value !== null && value !== undefined && !key.includes('.'))
    .flatMap(([key, value]) => {
      const keys = [...above, key];
      const path = keys.join('.');
      return isObject(value)
        ? [{ path, values: [] }, ...leavesOf(value, keys)]
        : [{ path, values: [value].flat().filter(isScalar) }];
    });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: Json): value is string | number | boolean {
  return typeof value !== 'object';
}

function hashed(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
