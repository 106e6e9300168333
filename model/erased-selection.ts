/**
 * What an erasure by metadata was asked for, as it is kept: in hashes, so that a restore finds again what it is for, and
 * nobody reads in it whose that was.
 */

import type { Json, JsonObject } from './documents.ts';
import { collectionId, stableId } from './ids.ts';
import type { DocumentSelection, ErasedSelection } from './retention.ts';

export function toErasedSelection(
  tenant: string,
  { collection, metadata }: DocumentSelection,
): ErasedSelection {
  return {
    collectionId: collection === null ? null : collectionId(tenant, collection),
    conditions: metadata.map(({ key, in: texts }) =>
      [...new Set(texts)].map((text) => markOf(tenant, key, text)),
    ),
  };
}

/** Of everything that a condition on this metadata may ask for. */
export function marksOf(tenant: string, metadata: JsonObject): ReadonlySet<string> {
  return new Set(textsIn(metadata, []).map(([key, text]) => markOf(tenant, key, text)));
}

/** Whether the selection that these are of takes the document in; `marks` is of its metadata. */
export function wasSelected(
  { collectionId: only, conditions }: ErasedSelection,
  document: { readonly collectionId: string; readonly marks: ReadonlySet<string> },
): boolean {
  if (only !== null && only !== document.collectionId) return false;
  return conditions.every((one) => one.some((mark) => document.marks.has(mark)));
}

function markOf(tenant: string, key: string, text: string): string {
  return stableId('met', tenant, key, text);
}

/** Dotted paths, each with a text that is found there. */
function textsIn(object: JsonObject, path: readonly string[]): readonly (readonly [string, string])[] {
  return Object.entries(object).flatMap(([name, value]: [string, Json]) => {
    // No path leads to it.
    if (name.includes('.')) return [];
    const here = [...path, name];
    const texts = (Array.isArray(value) ? value : [value]).flatMap((one) =>
      one === null ? [] : [[here.join('.'), String(one)] as const],
    );
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? [...texts, ...textsIn(value as JsonObject, here)] : texts;
  });
}
