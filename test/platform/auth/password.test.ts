import { describe, expect, test } from 'vitest';
import { checkNewPassword, createPasswords } from '../../../platform/auth/password.ts';

const CHEAP = { memory: 64, passes: 1, parallelism: 1 };

describe('a password', () => {
  test('is kept as a PHC string with OWASP’s parameters, salted, and recognised', async () => {
    const passwords = createPasswords();
    const kept = await passwords.hash('correct horse battery');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await passwords.hash('correct horse battery')).not.toBe(kept);
    expect(await passwords.check('correct horse battery', kept)).toEqual({ isRight: true, isWeak: false });
    expect(await passwords.check('correct horse batterY', kept)).toEqual({ isRight: false, isWeak: false });
  });

  test('is what argon2 of another make says it is', async () => {
    // From the tests of the reference implementation: "password", two passes, 64 MiB.
    const kept = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await createPasswords().check('password', kept)).toMatchObject({ isRight: true });
  });

  test('that was kept with less is said to be weak', async () => {
    const kept = await createPasswords(CHEAP).hash('correct horse battery');
    expect(await createPasswords({ ...CHEAP, passes: 2 }).check('correct horse battery', kept)).toEqual({
      isRight: true,
      isWeak: true,
    });
  });

  test('of nobody is checked all the same, and never right', async () => {
    const passwords = createPasswords(CHEAP);
    expect(await passwords.check('', null)).toEqual({ isRight: false, isWeak: false });
    await expect(passwords.check('x', 'no PHC string')).rejects.toThrow(/no PHC string/);
  });

  test('is the same however its accents are written', async () => {
    const passwords = createPasswords(CHEAP);
    const kept = await passwords.hash('caf\u00e9 caf\u00e9 caf\u00e9');
    expect(await passwords.check('cafe\u0301 cafe\u0301 cafe\u0301', kept)).toMatchObject({
      isRight: true,
    });
  });

  test('beyond what is hashed at a time waits, and beyond that is asked to come again', async () => {
    const passwords = createPasswords(CHEAP);
    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => passwords.check('x', null)));
    const refused = outcomes.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 1_000 });
    expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(100);
  });
});

test.each([
  ['short', /has 5 characters and must have at least 12/],
  ['a'.repeat(15), /fewer than 5 different characters/],
  ['x'.repeat(1_001), /has 1001 characters and may have 1000/],
  ['I am Lovelace!!', /contains the name/],
])('%s is refused as a new one, and not repeated', (password, message) => {
  expect(() => checkNewPassword(password, 'lovelace')).toThrow(message);
  expect(() => checkNewPassword(password, 'lovelace')).not.toThrow(password);
});
