/** A process with the server on the installation: backs it up whole, then what has changed, and proves the last set. */

import { performance } from 'node:perf_hooks';
import { type BackupReport, backUp, isGood, verifyBackup } from '../../cli/backups.ts';
import { createClient } from '../../cli/client.ts';
import { ingestPassages, startApp } from '../running-app.ts';
import { type Answers, askAll } from './questions.ts';
import { createPassages } from './texts.ts';

/** By the clock, and of the processor: where others use it as well, the clock tells more of them. */
export interface Spent {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface BackupStage {
  readonly full: BackupReport & Spent;
  readonly incremental: BackupReport & Spent;
  readonly trial: Spent;
  /** Resident memory, in bytes: when idle, and the highest until then. */
  readonly idle: number;
  readonly peakOfBackup: number;
  readonly peakOfTrial: number;
  readonly answers: Answers;
}

const [directory = ''] = process.argv.slice(2);
/** Documents that come between the two, and such as are replaced, evenly among those that were ingested. */
const ADDED = 50;
const REPLACED = 50;
const INGESTED = 1_000;

/** Others in each run: the installation may be one that was used before. */
const firstAdded = Math.floor(Date.now() / 1_000);
const passageAt = await createPassages();
const { signal } = new AbortController();
const watching = { signal, progress: { update: () => undefined, stop: () => undefined } };
const timed = async <Value>(work: () => Promise<Value>): Promise<readonly [Value, Spent]> => {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return [value, { seconds: (performance.now() - startedAt) / 1_000, cpuSeconds: (user + system) / 1e6 }];
};
const peak = () => process.resourceUsage().maxRSS * 1_024;

/** Where backups go stands in the environment, for the commands as well. */
const { TRELLIS_BACKUP_DIR = '', TRELLIS_BACKUP_KEY = '' } = process.env;
const settings = { TRELLIS_DATA_DIR: directory, TRELLIS_BACKUP_DIR, TRELLIS_BACKUP_KEY };
const running = await startApp(settings);
const client = createClient({ url: running.app.url(), token: running.token });
const idle = process.memoryUsage.rss();
const once = async () => {
  const [made, spent] = await timed(() => backUp(client, { scope: 'installation' }, watching));
  if (!isGood(made)) throw new Error(made.problem ?? made.state);
  return { ...made, ...spent };
};
const full = await once();
const peakOfBackup = peak();
await ingestPassages(client, 'bench', [
  ...Array.from({ length: ADDED }, (_, at) => passageAt(firstAdded + at)),
  ...Array.from({ length: REPLACED }, (_, at) => ({
    ...passageAt(firstAdded + ADDED + at),
    id: passageAt((at * INGESTED) / REPLACED).id,
  })),
]);
const incremental = await once();
const answers = await askAll(running.app.url(), directory);
const [proven, trial] = await timed(() => verifyBackup(client, incremental.id, 'restore', watching));
if (!isGood(proven)) throw new Error(proven.verification?.findings.join(' ') ?? proven.problem ?? 'unproven');
const stage: BackupStage = {
  ...{ full, incremental, trial, idle, peakOfBackup, answers },
  peakOfTrial: peak(),
};
await running.app.close();
process.send?.(stage, () => process.disconnect());
