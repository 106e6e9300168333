import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CrashRound, crashIngestion } from './ingestion-crash.ts';

/** `npm run bench:crash` runs fifty. */
const ROUNDS = 5;

test(`ingestion killed ${ROUNDS} times loses no acknowledged document, shows none by half, and finishes`, {
  timeout: 1_200_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-ingestion-crash-'));
  const rounds: CrashRound[] = [];
  for await (const round of crashIngestion(directory, ROUNDS)) {
    expect(round).toMatchObject({ lost: [], halfVisible: [], unfinished: [] });
    rounds.push(round);
  }
  // A kill that finds nothing under way proves nothing.
  expect(rounds.some(({ waiting }) => waiting > 0)).toBe(true);
  await rm(directory, { recursive: true, force: true });
});
