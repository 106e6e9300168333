import { describe, expect, test } from 'vitest';
import { createHysteresis } from '../../platform/hysteresis.ts';

describe('hysteresis', () => {
  let now = 0;
  /** Looks one second apart, `-` failed and `+` good, and after each how it stands: `^` or `v`. */
  const watch = (
    looks: string,
    options: { failures?: number; failingForMs?: number; successes?: number },
  ) => {
    now = 1_000;
    const watched = createHysteresis({
      failures: 1,
      failingForMs: 0,
      successes: 1,
      now: () => now,
      ...options,
    });
    const states = [...looks].map((look) => {
      const before = watched.state();
      const changed = watched.note(look === '+');
      expect(changed).toBe(before === watched.state() ? null : watched.state());
      now += 1_000;
      return watched.state() === 'UP' ? '^' : 'v';
    });
    return { states: states.join(''), firstFailureAt: watched.firstFailureAt() };
  };

  test('so many failures in a row are an outage, and fewer are not', () => {
    expect(watch('--+--+---', { failures: 3 }).states).toBe('^^^^^^^^v');
  });

  test('failures too close together are not, however many they are', () => {
    expect(watch('----', { failures: 2, failingForMs: 3_000 }).states).toBe('^^^v');
  });

  test('so many good looks in a row end it, and a failed one begins the count anew', () => {
    expect(watch('-++-+++', { successes: 3 }).states).toBe('vvvvvv^');
  });

  test('tells when it began to fail, through good looks that do not end the outage', () => {
    expect(watch('+--', { failures: 3 }).firstFailureAt).toBe(2_000);
    expect(watch('+--+', { failures: 3 }).firstFailureAt).toBeNull();
    expect(watch('+-+-', { failures: 1, successes: 2 }).firstFailureAt).toBe(2_000);
    expect(watch('+-++', { failures: 1, successes: 2 }).firstFailureAt).toBeNull();
  });
});
