/**
 * People, by the capitals that the extractor reads names from, and by what is known of names: a list of them, the
 * titles and words that stand before one. A surname alone is whoever of that name the document names in full.
 */

import { createRequire } from 'node:module';
import type { Finding } from '../../../model/personal-data.ts';
import { FUNCTION_WORDS } from '../../extractors/rules/function-words.ts';
import { findNames } from '../../extractors/rules/names.ts';
import { typeOfName } from '../../extractors/rules/types.ts';

/** Some 200,000 given names and surnames of many languages. Required, so that the types of so many keys cost nothing. */
let known: Readonly<Record<string, unknown>> | null = null;

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*/gu;
const TITLES = new Set(
  'mr mrs ms miss mx dr prof professor sir madam lady lord dame rev father sister herr frau hr fr monsieur madame mme mlle m señor señora sr sra srta don doña signor signora sig dott dottoressa mevrouw meneer dhr mevr pan pani senhor senhora'.split(
    ' ',
  ),
);
/** In lists of names as well, and far more often something else. */
const NO_NAMES = new Set(
  'new neu bad alt ost la las el los san santa saint santo são sankt st north south east west northern southern eastern western central upper lower great grand united royal national international general federal european american british german french english spanish italian dutch chinese japanese indian russian african asian old big red blue green black white gold silver little long high low monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche spring summer autumn winter order invoice ticket case part model version release chapter section figure table page number data machine street road avenue river lake mount mountain park city bell apple amazon google microsoft oracle java python the this that data query language please dear hello hi thanks best kind regards contact customer client patient employee user name email phone address call meeting project team support sales service product systems system group bank hotel university college school hospital museum airport station bridge award prize world open day night time ship bill note subject re fw from to date'.split(
    ' ',
  ),
);
const CUE =
  /(?:\b(?:name|names|customer|client|patient|employee|applicant|contact|sender|recipient|tenant|insured|signed|attn|regards|sincerely|dear|kunde|kundin|patientin|mitarbeiter|mitarbeiterin|ansprechpartner|antragsteller|grüße|geehrter|geehrte|liebe|lieber|nom|bonjour|cher|chère|nombre|cliente|paciente|estimado|estimada|nome|gentile|caro|cara|naam|klant|beste|geachte|imię)\b)[^\p{L}\p{N}\n]{0,6}$/iu;
const CUE_CHARACTERS = 30;
const WORDS_MAX = 4;
const SURNAME_CHARS_MIN = 3;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One list a text; the texts belong to one document. */
export function findPersons(texts: readonly string[]): readonly (readonly Finding[])[] {
  const named = texts.map(personsNamed);
  const bySurname = surnamesOf(
    texts,
    named.flatMap((found, at) => found.map((finding) => ({ finding, at }))),
  );
  if (bySurname.size === 0) return named;
  return texts.map((text, at) => [...(named[at] ?? []), ...shortForms(text, named[at] ?? [], bySurname)]);
}

function personsNamed(text: string): readonly Finding[] {
  return findNames(text).flatMap(({ start, end, isPart }) =>
    isPart ? [] : (personIn(text, start, text.slice(start, end)) ?? []),
  );
}

/** The person in a run of capitalised words, which may begin or end with something else. */
function personIn(text: string, at: number, run: string): Finding | null {
  if (!['THING', 'PERSON'].includes(typeOfName(run))) return null;
  const words = [...run.matchAll(WORD)].map(({ 0: word, index }) => ({
    text: word.replace(/['’]s$/, ''),
    start: at + index,
    end: at + index + word.length,
  }));
  // `M.` inside a name is an initial.
  const title = words.findIndex(
    ({ text: word }, index) => isTitle(word) && (index === 0 || !isInitial(word)),
  );
  const rest = words.slice(title + 1);
  const isIntroduced = title >= 0 || isCued(text, rest[0]?.start ?? at);
  const first = isIntroduced ? 0 : firstOfName(rest);
  if (first < 0) return null;
  const person = nameFrom(rest.slice(first));
  const [head, last] = [person[0], person.at(-1)];
  if (head === undefined || last === undefined) return null;
  const confidence = confidenceOf(person, isIntroduced);
  if (confidence === 0) return null;
  return { kind: 'PERSON', start: head.start, end: last.start + last.text.length, confidence };
}

/** A given name that the list lacks may stand before a surname that it has, or before an initial. */
function firstOfName(words: readonly Word[]): number {
  const at = words.findIndex(({ text }, index) => isName(text) || (index > 0 && isInitial(text)));
  const before = words[at - 1]?.text ?? '';
  const mayBeGiven =
    before.length > 2 && !NO_NAMES.has(before.toLowerCase()) && !FUNCTION_WORDS.has(before.toLowerCase());
  return mayBeGiven ? at - 1 : at;
}

function isInitial(word: string): boolean {
  return /^\p{Lu}\.?$/u.test(word);
}

/** Up to the first word that is no part of a name. */
function nameFrom(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex(
    ({ text }) =>
      NO_NAMES.has(text.toLowerCase()) || /\p{N}/u.test(text) || (isTitle(text) && !isInitial(text)),
  );
  return (end < 0 ? words : words.slice(0, end)).slice(0, WORDS_MAX);
}

function confidenceOf(words: readonly Word[], isIntroduced: boolean): number {
  const names = words.filter(({ text }) => isName(text)).length;
  if (isIntroduced) return names > 0 ? 0.9 : 0.7;
  if (words.length < 2) return 0;
  if (words.some(({ text }) => FUNCTION_WORDS.has(text.toLowerCase()) && text.length > 3)) return 0;
  if (words.length > 2 && words.slice(1, -1).some(({ text }) => isInitial(text))) return 0.85;
  return names >= 2 ? 0.75 : names === 1 ? 0.6 : 0;
}

function isCued(text: string, at: number): boolean {
  return CUE.test(text.slice(Math.max(0, at - CUE_CHARACTERS), at));
}

function isTitle(word: string): boolean {
  return TITLES.has(word.toLowerCase().replace(/\.$/, ''));
}

function isName(word: string): boolean {
  known ??= createRequire(import.meta.url)('humannames') as Readonly<Record<string, unknown>>;
  if (word.length < 2 || NO_NAMES.has(word.toLowerCase())) return false;
  const capital = `${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`;
  return (
    Object.hasOwn(known, word) ||
    Object.hasOwn(known, capital) ||
    (word.includes('-') && word.split('-').every((part) => Object.hasOwn(known ?? {}, part)))
  );
}

/** Each surname with the one person who has it; those that several have are nobody's. */
function surnamesOf(
  texts: readonly string[],
  found: readonly { readonly finding: Finding; readonly at: number }[],
): ReadonlyMap<string, string> {
  const persons = new Map<string, Set<string>>();
  for (const { finding, at } of found) {
    const name = (texts[at] ?? '').slice(finding.start, finding.end);
    const words = name.split(/\s+/);
    const surname = words.at(-1) ?? '';
    if (words.length < 2 || surname.length < SURNAME_CHARS_MIN) continue;
    const others = persons.get(surname) ?? new Set();
    persons.set(surname, others.add(name));
  }
  return new Map(
    [...persons].map(([surname, names]) => [
      surname,
      names.size === 1 ? ([...names][0] ?? surname) : surname,
    ]),
  );
}

/** Surnames that stand alone. */
function shortForms(
  text: string,
  named: readonly Finding[],
  bySurname: ReadonlyMap<string, string>,
): readonly Finding[] {
  const taken = new Set(named.map(({ end }) => end));
  return [...text.matchAll(WORD)].flatMap(({ 0: match, index }) => {
    const word = match.replace(/['’]s$|[.'’-]+$/g, '');
    const means = bySurname.get(word);
    const end = index + word.length;
    return means === undefined || taken.has(end)
      ? []
      : [{ kind: 'PERSON' as const, start: index, end, confidence: 0.7, means }];
  });
}
