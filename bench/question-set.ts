/** A question set on disk: passages, questions with the passages that answer them, and, where given, triples. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BenchPassage {
  readonly id: string;
  /** Absent where a set is tried without. */
  readonly title?: string;
  readonly text: string;
}

export interface BenchQuestion {
  readonly id: string;
  readonly question: string;
  readonly gold: readonly string[];
}

export interface BenchTriples {
  readonly id: string;
  readonly entities: readonly string[];
  readonly triples: readonly (readonly [string, string, string])[];
}

export interface QuestionSet {
  readonly passages: readonly BenchPassage[];
  readonly questions: readonly BenchQuestion[];
  readonly triples: ReadonlyMap<string, BenchTriples>;
}

export function readQuestionSet(folder: string): QuestionSet {
  const triples = existsSync(join(folder, 'triples.jsonl'))
    ? readLines<BenchTriples>(join(folder, 'triples.jsonl'))
    : [];
  return {
    passages: readLines(join(folder, 'corpus.jsonl')),
    questions: readLines(join(folder, 'questions.jsonl')),
    triples: new Map(triples.map((entry) => [entry.id, entry])),
  };
}

function readLines<Line>(path: string): readonly Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}
