/** Values on their way to Bolt and back: JSON on this side, whole numbers and fractions apart on the other. */

import type { Record as BoltRecord } from 'neo4j-driver';
import { invariant } from '../../../platform/errors.ts';
import type { Row, Value } from '../graph-store.ts';
import { neo4j } from './driver.ts';

type Parameters = { readonly [name: string]: Value };

/** Parameters as the driver packs them; left alone, it would send every number as a fraction, which LIMIT refuses. */
export function toBoltParameters(parameters: Parameters): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, toBolt(value)]));
}

function toBolt(value: Value): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? neo4j().int(value) : value;
  // What is no valid text cannot travel as UTF-8; the embedded engine puts the same sign in its place.
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value === 'boolean') return value;
  if (isList(value)) return isMixedNumbers(value) ? value : value.map(toBolt);
  return toBoltParameters(value);
}

/** Lists in a property are of one kind: one fraction makes all of its numbers fractions. */
function isMixedNumbers(list: readonly Value[]): boolean {
  return list.every((item) => typeof item === 'number') && !list.every((item) => Number.isSafeInteger(item));
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function toRow(record: BoltRecord): Row {
  return Object.fromEntries(record.keys.map((key) => [String(key), toValue(record.get(key))]));
}

/** Whole numbers arrive as bigint, so that one beyond 2^53 comes as the nearest number and not as infinity. */
function toValue(value: unknown): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toValue);
  invariant(
    typeof value === 'object' && value?.constructor === Object,
    'a statement returns values, not nodes or dates',
  );
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toValue(item)]));
}
