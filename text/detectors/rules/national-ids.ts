/**
 * Numbers that states give to people. Those that any number could be count only where a word says what they are. The
 * library is loaded by country: the whole of it takes a tenth of a second of every start.
 */

import type { Validator } from 'stdnum';
import * as be from 'stdnum/lib/cjs/be/index.js';
import * as br from 'stdnum/lib/cjs/br/index.js';
import * as ch from 'stdnum/lib/cjs/ch/index.js';
import * as de from 'stdnum/lib/cjs/de/index.js';
import * as es from 'stdnum/lib/cjs/es/index.js';
import * as fr from 'stdnum/lib/cjs/fr/index.js';
import * as gb from 'stdnum/lib/cjs/gb/index.js';
import * as it from 'stdnum/lib/cjs/it/index.js';
import * as nl from 'stdnum/lib/cjs/nl/index.js';
import * as pl from 'stdnum/lib/cjs/pl/index.js';
import * as se from 'stdnum/lib/cjs/se/index.js';
import * as us from 'stdnum/lib/cjs/us/index.js';
import type { Finding } from '../../../model/personal-data.ts';

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
  { pattern: whole(String.raw`\d{3}-\d{2}-\d{4}`), isValid: isNumberOf(us.ssn), cue: null },
  { pattern: whole(String.raw`\d{3} ?\d{2} ?\d{4}`), isValid: isNumberOf(us.ssn), cue: SSN_CUE },
  { pattern: whole(String.raw`\d{2} \d{3} \d{3} \d{3}`), isValid: isNumberOf(de.idnr), cue: null },
  { pattern: whole(String.raw`\d{11}`), isValid: isNumberOf(de.idnr), cue: TAX_CUE },
  {
    pattern: whole(String.raw`[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]`),
    isValid: isNumberOf(gb.nino),
    cue: null,
  },
  { pattern: whole(String.raw`\d{8}-?[A-Z]`), isValid: isNumberOf(es.dni), cue: null },
  { pattern: whole(String.raw`[XYZ]-?\d{7}-?[A-Z]`), isValid: isNumberOf(es.nie), cue: null },
  {
    pattern: whole(String.raw`[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]`),
    isValid: isNumberOf(it.codicefiscale),
    cue: null,
  },
  {
    pattern: whole(String.raw`[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}`),
    isValid: isNumberOf(fr.nir),
    cue: null,
  },
  { pattern: whole(String.raw`\d{9}`), isValid: isNumberOf(nl.bsn), cue: BSN_CUE },
  { pattern: whole(String.raw`\d{11}`), isValid: isNumberOf(pl.pesel), cue: PESEL_CUE },
  {
    pattern: whole(String.raw`(?:\d{2})?\d{6}[-+]\d{4}`),
    isValid: isNumberOf(se.personnummer),
    cue: null,
  },
  {
    pattern: whole(String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`),
    isValid: isNumberOf(br.cpf),
    cue: null,
  },
  { pattern: whole(String.raw`756\.\d{4}\.\d{4}\.\d{2}`), isValid: isNumberOf(ch.ssn), cue: null },
  {
    pattern: whole(String.raw`\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}`),
    isValid: isNumberOf(be.nn),
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

/** A check by the library. */
export function isNumberOf(validator: Pick<Validator, 'validate'>): (surface: string) => boolean {
  return (surface) => validator.validate(surface).isValid;
}
