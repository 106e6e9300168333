/** Detection by any server that speaks the `/analyze` of Microsoft Presidio's analyzer. */

import { z } from 'zod';
import { type Finding, type PersonalDataKind, withoutOverlap } from '../../model/personal-data.ts';
import { Problem } from '../../platform/errors.ts';
import { createOpenAiEndpoint } from '../openai-endpoint.ts';
import type { PersonalDataDetector } from '../personal-data-detector.ts';

export interface PresidioOptions {
  /** Base URL; `/analyze` is put behind it. */
  readonly url: string;
  /** Of the texts, as Presidio names languages. */
  readonly language?: string;
  /** Longest time of one attempt, in ms. */
  readonly timeoutMs?: number;
  /** Longest time of a call with its retries, in ms. */
  readonly deadlineMs?: number;
  /** About how long to wait before the first retry, in ms. */
  readonly firstRetryMs?: number;
}

const DEFAULTS = { timeoutMs: 30_000, deadlineMs: 50_000, firstRetryMs: 300 };
/** Longer texts are sent in pieces, which spaCy would refuse past a million characters. */
const PIECE_CHARS_MAX = 50_000;
/** What a piece has of the one before, so that nothing is cut in two. */
const OVERLAP_CHARS = 200;

/** Presidio's names for what it recognises by itself; what else it finds is none of ours. */
const KINDS: Readonly<Record<string, PersonalDataKind>> = {
  PERSON: 'PERSON',
  EMAIL_ADDRESS: 'EMAIL',
  PHONE_NUMBER: 'PHONE',
  IP_ADDRESS: 'IP_ADDRESS',
  IBAN_CODE: 'IBAN',
  CREDIT_CARD: 'CREDIT_CARD',
  US_SSN: 'NATIONAL_ID',
  US_ITIN: 'NATIONAL_ID',
  US_PASSPORT: 'NATIONAL_ID',
  UK_NINO: 'NATIONAL_ID',
  UK_NHS: 'NATIONAL_ID',
  ES_NIF: 'NATIONAL_ID',
  ES_NIE: 'NATIONAL_ID',
  IT_FISCAL_CODE: 'NATIONAL_ID',
  IT_IDENTITY_CARD: 'NATIONAL_ID',
  PL_PESEL: 'NATIONAL_ID',
  FI_PERSONAL_IDENTITY_CODE: 'NATIONAL_ID',
  SG_NRIC_FIN: 'NATIONAL_ID',
  IN_AADHAAR: 'NATIONAL_ID',
  IN_PAN: 'NATIONAL_ID',
  AU_TFN: 'NATIONAL_ID',
  DE_TAX_ID: 'NATIONAL_ID',
  DATE_OF_BIRTH: 'DATE_OF_BIRTH',
  AGE: 'AGE',
  ADDRESS: 'ADDRESS',
  STREET_ADDRESS: 'ADDRESS',
};

const FOUND = z.object({
  entity_type: z.string(),
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  score: z.number().min(0).max(1),
});
/** One list for one text; a list of lists for several. */
const ANSWER = z.array(z.array(FOUND));

export function createPresidioDetector(options: PresidioOptions): PersonalDataDetector {
  const endpoint = createOpenAiEndpoint({
    ...DEFAULTS,
    ...options,
    purpose: 'detector of personal data',
    settings: 'TRELLIS_PERSONAL_DATA_DETECTOR',
  });
  const name = `presidio@${endpoint.host}`;
  const analyze = (texts: readonly string[], signal?: AbortSignal) =>
    endpoint.post(
      '/analyze',
      { text: texts, language: options.language ?? 'en' },
      (answer) => readAnswer(answer, texts, name),
      signal,
    );

  return {
    name,
    detect: async (texts, signal) => {
      const pieces = texts.flatMap((text, at) => piecesOf(text).map((piece) => ({ ...piece, at })));
      if (pieces.length === 0) return texts.map(() => []);
      const found = await analyze(
        pieces.map(({ text }) => text),
        signal,
      );
      const byText = texts.map((): Finding[] => []);
      pieces.forEach(({ at, offset }, index) => {
        for (const finding of found[index] ?? [])
          byText[at]?.push({ ...finding, start: finding.start + offset, end: finding.end + offset });
      });
      return byText.map(withoutOverlap);
    },
    close: () => endpoint.close(),
  };
}

function piecesOf(text: string): readonly { readonly text: string; readonly offset: number }[] {
  const pieces: { readonly text: string; readonly offset: number }[] = [];
  for (let offset = 0; offset < text.length; offset += PIECE_CHARS_MAX - OVERLAP_CHARS) {
    const piece = text.slice(offset, offset + PIECE_CHARS_MAX);
    if (piece.trim() !== '') pieces.push({ text: piece, offset });
    if (offset + PIECE_CHARS_MAX >= text.length) break;
  }
  return pieces;
}

/** Presidio counts code points, as Python does; we count UTF-16 code units. */
function readAnswer(
  answer: unknown,
  texts: readonly string[],
  name: string,
): readonly (readonly Finding[])[] {
  const parsed = ANSWER.safeParse(answer);
  if (!parsed.success || parsed.data.length !== texts.length)
    throw new Problem(
      'UNAVAILABLE',
      `The detector of personal data ${name} did not answer with one list for each of ${texts.length} texts. Check TRELLIS_PERSONAL_DATA_DETECTOR_URL: it takes a list of texts as Presidio 2.2.360 does.`,
    );
  return parsed.data.map((found, at) => {
    const unitAt = unitsOf(texts[at] ?? '');
    return found.flatMap(({ entity_type, start, end, score }) => {
      const kind = Object.hasOwn(KINDS, entity_type) ? KINDS[entity_type] : undefined;
      const [from, to] = [unitAt(start), unitAt(end)];
      if (kind === undefined || from === undefined || to === undefined || from >= to) return [];
      return [{ kind, start: from, end: to, confidence: score }];
    });
  });
}

/** From an index of code points to one of code units; the same where there are no pairs of surrogates. */
function unitsOf(text: string): (at: number) => number | undefined {
  if (!/[\ud800-\udfff]/.test(text)) return (at) => (at <= text.length ? at : undefined);
  const offsets = [0];
  for (const point of text) offsets.push((offsets.at(-1) ?? 0) + point.length);
  return (at) => offsets[at];
}
