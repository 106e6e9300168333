/** Reading the columns of a row as what they are. */

import type { Row } from '../graph-store.ts';

export function textOf(value: Row[string] | undefined): string {
  return String(value ?? '');
}

export function textOrNull(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

export function numberOrNull(value: Row[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

export function textsOf(value: Row[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
