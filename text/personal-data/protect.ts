/** Texts of one document as its collection's rules want them: with pseudonyms, or less exact words, or none. */

import { generalised, redacted } from '../../model/generalise.ts';
import {
  type Finding,
  type Generalisation,
  type PersonalDataKind,
  type PersonalDataRules,
  withoutOverlap,
} from '../../model/personal-data.ts';
import type { PersonalDataDetector } from '../personal-data-detector.ts';
import { pseudonymOf, pseudonymPattern } from '../pseudonyms.ts';
import { type Replaced, replaceFindings } from './replace.ts';

/** What is done, and with which key. It travels to worker threads. */
export interface Protection {
  readonly rules: PersonalDataRules;
  /** Findings that are less sure are left as they are. */
  readonly confidenceMin: number;
  readonly generalisation: Generalisation;
  /** In which it is done: ages go by it. */
  readonly asOfYear: number;
  /** Of the tenant, for pseudonyms alone. */
  readonly pseudonymKey: Uint8Array;
}

/** What stands behind a pseudonym. */
export interface Revealed {
  readonly kind: PersonalDataKind;
  readonly value: string;
}

export interface ProtectedTexts {
  /** In the order given. */
  readonly texts: readonly Replaced[];
  /** By pseudonym. */
  readonly pseudonyms: ReadonlyMap<string, Revealed>;
}

/** `persons` are names that somebody said to be people's: they are found wherever they stand, whatever a detector says. */
export async function protectTexts(
  detector: PersonalDataDetector,
  { rules, confidenceMin, generalisation, asOfYear, pseudonymKey }: Protection,
  texts: readonly string[],
  persons: readonly string[] = [],
): Promise<ProtectedTexts> {
  const detected = await detector.detect(texts);
  const named = namedIn(persons);
  const found = texts.map((text, at) => withoutOverlap([...named(text), ...(detected[at] ?? [])]));
  const pseudonyms = new Map<string, Revealed>();
  const wordsFor = (text: string) => (finding: Finding) => {
    const { kind, start, end, means } = finding;
    const surface = text.slice(start, end);
    switch (rules[kind]) {
      case 'PSEUDONYMISE': {
        const value = means ?? surface;
        const pseudonym = pseudonymOf(pseudonymKey, kind, value);
        pseudonyms.set(pseudonym, { kind, value });
        return pseudonym;
      }
      case 'GENERALISE':
        return generalised(kind, surface, { ...generalisation, asOfYear });
      case 'REDACT':
        return redacted(kind);
      case 'KEEP':
        return surface;
    }
  };
  return {
    texts: texts.map((text, at) => {
      const taken = pseudonymsIn(text);
      const meant = (found[at] ?? []).filter(
        ({ kind, confidence, start, end }) =>
          rules[kind] !== 'KEEP' &&
          confidence >= confidenceMin &&
          !taken.some((span) => span.start < end && start < span.end),
      );
      return replaceFindings(text, meant, wordsFor(text));
    }),
    pseudonyms,
  };
}

function namedIn(persons: readonly string[]): (text: string) => readonly Finding[] {
  if (persons.length === 0) return () => [];
  const longestFirst = [...new Set(persons)].toSorted((left, right) => right.length - left.length);
  const names = longestFirst.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${names})(?![\\p{L}\\p{N}])`, 'gu');
  return (text) =>
    [...text.matchAll(pattern)].map(({ 0: match, index }) => ({
      kind: 'PERSON',
      start: index,
      end: index + match.length,
      confidence: 1,
    }));
}

/** What is protected already stays as it is. */
function pseudonymsIn(text: string) {
  return [...text.matchAll(pseudonymPattern())].map(({ 0: match, index }) => ({
    start: index,
    end: index + match.length,
  }));
}
