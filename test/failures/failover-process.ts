/** A process that coordinates a recovery and dies by `kill -9` where it is told to: after a step, or with the fence half up. */

import { createCoordinator } from '../../operations/recovery/coordinator.ts';
import { createLog } from '../../platform/log.ts';
import { openProcess, type ProcessOptions } from '../stores/graph/standby/pair.ts';

export interface FailoverProcess extends ProcessOptions {
  /** A phase, or `HALF_FENCED`: Redis was told, the standby was not. */
  readonly diesAt: string;
}

/** Bounds that are short enough to be waited for. */
export const SHORT_RECOVERY = {
  lookEveryMs: 200,
  suspectAfterMs: 1_000,
  confirmAfterMs: 4_000,
  leaseMs: 3_000,
};

if (process.env.FAILOVER_PROCESS !== undefined) {
  const { diesAt, ...options } = JSON.parse(process.env.FAILOVER_PROCESS) as FailoverProcess;
  const die = () => process.kill(process.pid, 'SIGKILL');
  const { servers } = await openProcess(options);
  if (diesAt === 'HALF_FENCED')
    Object.assign(servers.second, {
      raise: () => {
        die();
        return new Promise(() => undefined);
      },
    });
  await createCoordinator({
    servers,
    tell: async () => undefined,
    now: () => new Date(),
    log: createLog({ level: 'silent' }),
    onStep: (phase) => {
      if (phase === diesAt) die();
    },
    ...SHORT_RECOVERY,
  }).start();
  process.stdout.write('ready\n');
}
