import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityKey } from '../../text/entity-key.ts';

describe('entityKey', () => {
  it.each([
    ['The Beatles', 'beatles'],
    ['the  BEATLES', 'beatles'],
    ['Beyoncé', 'beyonce'],
    ["Schindler's List", 'schindler list'],
    ['O’Brien', 'obrien'],
    ['U.S.', 'us'],
    ['AT&T', 'at and t'],
    ['Jean-Luc Picard', 'jean luc picard'],
    ['C++', 'c++'],
    ['C#', 'c#'],
    ['Ｆｕｌｌ width', 'full width'],
    ['Хрущёв', 'хрущев'],
    ['東京', '東京'],
    ['ガンダム', 'ガンダム'],
    ['Heat (1995 film)', 'heat 1995 film'],
    ['The', 'the'],
    ['The The', 'the'],
    ['A. A. Milne', 'a a milne'],
    ['—', ''],
  ])('reads %s as %s', (name, key) => {
    expect(entityKey(name)).toBe(key);
  });

  it('keeps a name apart from its qualified form', () => {
    expect(entityKey('Mercury')).not.toBe(entityKey('Mercury (planet)'));
  });

  it('is its own fixed point, so a key can be looked up as if it were a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        const key = entityKey(name);
        expect(entityKey(key)).toBe(key);
      }),
    );
  });
});
