import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityKey, withoutQualifier } from '../../text/entity-key.ts';

describe('entityKey', () => {
  it.each([
    ['The Beatles', 'beatles'],
    ['the  BEATLES', 'beatles'],
    ['Beyoncé', 'beyonce'],
    ["Schindler's List", 'schindlers list'],
    ['Schindlers List', 'schindlers list'],
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
    ['A. A. Milne', 'aa milne'],
    ['A.A. Milne', 'aa milne'],
    ['J.R.R. Tolkien', 'jrr tolkien'],
    ['Łódź', 'lodz'],
    ['Straße', 'strasse'],
    ['ÆØÅ', 'aeoa'],
    ['हिन्दी', 'हिन्दी'],
    ['—', ''],
  ])('reads %s as %s', (name, key) => {
    expect(entityKey(name)).toBe(key);
  });

  it('keeps a name apart from its qualified form', () => {
    expect(entityKey('Mercury')).not.toBe(entityKey('Mercury (planet)'));
  });

  it('ignores case and surrounding marks whatever the name is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,30}[A-Za-z]$/), (name) => {
        expect(entityKey(`“${name.toUpperCase()},”`)).toBe(entityKey(name));
      }),
    );
  });
});

describe('withoutQualifier', () => {
  it.each([
    ['Heat (1995 film)', 'Heat'],
    ['Lambert, Margrave of Tuscany', 'Lambert'],
    ['Springfield, Illinois (disambiguation)', 'Springfield'],
    ['Heat', null],
    ['(1995 film)', null],
  ])('leaves of %s %s', (name, plain) => {
    expect(withoutQualifier(name)).toBe(plain);
  });
});
