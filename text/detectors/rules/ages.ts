/** Ages of people: a number, where the words around it say that somebody is so old. */

import type { Finding } from '../../../model/personal-data.ts';

const NUMBER = String.raw`(?<![\p{L}\p{N}.,/-])(?<age>1[0-2]\d|\d{1,2})`;
/** Behind the number. */
const OLD = [
  '[- ]?(?:years?|yrs?)[- ](?:old|of age)',
  String.raw`[- ]?y[/.]?o\b`,
  '[- ]?(?:Jahre alt|jährig)',
  ' ans? révolus',
  ' años de edad',
  ' anos de idade',
  ' anni di età',
  '[- ]?(?:jaar oud|jarige)',
  ' lat życia',
].join('|');
/** In front of it. */
const AGED = [
  'aged(?: about)?:? ',
  'at the age of ',
  String.raw`age(?: is| was| at \p{L}{2,12}| in years)?:? `,
  '(?:Alter|leeftijd|wiek|edad|età|idade|âge) ?:? ',
  'im Alter von ',
  "âgée?s? (?:de|d’|d') ?",
  "(?:w wieku|op de leeftijd van|a la edad de|all’età di|com a idade de|à l’âge de|à l'âge de) ",
].join('|');

const BEHIND = new RegExp(`${NUMBER}(?=(?:${OLD}))`, 'giu');
const BEFORE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${AGED})(?<age>1[0-2]\d|\d{1,2})(?![\p{N}%]|[.,/]\p{N})`,
  'giu',
);

export function findAges(text: string): readonly Finding[] {
  return [BEHIND, BEFORE].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: match, index, groups }): Finding => {
      const age = groups?.['age'] ?? match;
      const end = index + match.length;
      return { kind: 'AGE', start: end - age.length, end, confidence: 0.85 };
    }),
  );
}
