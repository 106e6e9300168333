/** The audit log of this process, and who of all processes takes old entries away. */

import { type AuditLog, createAuditLog } from '../operations/audit/audit-log.ts';
import type { GatheredRefusals } from '../operations/audit/gathered-refusals.ts';
import { type AuditReader, createAuditReader } from '../operations/audit/read-log.ts';
import { createAuditRetention } from '../operations/audit/retention.ts';
import type { Duty } from '../operations/leader.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';

export interface AuditRooms {
  readonly audit: AuditLog;
  readonly auditReader: AuditReader;
  readonly retention: Duty;
}

export interface AuditTools {
  readonly graph: GraphStore;
  /** Of this process, whichever rooms it has. */
  readonly refusals: GatheredRefusals;
  readonly log: Log;
}

export function createAuditRooms(config: Config, { graph, refusals, log }: AuditTools): AuditRooms {
  const now = () => new Date();
  const audit = createAuditLog({ graph, refusals, now, log });
  return {
    audit,
    auditReader: createAuditReader({ graph, operatorTenant: config.OPERATOR_TENANT, now }),
    retention: createAuditRetention({ graph, audit, days: config.AUDIT_RETENTION_DAYS, now, log }),
  };
}
