/** Which policies take out as much as others, and which were made by versions of Trellis that could say less. */

import { describe, expect, test } from 'vitest';
import {
  decidingText,
  formerTerms,
  readTerms,
  type Terms,
  takesOutAsMuch,
  termsText,
} from '../../../ingestion/privacy/terms.ts';
import {
  DEFAULT_GENERALISATION,
  FORMER_GENERALISATION,
  type Generalisation,
  PERSONAL_DATA_ACTIONS,
  sameRules,
} from '../../../model/personal-data.ts';

const of = (
  action: Parameters<typeof sameRules>[0],
  confidenceMin = 0.5,
  other: Partial<Generalisation> = {},
): Terms => ({
  rules: sameRules(action),
  confidenceMin,
  generalisation: { ...DEFAULT_GENERALISATION, ...other },
});

describe('terms', () => {
  test('take out as much as themselves, and as those that keep everything', () => {
    for (const action of PERSONAL_DATA_ACTIONS) {
      expect(takesOutAsMuch(of(action), of(action))).toBe(true);
      expect(takesOutAsMuch(of(action), of('KEEP'))).toBe(true);
      expect(takesOutAsMuch(of('REDACT'), of(action))).toBe(true);
    }
  });

  test.each([
    ['less of one kind', { ...of('REDACT'), rules: { ...sameRules('REDACT'), IBAN: 'KEEP' } }, of('REDACT')],
    ['what is surer alone', of('REDACT', 0.6), of('REDACT', 0.5)],
    ['another thing', of('GENERALISE'), of('PSEUDONYMISE')],
    ['another thing', of('PSEUDONYMISE'), of('GENERALISE')],
    ['the year beside the decade', of('GENERALISE'), of('GENERALISE', 0.5, { birthDate: 'DECADE' })],
    ['narrower bands', of('GENERALISE', 0.5, { ageBandYears: 5 }), of('GENERALISE')],
    ['bands that overlap others', of('GENERALISE', 0.5, { ageBandYears: 15 }), of('GENERALISE')],
    ['higher ages', of('GENERALISE', 0.5, { ageMax: 95 }), of('GENERALISE')],
    [
      'two digits where three say nothing, since few people live there',
      of('GENERALISE'),
      of('GENERALISE', 0.5, { postcodeDigits: 3 }),
    ],
    ['a digit more', of('GENERALISE', 0.5, { postcodeDigits: 3 }), of('GENERALISE')],
  ] as const)('do not take out as much where they leave %s', (_, now, before) => {
    expect(takesOutAsMuch(now, before)).toBe(false);
  });

  test('take out as much where they are coarser, and where it decides nothing', () => {
    const coarse = { birthDate: 'DECADE', ageBandYears: 20, ageMax: 64, postcodeDigits: 0 } as const;
    expect(takesOutAsMuch(of('GENERALISE', 0.5, coarse), of('GENERALISE'))).toBe(true);
    expect(takesOutAsMuch(of('PSEUDONYMISE'), of('PSEUDONYMISE', 0.5, coarse))).toBe(true);
  });

  test('are the same when they are read again', () => {
    expect(readTerms(termsText(of('GENERALISE')))).toEqual(of('GENERALISE'));
  });

  test('that could be said before make the versions that they made before', () => {
    const { AGE: _, ...known } = sameRules('GENERALISE');
    const former = formerTerms(of('GENERALISE'));
    expect(decidingText('v', former)).toBe(JSON.stringify(['v', known, 0.5]));
    expect(former.generalisation).toEqual(FORMER_GENERALISATION);
    expect(takesOutAsMuch(of('GENERALISE'), former)).toBe(true);
    expect(decidingText('v', of('GENERALISE'))).not.toBe(decidingText('v', former));
    // Nothing is generalised, so how exactly decides nothing.
    const pseudonymised = {
      ...of('PSEUDONYMISE'),
      rules: { ...sameRules('PSEUDONYMISE'), AGE: 'KEEP' as const },
    };
    expect(decidingText('v', pseudonymised)).toBe(decidingText('v', formerTerms(pseudonymised)));
  });
});
