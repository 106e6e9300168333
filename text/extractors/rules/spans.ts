/** A name where it stands in a passage, on its way from being seen to being understood. */

import type { ResolutionReason } from '../../../model/knowledge.ts';

export interface Span {
  /** What is meant; the surface itself until a later step knows better. */
  readonly name: string;
  readonly type: string;
  /** Offsets of the surface in the passage, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly reason: ResolutionReason;
  /** A part of a longer name (`Saxony` in `Duke of Saxony`): an entity of its own, but no party to a sentence. */
  readonly isPart: boolean;
}

/** The span in reading order; of two that start together the longer one first. */
export function byPlace(left: Span, right: Span): number {
  return left.start - right.start || right.end - left.end;
}

/** Whether one of `others` covers all of `span`. */
export function isCovered(span: Span, others: readonly Span[]): boolean {
  return others.some(({ start, end }) => start <= span.start && span.end <= end);
}
