import { describe, expect, test } from 'vitest';
import { createTermReader } from '../../stores/vectors/terms.ts';
import { createRulesExtractor } from '../../text/extractors/rules.ts';
import { kindOfPseudonym, pseudonymOf } from '../../text/pseudonyms.ts';

const KEY = new Uint8Array(32).fill(1);
const OTHER_KEY = new Uint8Array(32).fill(2);
const ANNA = pseudonymOf(KEY, 'PERSON', 'Anna Schmidt');

describe('a pseudonym', () => {
  test.each([
    ['PERSON', 'Anna Schmidt', 'ANNA  SCHMIDT'],
    ['PERSON', 'Zoë Müller', 'Zoe Muller'],
    ['EMAIL', 'Anna@Example.com', 'anna@example.com'],
    ['PHONE', '+49 (30) 90-18-20', '+4930901820'],
    ['IBAN', 'DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['CREDIT_CARD', '4111-1111-1111-1111', '4111111111111111'],
  ] as const)('is the same for %s %s and %s', (kind, one, other) => {
    expect(pseudonymOf(KEY, kind, one)).toBe(pseudonymOf(KEY, kind, other));
  });

  test('is another for another value, kind or key', () => {
    const all = [
      ANNA,
      pseudonymOf(KEY, 'PERSON', 'Anna Schmitt'),
      pseudonymOf(KEY, 'ADDRESS', 'Anna Schmidt'),
      pseudonymOf(OTHER_KEY, 'PERSON', 'Anna Schmidt'),
    ];
    expect(new Set(all.map((text) => text.slice(-16))).size).toBe(4);
  });

  test('is known by its form alone', () => {
    expect(ANNA).toMatch(/^PERSON[a-z2-7]{16}$/);
    expect(kindOfPseudonym(ANNA)).toBe('PERSON');
    for (const text of ['PERSON', `${ANNA}x`, ANNA.toLowerCase(), `x ${ANNA}`, 'PERSONABCDEFGHIJKLMNOP'])
      expect(kindOfPseudonym(text)).toBeNull();
  });

  test('is one term of the keyword index', () => {
    const [terms] = createTermReader().termsOf([
      { title: '', headings: '', text: `${ANNA}, and ${ANNA}’s.` },
    ]);
    expect(new Set(terms?.text.filter((term) => term.length > 10)).size).toBe(1);
  });

  test('is one entity of its kind, whatever names stand beside it', async () => {
    const text = `Dr ${ANNA} Smith of ${pseudonymOf(KEY, 'EMAIL', 'a@b.example')} met ${ANNA}'s brother.`;
    const [found] = await createRulesExtractor().extract([{ documentTitle: '', headings: [], text }]);
    const mentions = found?.mentions.map(({ name, type, surface }) => `${type} ${name} ${surface}`) ?? [];
    expect(mentions.filter((mention) => mention.startsWith('PERSON PERSON'))).toEqual([
      `PERSON ${ANNA} ${ANNA}`,
      `PERSON ${ANNA} ${ANNA}`,
    ]);
    expect(mentions.filter((mention) => mention.startsWith('EMAIL'))).toHaveLength(1);
  });
});
