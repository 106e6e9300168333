/**
 * Scheduled backups, one after the other, while documents change and something fails: the target is away or breaks off, its
 * disk is full, the process is killed, the graph's engine dies. How many end in a set that was restored on trial and came
 * back whole, and why the others do not: `npm run soak:backups [-- --cycles 200 --seed 1 --folder FOLDER]`. With a folder,
 * one that was cut off goes on. Only the clock is not real; a disk of its own needs root.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Checkpoint, type Outcome, readCheckpoint, writeCheckpoint } from './backup-soak/checkpoint.ts';
import { runCycle } from './backup-soak/cycle.ts';
import { createInstallation } from './backup-soak/installation.ts';
import type { Finished } from './backup-soak/installation-process.ts';
import { FAULTS } from './backup-soak/plan.ts';
import { mountSmallDisk } from './backup-soak/small-disk.ts';

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string' },
  },
});
/** More than this share of the cycles ends in a set that is proven. */
const PROVEN_SHARE = 0.99;

const total = Number(values.cycles);
const isKept = values.folder !== undefined;
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'trellis-soak-')));
await mkdir(folder, { recursive: true });
const disk = await mountSmallDisk(folder);
const target = join(disk?.directory ?? folder, 'target');
const installation = createInstallation([folder, target, values.seed]);
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isStopped = true;
  });

let soak: Checkpoint = await readCheckpoint(folder, values.seed);
let finished: Finished | null = null;
try {
  while (soak.outcomes.length < total && !isStopped) {
    const startedAt = performance.now();
    const next = await runCycle({ installation, disk }, soak);
    soak = { ...next, seconds: next.seconds + (performance.now() - startedAt) / 1_000 };
    await writeCheckpoint(folder, soak);
    const last = soak.outcomes.at(-1);
    if (last !== undefined) process.stderr.write(`${soak.outcomes.length} of ${total}: ${lineOf(last)}\n`);
  }
  if (!isStopped) finished = await installation.ask<Finished>({ do: 'finish', at: soak.clock });
} finally {
  await installation.close();
  await disk?.unmount();
  if (!isKept) await rm(folder, { recursive: true, force: true });
}
report();

function lineOf({ fault, proven, tries, struck, why }: Outcome): string {
  return `${fault}, struck ${struck} of ${tries} tries, ${proven ? 'proven' : `NOT proven: ${why}`}`;
}

function report(): void {
  const { outcomes, seconds, hungCloses } = soak;
  const proven = outcomes.filter((outcome) => outcome.proven);
  const share = proven.length / Math.max(1, outcomes.length);
  const where = disk === null ? 'the full disk is one that says so' : 'on a disk of its own';
  console.log(
    `soak of backups, seed ${values.seed}, ${where}: ${proven.length} of ${outcomes.length} cycles ended in a set that was proven, in ${Math.round(seconds)} s.\n`,
  );
  console.log('| fault | cycles | tries that it struck | proven | tries needed, mean and most |');
  console.log('|---|---|---|---|---|');
  for (const fault of FAULTS) {
    const own = outcomes.filter((outcome) => outcome.fault === fault);
    const tries = own.filter((outcome) => outcome.proven).map((outcome) => outcome.tries);
    const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
    const mean = sum(tries) / Math.max(1, tries.length);
    const struck = sum(own.map((outcome) => outcome.struck));
    console.log(
      `| ${fault} | ${own.length} | ${struck} | ${tries.length} | ${mean.toFixed(1)}, ${Math.max(0, ...tries)} |`,
    );
  }
  for (const outcome of outcomes.filter((each) => !each.proven))
    console.log(`cycle ${outcome.cycle}, ${lineOf(outcome)}`);
  if (hungCloses > 0)
    console.log(`${hungCloses} × a process whose graph had died did not stop when told to.`);
  if (finished !== null)
    console.log(
      `\nAt the end: ${finished.sets} sets, ${finished.strayParts} parts that belong to none, ${finished.unfinishedPuts} puts that never ended; ${finished.differences.length} differences between the installation and its last set, restored.`,
    );
  const isGood = share > PROVEN_SHARE && outcomes.length >= total && finished?.differences.length === 0;
  process.exitCode = isGood && finished?.strayParts === 0 ? 0 : 1;
}
