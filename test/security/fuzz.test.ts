/** The first few requests of the fuzzer, at a seed of their own; `npm run fuzz` sends as many as one likes. */

import { expect, test } from 'vitest';
import { runCampaign } from './fuzz/campaign.ts';

const REQUESTS = 2_000;
const SEED = 20_261;

test(`${REQUESTS} hostile requests are answered, each with nothing that it must not hold`, async () => {
  const { findings, logged, statuses, requests, memory, seconds } = await runCampaign({
    requests: REQUESTS,
    seed: SEED,
  });
  expect(findings).toEqual([]);
  expect(logged).toEqual([]);
  const answered = [...statuses.values()].flatMap((counts) => [...counts]);
  const total = (kind: RegExp) =>
    answered.filter(([status]) => kind.test(status)).reduce((sum, [, count]) => sum + count, 0);
  expect(total(/./)).toBe(requests);
  // It reaches what it shoots at: a third is answered as asked, or refused behind the first door.
  expect(total(/^2/)).toBeGreaterThan(requests / 8);
  expect(total(/^400$/)).toBeGreaterThan(requests / 8);
  expect(statuses.size).toBe(13);
  expect(memory.length).toBeGreaterThan(2);
  process.stdout.write(`\n${requests} hostile requests in ${seconds.toFixed(0)} s, 0 findings\n`);
}, 600_000);
