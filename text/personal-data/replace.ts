/** A text with other words in the place of findings, and where everything else has moved. */

import type { Finding } from '../../model/personal-data.ts';

export interface Replaced {
  readonly text: string;
  /** From an offset in the old text to one in the new; what lay inside a finding lies behind what stands there now. */
  moved(offset: number): number;
}

/** The findings are in reading order and do not overlap. */
export function replaceFindings(
  text: string,
  findings: readonly Finding[],
  wordsFor: (finding: Finding) => string,
): Replaced {
  const starts: number[] = [];
  const ends: number[] = [];
  const shifts: number[] = [];
  let [out, last] = ['', 0];
  for (const finding of findings) {
    out += text.slice(last, finding.start) + wordsFor(finding);
    last = finding.end;
    starts.push(finding.start);
    ends.push(finding.end);
    shifts.push(out.length - finding.end);
  }
  return {
    text: out + text.slice(last),
    moved: (offset) => {
      const at = lastBefore(starts, offset);
      if (at < 0) return offset;
      return Math.max(offset, ends[at] ?? 0) + (shifts[at] ?? 0);
    },
  };
}

/** Index of the last start that is less than `offset`; -1 for none. */
function lastBefore(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
