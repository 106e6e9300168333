/** Numbers that states give to people. Those that any number could be count only where a word says what they are. */

import { stdnum } from 'stdnum';
import type { Finding } from '../../../model/personal-data.ts';
import { invariant } from '../../../platform/errors.ts';

interface NationalId {
  readonly pattern: RegExp;
  readonly isValid: (surface: string) => boolean;
  /** What has to stand shortly before it; null where its form says enough. */
  readonly cue: RegExp | null;
}

/** Between the word and the number, in characters. */
const CUE_CHARACTERS = 40;

const SSN_CUE = /\b(?:SSN|social security)\b/i;
const TAX_CUE =
  /(?:Steuer-?ID|IdNr|Steuer-?Identifikationsnummer|Identifikationsnummer|steuerliche ID|tax\s?(?:payer)? ?(?:id|ID|number|identification))/i;
const BSN_CUE = /\b(?:BSN|burgerservicenummer|sofinummer)\b/i;
const PESEL_CUE = /\bPESEL\b/i;

const IDS: readonly NationalId[] = [
  { pattern: whole(String.raw`\d{3}-\d{2}-\d{4}`), isValid: isNumberOf('US', 'ssn'), cue: null },
  { pattern: whole(String.raw`\d{3} ?\d{2} ?\d{4}`), isValid: isNumberOf('US', 'ssn'), cue: SSN_CUE },
  { pattern: whole(String.raw`\d{2} \d{3} \d{3} \d{3}`), isValid: isNumberOf('DE', 'idnr'), cue: null },
  { pattern: whole(String.raw`\d{11}`), isValid: isNumberOf('DE', 'idnr'), cue: TAX_CUE },
  {
    pattern: whole(String.raw`[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]`),
    isValid: isNumberOf('GB', 'nino'),
    cue: null,
  },
  { pattern: whole(String.raw`\d{8}-?[A-Z]`), isValid: isNumberOf('ES', 'dni'), cue: null },
  { pattern: whole(String.raw`[XYZ]-?\d{7}-?[A-Z]`), isValid: isNumberOf('ES', 'nie'), cue: null },
  {
    pattern: whole(String.raw`[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]`),
    isValid: isNumberOf('IT', 'codicefiscale'),
    cue: null,
  },
  {
    pattern: whole(String.raw`[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}`),
    isValid: isNumberOf('FR', 'nir'),
    cue: null,
  },
  { pattern: whole(String.raw`\d{9}`), isValid: isNumberOf('NL', 'bsn'), cue: BSN_CUE },
  { pattern: whole(String.raw`\d{11}`), isValid: isNumberOf('PL', 'pesel'), cue: PESEL_CUE },
  {
    pattern: whole(String.raw`(?:\d{2})?\d{6}[-+]\d{4}`),
    isValid: isNumberOf('SE', 'personnummer'),
    cue: null,
  },
  {
    pattern: whole(String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`),
    isValid: isNumberOf('BR', 'cpf'),
    cue: null,
  },
  { pattern: whole(String.raw`756\.\d{4}\.\d{4}\.\d{2}`), isValid: isNumberOf('CH', 'ssn'), cue: null },
  {
    pattern: whole(String.raw`\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}`),
    isValid: isNumberOf('BE', 'nn'),
    cue: null,
  },
];

export function findNationalIds(text: string): readonly Finding[] {
  return IDS.flatMap(({ pattern, isValid, cue }) =>
    [...text.matchAll(pattern)]
      .filter(
        ({ 0: match, index }) =>
          (cue === null || cue.test(text.slice(Math.max(0, index - CUE_CHARACTERS), index))) &&
          isValid(match),
      )
      .map(({ 0: match, index }) => ({
        kind: 'NATIONAL_ID' as const,
        start: index,
        end: index + match.length,
        confidence: cue === null ? 0.96 : 0.97,
      })),
  );
}

function whole(pattern: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}.+-])${pattern}(?![\p{L}\p{N}]|[-.]\d)`, 'gu');
}

/** A check by the library, of a country by its code and of a number by the name that it has there. */
export function isNumberOf(country: string, name: string): (surface: string) => boolean {
  const validator = stdnum[country]?.[name];
  invariant(validator, `stdnum knows ${name} of ${country}`);
  return (surface) => validator.validate(surface).isValid;
}
