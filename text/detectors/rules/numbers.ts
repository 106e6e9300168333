/** Personal data that proves itself: numbers with check digits, addresses of mail and machines, each asked of a library. */

import { createRequire } from 'node:module';
import type { Finding } from '../../../model/personal-data.ts';

const require = createRequire(import.meta.url);
/** Loaded with the first text that is looked through: it is a hundred files. */
const validator = () => require('validator') as typeof import('validator').default;

/** Every quantifier below is bounded, so that no text, however made, costs more than its length. */
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}][\p{L}\p{N}.-]{1,252}/gu;
const URL_WITH_USER = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:]{1,100}(?::[^\s/@]{0,200})?@[^\s<>"'`]{1,500}/gi;
const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/gu;
const CARD = /(?<![\p{L}\p{N}.-])\d(?:[ -]?\d){11,18}(?![\p{L}\p{N}])/gu;
const IP_V4 = /(?<![\p{L}\p{N}.-])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}-]|\.\d)/gu;
const IP_V6 =
  /(?<![\p{L}\p{N}:.])[0-9A-F]{0,4}(?::[0-9A-F]{0,4}){2,7}(?:(?:\.\d{1,3}){3})?(?![\p{L}\p{N}:])/giu;

/** What stands in front of four numbers that are a version. */
const VERSION_BEFORE =
  /(?:\bv|\bver|\bversion|\brelease|\bbuild|\bfirmware|\bchapter|\bsection|§)\.?\s{0,2}$/i;
const BEFORE_CHARACTERS = 14;
const IBAN_LENGTH_MIN = 15;

export function findEmails(text: string): readonly Finding[] {
  return [...text.matchAll(EMAIL)].flatMap(({ 0: match, index }) => {
    const start = index + (/^[.'-]+/.exec(match)?.[0].length ?? 0);
    const surface = text.slice(start, index + match.length).replace(/[.-]+$/, '');
    return validator().isEmail(surface) ? [sure('EMAIL', start, surface, 0.99)] : [];
  });
}

export function findUrlsWithUser(text: string): readonly Finding[] {
  return [...text.matchAll(URL_WITH_USER)].map(({ 0: match, index }) =>
    sure('URL_WITH_USER', index, match.replace(/[.,;:!?)\]]+$/, ''), 1),
  );
}

/** How long one is depends on its country; what follows may look as if it belonged to it. */
export function findIbans(text: string): readonly Finding[] {
  return [...text.matchAll(IBAN)].flatMap(({ 0: match, index }) => {
    for (let length = match.length; length >= IBAN_LENGTH_MIN; length--) {
      const surface = match.slice(0, length);
      const isWhole = !/[\p{L}\p{N}]/u.test(text.charAt(index + length)) && !/[ -]$/.test(surface);
      if (isWhole && validator().isIBAN(surface.replaceAll(/[ -]/g, '')))
        return [sure('IBAN', index, surface, 0.99)];
    }
    return [];
  });
}

export function findCards(text: string): readonly Finding[] {
  return [...text.matchAll(CARD)].flatMap(({ 0: match, index }) =>
    validator().isCreditCard(match.replaceAll(/[ -]/g, '')) && isGroupedLikeCard(match)
      ? [sure('CREDIT_CARD', index, match, 0.95)]
      : [],
  );
}

/** In one piece, in fours, or as American Express has it. */
function isGroupedLikeCard(match: string): boolean {
  return /^(?:\d+|(?:\d{4}[ -]){3}\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5})$/.test(match);
}

export function findIpAddresses(text: string): readonly Finding[] {
  const four = [...text.matchAll(IP_V4)].filter(
    ({ 0: match, index }) =>
      validator().isIP(match, 4) &&
      !/^(?:0|127)\./.test(match) &&
      !VERSION_BEFORE.test(text.slice(Math.max(0, index - BEFORE_CHARACTERS), index)),
  );
  const six = [...text.matchAll(IP_V6)].filter(
    ({ 0: match }) => match.replaceAll(/[:0]/g, '').length > 3 && validator().isIP(match, 6),
  );
  return [...four, ...six].map(({ 0: match, index }) => sure('IP_ADDRESS', index, match, 0.95));
}

function sure(kind: Finding['kind'], start: number, surface: string, confidence: number): Finding {
  return { kind, start, end: start + surface.length, confidence };
}
