import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExtractedMention, Extraction } from '../../../text/extractor.ts';
import { createRulesExtractor } from '../../../text/extractors/rules.ts';

const extractor = createRulesExtractor();

/** What is found in passages of one document. */
async function extract(title: string, ...texts: string[]): Promise<readonly Extraction[]> {
  return extractor.extract(texts.map((text) => ({ documentTitle: title, headings: [], text })));
}

async function extractOne(title: string, text: string): Promise<Extraction> {
  const [only] = await extract(title, text);
  if (only === undefined) throw new Error('one passage gives one extraction');
  return only;
}

/** `surface` where it means itself, `surface → name (REASON)` where it means more. */
function shown({ surface, name, reason }: ExtractedMention): string {
  return surface === name && reason === 'SAME_NAME' ? surface : `${surface} → ${name} (${reason})`;
}

async function namesIn(text: string, title = ''): Promise<readonly string[]> {
  return (await extractOne(title, text)).mentions.map(shown);
}

describe('names', () => {
  it.each([
    ['He met Vatroslav Mimica and Anton Chekhov.', ['Vatroslav Mimica', 'Anton Chekhov']],
    ['They admired Ludwig van Beethoven.', ['Ludwig van Beethoven']],
    ['It was published by John Wiley & Sons.', ['John Wiley & Sons']],
    ['The library serves J. R. R. Tolkien readers.', ['J. R. R. Tolkien']],
    ['She read "The Name of the Rose" twice.', ['The Name of the Rose']],
    ['To begin, call `createGraph`.', ['createGraph']],
    ["He was Lothair II's cousin.", ['Lothair II']],
    ['In October it rained. However, nobody came.', []],
    ['nothing here is a name', []],
    ['', []],
  ])('%s', async (text, names) => {
    expect(await namesIn(text)).toEqual(names);
  });

  it('finds the names inside a name of names', async () => {
    expect(await namesIn('He was the Duke of Saxony.')).toEqual(['Duke of Saxony', 'Duke', 'Saxony']);
  });

  it('reads a day the same however it is written', async () => {
    const extraction = await extractOne(
      '',
      'Born on 3rd March 1901; in print March 3, 1901; as data 1901-03-03.',
    );
    expect(extraction.mentions.map(({ name, type }) => [name, type])).toEqual([
      ['3 March 1901', 'DATE'],
      ['3 March 1901', 'DATE'],
      ['3 March 1901', 'DATE'],
    ]);
  });

  it('gives a type only where there is a cue', async () => {
    const { mentions } = await extractOne(
      '',
      'At Oxford University she saw the River Cherwell; Ada Byron was a writer and Quux was not.',
    );
    expect(mentions.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'Oxford University: ORGANIZATION',
      'River Cherwell: PLACE',
      'Ada Byron: PERSON',
      'Quux: THING',
    ]);
  });
});

describe('what a name means in its document', () => {
  it('takes the title without its qualifier for the title', async () => {
    expect(await namesIn('In Heat a thief meets his hunter.', 'Heat (1995 film)')).toEqual([
      'Heat → Heat (1995 film) (TITLE_WITHOUT_QUALIFIER)',
    ]);
  });

  it('takes a surname for the full name, in later passages too', async () => {
    const [, second] = await extract(
      'Notes',
      'Grace Hopper joined the navy.',
      'In 1952 Hopper wrote a linker.',
    );
    expect(second?.mentions.map(shown)).toEqual(['Hopper → Grace Hopper (SHORT_FORM)']);
  });

  it('leaves a surname alone that two people of the document share', async () => {
    expect(await namesIn('Here Ada King met Tom King. Later King left.')).toContain('King');
  });

  it('takes an acronym for the name that introduced it', async () => {
    const extraction = await extractOne('', 'The World Health Organization (WHO) met. Later WHO agreed.');
    expect(extraction.mentions.map(shown)).toEqual([
      'World Health Organization',
      'WHO → World Health Organization (ACRONYM)',
      'WHO → World Health Organization (ACRONYM)',
    ]);
    expect(extraction.entities).toEqual([
      { name: 'World Health Organization', type: 'THING', aliases: [{ text: 'WHO', reason: 'ACRONYM' }] },
    ]);
  });

  it('says of every passage that it is about the title, whether or not it spells it', async () => {
    const extractions = await extract('Heat (1995 film)', 'A thief meets his hunter.', 'Critics praised it.');
    for (const { entities } of extractions) {
      expect(entities.filter(({ about }) => about).map(({ name }) => name)).toEqual([
        'Heat (1995 film)',
        'Heat',
      ]);
    }
  });
});

describe('relationships', () => {
  async function statements(text: string, title = ''): Promise<readonly string[]> {
    const { relationships } = await extractOne(title, text);
    return relationships.map(({ source, type, target }) => `${source} ${type} ${target}`);
  }

  it.each([
    ['Ada Byron was born in London.', ['Ada Byron BORN_IN London']],
    ['Paris is the capital of France.', ['Paris CAPITAL_OF France']],
    ['Hugh married Marozia.', ['Hugh MARRIED Marozia']],
    ['Ada Byron, Tom King.', ['Ada Byron RELATED_TO Tom King']],
    ['Bertha left Guy, son of Adalbert.', ['Bertha LEFT Guy', 'Guy SON_OF Adalbert']],
    ['Ada Byron slept.', []],
  ])('%s', async (text, expected) => {
    expect(await statements(text)).toEqual(expected);
  });

  it('takes what the document is about for the subject where a sentence names none', async () => {
    expect(await statements('This feature film was directed by Vatroslav Mimica.', 'An Event')).toEqual([
      'An Event DIRECTED_BY Vatroslav Mimica',
    ]);
  });

  it('keeps the sentence that states it', async () => {
    const { relationships } = await extractOne('', 'It rained. Ada Byron was born in London. It stopped.');
    expect(relationships.map(({ description }) => description)).toEqual(['Ada Byron was born in London.']);
  });
});

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          'Ada',
          'of',
          'the',
          'King',
          '(AK)',
          '"',
          '.',
          '\n',
          '`x`',
          '3 May 1901',
          '，',
          'é',
          '𝔘',
        ),
      )
      .map((words) => words.join(' ')),
  );

  it('is left as it is: every surface stands at its offsets', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.string({ maxLength: 40 }), async (text, title) => {
        const { mentions } = await extractOne(title, text);
        for (const { start, end, surface } of mentions) expect(text.slice(start, end)).toBe(surface);
      }),
    );
  });

  it('relates only names that the passage mentions or is about', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.string({ maxLength: 40 }), async (text, title) => {
        const { mentions, entities, relationships } = await extractOne(title, text);
        const known = new Set([...mentions, ...entities].map(({ name }) => name));
        for (const { source, target } of relationships) {
          expect(known).toContain(source.replaceAll(/\s+/g, ' '));
          expect(known).toContain(target.replaceAll(/\s+/g, ' '));
        }
      }),
    );
  });

  it('takes time in proportion to its length', async () => {
    const long = 'Ada of the King '.repeat(20_000);
    const before = process.cpuUsage();
    const { mentions } = await extractOne('', long);
    expect(mentions.length).toBeLessThanOrEqual(64);
    // Of this process, in microseconds: what others do on the machine is none of it.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
