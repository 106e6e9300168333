/** A mention gives back each of its spellings, whether or not a place shows it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ResolutionReason } from '../../../../model/knowledge.ts';
import { writePlaces } from '../../../../stores/graph/statements/places.ts';
import { spellingOf, writeUnplaced } from '../../../../stores/graph/statements/unplaced.ts';
import { entityKey } from '../../../../text/entity-key.ts';

const place = (text: string, reason: ResolutionReason = 'SAME_NAME') => ({
  text,
  start: 0,
  end: text.length,
  reason,
});

describe('what no place shows', () => {
  test('is nothing where the places spell all of it', () => {
    const places = [place('Ada Lovelace', 'DOCUMENT_TITLE'), place('Ada', 'SHORT_FORM')];
    const others = [{ text: 'Ada', reason: 'SHORT_FORM' }];
    expect(writeUnplaced({ name: 'Ada Lovelace', others }, places)).toBeNull();
  });

  test('is the name, where the text writes it otherwise or not at all', () => {
    expect(writeUnplaced({ name: 'Ada Lovelace', others: [] }, [place('Ada\nLovelace')])).toBe(
      '[["Ada Lovelace","SAME_NAME"]]',
    );
    expect(writeUnplaced({ name: 'Ada Lovelace', others: [] }, [])).toBe('[["Ada Lovelace","SAME_NAME"]]');
  });

  test('is a spelling that the place has for another reason', () => {
    const said = { name: 'Ada Lovelace', others: [{ text: 'AL', reason: 'DECLARED_ALIAS' }] };
    const places = [place('Ada Lovelace'), place('AL', 'ACRONYM')];
    const unplaced = writeUnplaced(said, places);
    expect(spellingOf('al', { unplaced, places: writePlaces(places) })).toEqual({
      text: 'AL',
      reason: 'DECLARED_ALIAS',
    });
  });
});

test('every spelling comes back as it was said, and no other one', () => {
  const text = fc.constantFrom(
    'Ada',
    'ADA',
    'Ada Lovelace',
    'ada\nlovelace',
    'AL',
    'A.L.',
    'Countess',
    'Höhne',
  );
  const reason = fc.constantFrom<ResolutionReason>('SHORT_FORM', 'DECLARED_ALIAS', 'ACRONYM');
  fc.assert(
    fc.property(
      text,
      fc.uniqueArray(fc.record({ text, reason }), { selector: (one) => entityKey(one.text) }),
      fc.array(fc.tuple(text, reason)),
      (name, all, placed) => {
        const others = all.filter((one) => entityKey(one.text) !== entityKey(name));
        const places = placed.map(([spelled, why]) => place(spelled, why));
        const mention = {
          unplaced: writeUnplaced({ name, others }, places),
          places: writePlaces(places),
        };
        expect(spellingOf(entityKey(name), mention)?.text).toBe(name);
        for (const { text, reason } of others)
          expect(spellingOf(entityKey(text), mention)).toEqual({ text, reason });
        expect(spellingOf('nobody', mention)).toBeNull();
      },
    ),
  );
});
