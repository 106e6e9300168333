/** The options of `trellis restore`, and what each of its forms prints. */

import { join } from 'node:path';
import { decideAgain } from '../operations/restores/decide-again.ts';
import { type Decided, NOTHING_DECIDED } from '../operations/restores/restore-into.ts';
import { completeSwitch, requireKept, requireLast } from '../operations/restores/switch-data.ts';
import { confirmLast, giveWay } from '../operations/restores/switching.ts';
import { openIn, REPLAY } from '../parts/restores.ts';
import type { Config } from '../platform/config.ts';
import { badInput } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { decidedIfReadable } from './decided-since.ts';
import { readDestination } from './move.ts';
import { createProgress } from './progress.ts';
import { requireYes } from './require-yes.ts';
import { describeRestore, holdIfReadable, requireStopped, restore } from './restore.ts';
import { keptByHolds, settleServed } from './served-restore.ts';
import { stopRequested } from './stop-requested.ts';

export interface RestoreOptions {
  readonly to?: string;
  readonly tenant?: string;
  readonly collection?: string;
  readonly confirm?: true;
  readonly revert?: true;
  readonly replace?: true;
  readonly access?: true;
  readonly cancel?: true;
  readonly status?: true;
  readonly yes: boolean;
  readonly json: boolean;
}

export async function runRestore(
  config: Config,
  id: string | undefined,
  options: RestoreOptions,
  secrets: Secrets,
): Promise<string> {
  refuseForRunning(options);
  if (options.confirm || options.revert) return settle(config, options, secrets);
  if (id === undefined)
    throw badInput(
      'id',
      'is needed: "trellis backups" lists the backups, with --offline where no server runs.',
    );
  const to = options.to === undefined ? null : await readDestination(options.to);
  if (to === null)
    await requireYes(
      `The data in ${config.DATA_DIR} will be replaced by the backup ${id}, and kept.`,
      options,
    );
  const report = await restore(config, {
    ...{ id, to, tenant: options.tenant ?? null, collection: options.collection ?? null },
    secrets,
    progress: createProgress('Restoring'),
    signal: stopRequested(),
  });
  return options.json ? JSON.stringify(report, null, 2) : describeRestore(report);
}

/** A graph on a server has its restores beside it, whoever they were made by. */
function settle(config: Config, options: RestoreOptions, secrets: Secrets): Promise<string> {
  if (config.GRAPH === 'bolt') {
    const action = options.confirm ? 'confirm' : 'revert';
    return settleServed(config, { action, yes: options.yes, secrets });
  }
  return options.confirm ? confirm(config, options) : revert(config, options);
}

/** Nobody is to believe that an option had an effect, or that a part takes the place of that part alone. */
function refuseForRunning({ to, tenant, collection, ...options }: RestoreOptions): void {
  const named = (['replace', 'access', 'cancel', 'status'] as const).find((name) => options[name]);
  if (named !== undefined) throw badInput(`--${named}`, 'is for a restore with --into-running alone.');
  if (to !== undefined || (tenant === undefined && collection === undefined)) return;
  throw badInput(
    tenant === undefined ? '--collection' : '--tenant',
    'is for a restore into what runs (--into-running) or into empty engines (--to): in the data folder a backup takes the place of everything.',
  );
}

async function confirm({ DATA_DIR }: Config, options: RestoreOptions): Promise<string> {
  const last = await requireLast(DATA_DIR);
  await requireYes(`What was there before the restore of ${last.set} will be gone for good.`, options);
  await confirmLast(DATA_DIR, new Date());
  return 'The restore is confirmed; what was there before is gone.';
}

async function revert(config: Config, options: RestoreOptions): Promise<string> {
  const { DATA_DIR: folder } = config;
  requireStopped(folder);
  await completeSwitch(folder);
  const { set, at, keep } = await requireKept(folder);
  await requireYes(`What was written since the restore of ${set} will be gone for good.`, options);
  const log = createLog({ level: config.LOG_LEVEL });
  const decided = await decidedIfReadable(config, at, log);
  const release = holdIfReadable(folder);
  try {
    const open = () => openIn(config, log)(join(folder, keep), null);
    const known = { decided: decided ?? NOTHING_DECIDED, since: at, holds: 'IN_FORCE' } as const;
    const { held } = await decideAgain(open, known, { replay: REPLAY, log });
    await giveWay(folder, new Date());
    return `The data in ${folder} is what it was before the restore. ${carriedOver(decided, at)}${keptByHolds(held.length)}`;
  } finally {
    release();
  }
}

function carriedOver(decided: Decided | null, since: string): string {
  return decided === null
    ? `Who was erased since ${since}, and which privacy policies were set, could not be read from what was restored: do those again.`
    : 'Erasures and privacy policies that were made since hold in it as well.';
}
