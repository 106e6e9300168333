/** Refusals as the audit log hears of them: by the network that they come from, and never more than a day can hold. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AuditEvent } from '../../model/audit.ts';
import { createRefusalTally } from '../../platform/refusal-tally.ts';

let kept: AuditEvent[];
beforeEach(() => {
  vi.useFakeTimers();
  kept = [];
});
afterEach(() => vi.useRealTimers());

const tally = () =>
  createRefusalTally({
    tell: async (events) => {
      kept.push(...events);
    },
    onFailure: () => undefined,
  });
const refused = (address: string, rest: Partial<AuditEvent> = {}): AuditEvent => ({
  ...{ tenant: '', actor: null, apiKey: null, address, action: 'authenticate', targets: [], count: 1 },
  ...{ outcome: 'REFUSED', code: 'UNAUTHENTICATED', detail: 'no', requestId: null, ...rest },
});
const counted = () => kept.reduce((sum, { count }) => sum + count, 0);

test('the addresses of one IPv6 network are one place, those of IPv4 are each their own', async () => {
  const { note, close } = tally();
  for (let at = 1; at <= 300; at++) note(refused(`2001:db8:1:2::${at.toString(16)}`));
  for (const address of ['192.0.2.1', '192.0.2.2', '::ffff:192.0.2.1']) note(refused(address));
  await close();
  expect(kept.map(({ address, count }) => `${address} ${count}`)).toEqual([
    '2001:db8:1:2::1 300',
    '192.0.2.1 2',
    '192.0.2.2 1',
  ]);
});

test('hours of a flood from everywhere are some thousand entries, which say how many of what there were', async () => {
  const { note, close } = tally();
  const hours = 6;
  const seconds = hours * 3_600;
  for (let at = 0; at < seconds; at += 10) {
    for (let one = 0; one < 20; one++) note(refused(`2001:db8:${at.toString(16)}:${one}::1`));
    note(refused(`192.0.2.${at % 256}`, { action: 'POST /graphql', code: 'PAYLOAD_TOO_LARGE' }));
    await vi.advanceTimersByTimeAsync(10_000);
  }
  await close();
  expect(counted()).toBe((seconds / 10) * 21);
  // Those at once, those by the hour, and one a minute for the rest.
  expect(kept.length).toBeLessThan(1_000 + hours * (400 + 60) + 10);
  const together = kept.filter(({ action }) => action === 'many kinds of refusals');
  expect(together.at(-1)?.detail).toMatch(/\d+ × authenticate UNAUTHENTICATED, \d+ × POST \/graphql PAYLOAD/);
});

test('one tenant’s flood is its own: what others are refused is told as ever', async () => {
  const { note, close } = tally();
  for (let at = 0; at < 5_000; at++)
    note(refused('192.0.2.1', { tenant: 'acme', action: `Query.f${at}`, code: 'FORBIDDEN' }));
  note(refused('192.0.2.9', { tenant: 'globex', actor: 'ada', code: 'FORBIDDEN' }));
  await close();
  expect(kept.filter(({ tenant }) => tenant === 'globex')).toMatchObject([{ actor: 'ada', count: 1 }]);
  expect(kept.filter(({ tenant }) => tenant === 'acme').length).toBeLessThanOrEqual(501);
  expect(counted()).toBe(5_001);
});

test('long texts are cut before they wait', async () => {
  const { note, close } = tally();
  note(refused('192.0.2.1', { action: 'x'.repeat(10_000), detail: 'y'.repeat(10_000) }));
  await close();
  expect(kept.map(({ action, detail }) => [action.length, detail?.length])).toEqual([[500, 500]]);
});
