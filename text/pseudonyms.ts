/**
 * Pseudonyms: what stands in a text where personal data stood. One word of letters and digits, so that it is one term of
 * the keyword index and one entity of the graph; the same value has the same one wherever the same key makes it.
 */

import { createHmac } from 'node:crypto';
import { PERSONAL_DATA_KINDS, type PersonalDataKind } from '../model/personal-data.ts';
import { entityKey } from './entity-key.ts';

/** 80 bits: of a thousand million values, the chance that any two share one is one in two million. */
const CHARS = 16;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

const PREFIXES: Readonly<Record<PersonalDataKind, string>> = {
  PERSON: 'PERSON',
  ADDRESS: 'ADDRESS',
  EMAIL: 'EMAIL',
  PHONE: 'PHONE',
  DATE_OF_BIRTH: 'BIRTHDATE',
  NATIONAL_ID: 'NATIONALID',
  IBAN: 'IBAN',
  CREDIT_CARD: 'CARD',
  IP_ADDRESS: 'IPADDRESS',
  URL_WITH_USER: 'USERURL',
  AGE: 'AGE',
};
const KIND_OF = new Map(PERSONAL_DATA_KINDS.map((kind) => [PREFIXES[kind], kind]));

/** Made anew for each use: it remembers where it is. */
export function pseudonymPattern(): RegExp {
  return new RegExp(`\\b(${[...KIND_OF.keys()].join('|')})[a-z2-7]{${CHARS}}\\b`, 'g');
}

/** The kind of what stands behind it; null for what is no pseudonym. */
export function kindOfPseudonym(text: string): PersonalDataKind | null {
  const match = pseudonymPattern().exec(text);
  return match !== null && match[0] === text ? (KIND_OF.get(match[1] ?? '') ?? null) : null;
}

/** `PERSONk3f9x7q2m4abcdef`: HMAC-SHA-256 of the kind and the value as {@link normalised}. */
export function pseudonymOf(key: Uint8Array, kind: PersonalDataKind, value: string): string {
  const digest = createHmac('sha256', key)
    .update(`${kind}\0${normalised(kind, value)}`)
    .digest();
  let [bits, held, text] = [0, 0, ''];
  for (const byte of digest) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >>> (bits - 5)) & 31);
    held &= 255;
  }
  return `${PREFIXES[kind]}${text.slice(0, CHARS)}`;
}

/** However it is written, one value: spellings of a name, groups of a number, cases of an address. */
export function normalised(kind: PersonalDataKind, value: string): string {
  switch (kind) {
    case 'PERSON':
    case 'ADDRESS':
      return entityKey(value);
    case 'EMAIL':
      return value.normalize('NFKC').toLowerCase();
    case 'PHONE':
      return `${value.trim().startsWith('+') ? '+' : ''}${value.replaceAll(/\D/g, '')}`;
    case 'IBAN':
    case 'CREDIT_CARD':
    case 'NATIONAL_ID':
      return value.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
    case 'IP_ADDRESS':
      return value.toLowerCase();
    case 'DATE_OF_BIRTH':
    case 'URL_WITH_USER':
    case 'AGE':
      return value.normalize('NFKC').trim();
  }
}
