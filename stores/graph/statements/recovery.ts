/**
 * The recovery from the loss of a graph server, kept on the server that is left: the last one.
 *
 *     (:Recovery {id, incident, phase, lost, epoch, why, startedAt, updatedAt, steps: JSON text, told})
 */

import type { Recovery, RecoveryPhase, RecoveryStep } from '../../../model/recovery.ts';
import { type Statement, statement } from '../graph-store.ts';
import { textOf } from './rows.ts';

export function lastRecovery(): Statement<Recovery> {
  return statement(
    'recovery.last',
    `MATCH (r:Recovery {id: 'last'}) RETURN r.incident AS incident, r.phase AS phase, r.lost AS lost, r.epoch AS epoch,
       r.why AS why, r.startedAt AS startedAt, r.updatedAt AS updatedAt, r.steps AS steps, r.told AS told`,
    {},
    (row) => ({
      id: textOf(row.incident),
      phase: textOf(row.phase) as RecoveryPhase,
      lost: textOf(row.lost),
      epoch: Number(row.epoch),
      why: textOf(row.why),
      startedAt: textOf(row.startedAt),
      updatedAt: textOf(row.updatedAt),
      steps: JSON.parse(textOf(row.steps)) as readonly RecoveryStep[],
      told: Number(row.told),
    }),
  );
}

export function putRecovery({ id, steps, ...rest }: Recovery): Statement<unknown> {
  return statement(
    'recovery.put',
    `MERGE (r:Recovery {id: 'last'}) SET r += $properties`,
    { properties: { ...rest, incident: id, steps: JSON.stringify(steps) } },
    (row) => row,
  );
}
