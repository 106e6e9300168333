/** The standby of the graph: who looks after it, who promotes it, and who is told. */

import type { Recovery, RecoveryPhase } from '../model/recovery.ts';
import type { AuditLog } from '../operations/audit/audit-log.ts';
import type { Duty } from '../operations/leader.ts';
import { createCoordinator } from '../operations/recovery/coordinator.ts';
import { createRecoveryDesk, type RecoveryDesk } from '../operations/recovery/desk.ts';
import { standbyMeasures } from '../operations/recovery/standby-measures.ts';
import { createUpkeep } from '../operations/recovery/upkeep.ts';
import type { Config } from '../platform/config.ts';
import type { Measure } from '../platform/gauges.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createWebhook } from '../platform/webhooks/webhook.ts';
import type { Servers } from '../stores/graph/standby/servers.ts';

export interface RecoveryRooms {
  readonly desk: RecoveryDesk;
  readonly duties: readonly Duty[];
  /** Where the standby is promoted by itself. */
  readonly coordinator: Part | null;
  readonly measures: readonly Measure[];
}

export interface RecoveryTools {
  readonly servers: Servers | null;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly secrets: Secrets;
  readonly log: Log;
}

export function createRecoveryRooms(
  config: Config,
  { servers, audit, secrets, log }: RecoveryTools,
): RecoveryRooms {
  const isAutomatic = config.FAILOVER === 'automatic' && config.REDIS_URL !== undefined;
  const coordinator =
    servers === null
      ? null
      : createCoordinator({
          servers,
          tell: createTell(config, { audit, secrets, log }),
          now: () => new Date(),
          log,
        });
  return {
    desk: createRecoveryDesk({ servers, coordinator, isAutomatic, log }),
    duties: servers === null ? [] : [createUpkeep({ servers, log })],
    coordinator: isAutomatic ? coordinator : null,
    measures: servers === null ? [] : standbyMeasures(servers),
  };
}

/** Each step is in the audit log; a webhook hears of what came of it. */
function createTell(config: Config, { audit, secrets: { current }, log }: Omit<RecoveryTools, 'servers'>) {
  const { BACKUP_WEBHOOK_URL: url, BACKUP_WEBHOOK_SECRET: secret, OPERATOR_TENANT: tenant } = config;
  const webhook =
    url === undefined || secret === undefined
      ? null
      : createWebhook({ url, secret: () => current('BACKUP_WEBHOOK_SECRET') ?? secret });
  return async (recovery: Recovery, phases: readonly RecoveryPhase[]): Promise<void> => {
    await audit.record(phases.map((phase) => eventOf(tenant, recovery, phase)));
    const told = phases.filter(
      (phase) => phase === 'PROMOTED' || phase === 'ABANDONED' || phase === 'HEALTHY',
    );
    for (const phase of told) {
      const { id, lost, why, startedAt } = recovery;
      // Not waited for: whoever is to be told may be away for long.
      void webhook
        ?.send({ type: `graph.${phase.toLowerCase()}`, data: { id, lost, why, startedAt } }, never)
        .catch((error: unknown) => log.warn({ err: error }, 'Nobody could be told of the recovery.'));
    }
  };
}

const never = new AbortController().signal;

function eventOf(tenant: string, { id, why }: Recovery, phase: RecoveryPhase) {
  return {
    tenant,
    actor: 'recovery',
    apiKey: null,
    address: null,
    action: `recovery.${phase}`,
    targets: [id],
    outcome: phase === 'ABANDONED' ? 'FAILED' : 'DONE',
    code: null,
    detail: phase === 'ABANDONED' ? why : null,
    requestId: null,
    count: 1,
  } as const;
}
