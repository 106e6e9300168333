import { describe, expect, test } from 'vitest';
import { labelledSet } from '../../../bench/personal-data/labelled.ts';
import { score } from '../../../bench/personal-data/scores.ts';
import { AGES_HELD_OUT, HELD_OUT } from '../../../bench/personal-data/templates.ts';
import { createRulesDetector } from '../../../text/detectors/rules.ts';

const detector = createRulesDetector();

async function found(...texts: readonly string[]): Promise<readonly (readonly string[])[]> {
  const findings = await detector.detect(texts);
  return findings.map((ofText, at) =>
    ofText.map(({ kind, start, end }) => `${kind} ${(texts[at] ?? '').slice(start, end)}`),
  );
}

describe('the detector by rules', () => {
  test.each([
    ['Call +49 30 901820 or (212) 555-2368.', ['PHONE +49 30 901820', 'PHONE (212) 555-2368']],
    ['Order 1234567890 of 12.03.2024', []],
    ['IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX', ['IBAN DE89 3704 0044 0532 0130 00']],
    ['Not an account: DE89 3704 0044 0532 0130 01', []],
    ['Card 4111 1111 1111 1111, not 4111 1111 1111 1112', ['CREDIT_CARD 4111 1111 1111 1111']],
    ['SSN 536-90-4399, and never 000-12-3456 or 666-12-3456', ['NATIONAL_ID 536-90-4399']],
    ['Steuer-ID: 36574261809', ['NATIONAL_ID 36574261809']],
    ['Document 36574261809', []],
    ['NI number AB 12 34 56 C', ['NATIONAL_ID AB 12 34 56 C']],
    ['Born on 4 May 1980, hired on 5 May 2001', ['DATE_OF_BIRTH 4 May 1980']],
    ['geb. 01.02.1970', ['DATE_OF_BIRTH 01.02.1970']],
    ['A 34-year-old, aged 93 by now, Age: 7', ['AGE 34', 'AGE 93', 'AGE 7']],
    ['Er war im Alter von 41 Jahren, die 43-jährige, âgée de 52 ans', ['AGE 41', 'AGE 43', 'AGE 52']],
    ['For 30 years, page 34, 20 years ago, aged 3.5, age 40%', []],
    ['from 10.1.2.3 with version 1.2.3.4', ['IP_ADDRESS 10.1.2.3']],
    ['2001:db8::ff00:42:8329 at 12:30:45', ['IP_ADDRESS 2001:db8::ff00:42:8329']],
    [
      'git clone https://bob:secret@host.example/x.git.',
      ['URL_WITH_USER https://bob:secret@host.example/x.git'],
    ],
    ['see https://host.example/@bob', []],
    ['mail anna.schmidt+x@mail.example.com, not @anna or a@b', ['EMAIL anna.schmidt+x@mail.example.com']],
    ['221B Baker Street, London NW1 6XE', ['ADDRESS 221B Baker Street, London NW1 6XE']],
    ['Hauptstraße 12, 10115 Berlin. Danach', ['ADDRESS Hauptstraße 12, 10115 Berlin']],
    ['12 rue de la Paix, 75002 Paris', ['ADDRESS 12 rue de la Paix, 75002 Paris']],
    ['Yesterday Dr. Anna Schmidt spoke.', ['PERSON Anna Schmidt']],
    ['The Turing Award, Bell Labs and New York', []],
  ])('finds in %j %j', async (text, expected) => {
    expect(await found(text)).toEqual([expected]);
  });

  test('takes a surname alone for whoever the document names in full, in whichever of its texts', async () => {
    const texts = ['Anna Schmidt called.', 'Schmidt called again.'];
    const [, second] = await detector.detect(texts);
    expect(second).toEqual([{ kind: 'PERSON', start: 0, end: 7, confidence: 0.7, means: 'Anna Schmidt' }]);
  });

  test('takes a surname of several for none of them', async () => {
    const [found] = await detector.detect(['Anna Schmidt and Peter Schmidt met. Schmidt left.']);
    expect(found?.at(-1)).toMatchObject({ start: 36, end: 43, means: 'Schmidt' });
  });

  // Patterns that go back and forth would not end within the test's time on so long a text.
  test.each([
    ['digits', '1'],
    ['digits and spaces', '1 2'],
    ['dots', '1.1.'],
    ['colons', 'a:'],
    ['at signs', 'a@'],
    ['letters', 'a'],
    ['capitals', 'Aa '],
    ['capitals in one word', 'A'],
    ['streets', '1 Aa Bb Cc '],
    ['slashes', 'http://a'],
    ['users', 'http://a:'],
    ['brackets', '((+'],
    ['months', '1 de '],
    ['born', 'born '],
    ['ages', 'aged 1 '],
    ['years', '1 years '],
    ['accounts', 'DE89 '],
    ['white space', ' '],
    ['surnames', 'Anna Schmidt '],
  ])('ends soon on a megabyte of %s', { timeout: 60_000 }, async (_, piece) => {
    const [findings] = await detector.detect([piece.repeat(Math.ceil(1_000_000 / piece.length))]);
    expect(findings).toBeDefined();
  });

  test('holds its floor on sentences that it was not made from', { timeout: 60_000 }, async () => {
    const { scores } = await score(detector, labelledSet({ templates: HELD_OUT, seed: 7_001, count: 2_000 }));
    const f1 = Object.fromEntries(scores.map((each) => [each.kind, each.f1]));
    const recall = Object.fromEntries(scores.map((each) => [each.kind, each.recall]));
    for (const kind of [
      'EMAIL',
      'IBAN',
      'CREDIT_CARD',
      'NATIONAL_ID',
      'IP_ADDRESS',
      'URL_WITH_USER',
      'DATE_OF_BIRTH',
    ])
      expect(f1[kind], kind).toBeGreaterThan(0.97);
    expect(f1['PHONE']).toBeGreaterThan(0.95);
    expect(recall['ADDRESS']).toBeGreaterThan(0.75);
    expect(f1['PERSON']).toBeGreaterThan(0.8);
    const ages = await score(detector, labelledSet({ templates: AGES_HELD_OUT, seed: 7_001, count: 1_000 }));
    const age = ages.scores.find(({ kind }) => kind === 'AGE');
    expect(age?.precision).toBeGreaterThan(0.9);
    expect(age?.recall).toBeGreaterThan(0.75);
  });
});
