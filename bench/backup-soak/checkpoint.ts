/** How far a soak is, in a file: one that was cut off goes on where it stopped. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FAULTS } from './plan.ts';

const OUTCOME = z.object({
  cycle: z.number(),
  fault: z.enum(FAULTS),
  proven: z.boolean(),
  /** Tries until it was proven, or all of them. */
  tries: z.number(),
  /** Tries that the fault really struck. */
  struck: z.number(),
  /** Why it was not proven. */
  why: z.string().nullable(),
});

const CHECKPOINT = z.object({
  seed: z.string(),
  /** Cycles that are over. */
  outcomes: z.array(OUTCOME),
  /** What time it is for the installation, in ms. */
  clock: z.number(),
  documents: z.array(z.object({ key: z.string(), version: z.number() })),
  /** What a look without a fault needs, so that faults strike within. */
  usual: z.object({ ms: z.number(), calls: z.number(), puts: z.number() }),
  /** Times that a process whose graph had died did not stop when told to. */
  hungCloses: z.number(),
  seconds: z.number(),
});

export type Outcome = Readonly<z.infer<typeof OUTCOME>>;
export type Checkpoint = Readonly<z.infer<typeof CHECKPOINT>>;

const START: Omit<Checkpoint, 'seed'> = {
  outcomes: [],
  clock: Date.parse('2026-03-01T00:00:00Z'),
  documents: [],
  usual: { ms: 3_000, calls: 100, puts: 20 },
  hungCloses: 0,
  seconds: 0,
};

export async function readCheckpoint(folder: string, seed: string): Promise<Checkpoint> {
  const text = await readFile(pathIn(folder), 'utf8').catch(() => null);
  if (text === null) return { ...START, seed };
  const kept = CHECKPOINT.parse(JSON.parse(text));
  if (kept.seed !== seed)
    throw new Error(`${folder} has a soak of seed ${kept.seed}: give --seed ${kept.seed}.`);
  return kept;
}

export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const draft = `${pathIn(folder)}.draft`;
  await writeFile(draft, JSON.stringify(checkpoint, null, 1));
  await rename(draft, pathIn(folder));
}

function pathIn(folder: string): string {
  return join(folder, 'checkpoint.json');
}
