/** How well a detector finds what is labelled, kind by kind. */

import { type Finding, PERSONAL_DATA_KINDS, type PersonalDataKind } from '../../model/personal-data.ts';
import type { PersonalDataDetector } from '../../text/personal-data-detector.ts';
import type { Label, LabelledText } from './labelled.ts';

export interface Score {
  readonly kind: PersonalDataKind;
  readonly labels: number;
  readonly found: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A finding is right when it is of the label's kind and shares at least half of what the two cover together. */
const SHARE_MIN = 0.5;
const TEXTS_AT_ONCE = 50;

export interface Miss {
  readonly text: string;
  readonly kind: PersonalDataKind;
  readonly surface: string;
  readonly why: 'missed' | 'wrong';
}

export async function score(
  detector: PersonalDataDetector,
  set: readonly LabelledText[],
): Promise<{ readonly scores: readonly Score[]; readonly misses: readonly Miss[] }> {
  const found: (readonly Finding[])[] = [];
  // Each text is a document of its own.
  for (let at = 0; at < set.length; at += TEXTS_AT_ONCE) {
    const texts = set.slice(at, at + TEXTS_AT_ONCE);
    found.push(
      ...(await Promise.all(texts.map(async ({ text }) => (await detector.detect([text]))[0] ?? []))),
    );
  }
  const misses: Miss[] = [];
  const counts = new Map(PERSONAL_DATA_KINDS.map((kind) => [kind, { labels: 0, found: 0, right: 0 }]));
  set.forEach(({ text, labels }, at) => {
    const findings = found[at] ?? [];
    for (const label of labels) {
      const count = counts.get(label.kind);
      const isFound = findings.some((finding) => isSame(finding, label));
      if (count !== undefined) {
        count.labels += 1;
        count.right += isFound ? 1 : 0;
      }
      if (!isFound)
        misses.push({ text, kind: label.kind, surface: text.slice(label.start, label.end), why: 'missed' });
    }
    for (const finding of findings) {
      const count = counts.get(finding.kind);
      if (count !== undefined) count.found += 1;
      if (!labels.some((label) => isSame(finding, label)))
        misses.push({
          text,
          kind: finding.kind,
          surface: text.slice(finding.start, finding.end),
          why: 'wrong',
        });
    }
  });
  const scores = [...counts].map(([kind, count]) => {
    const precision = count.found === 0 ? 1 : count.right / count.found;
    const recall = count.labels === 0 ? 1 : count.right / count.labels;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { kind, labels: count.labels, found: count.found, precision, recall, f1 };
  });
  return { scores, misses };
}

function isSame(finding: Finding, label: Label): boolean {
  if (finding.kind !== label.kind) return false;
  const shared = Math.min(finding.end, label.end) - Math.max(finding.start, label.start);
  const together = Math.max(finding.end, label.end) - Math.min(finding.start, label.start);
  return shared / together >= SHARE_MIN;
}
