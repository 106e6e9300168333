/** Checks as they are asked for: a call only notes what is wanted, and the leading worker does it (`checker.ts`). */

import type { ConsistencyCheck } from '../../model/consistency.ts';
import { Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import {
  type ConsistencyNode,
  consistencyRun,
  putConsistencyRun,
} from '../../stores/graph/statements/consistency.ts';
import type { Exclusive } from '../exclusive.ts';

export interface ConsistencyChecks {
  /** The last one of the whole installation (null), or of a tenant's part; null when there never was any. */
  last(tenant: string | null, options?: CallOptions): Promise<ConsistencyCheck | null>;
  /** Asks for one. Rejects with CONFLICT where the last one is not over. */
  begin(tenant: string | null, options: { readonly mends: boolean }): Promise<ConsistencyCheck>;
}

export function createConsistencyChecks({
  graph,
  exclusive,
  now,
}: {
  readonly graph: GraphStore;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
}): ConsistencyChecks {
  return {
    last: async (tenant, options) => {
      const [node] = await graph.read(consistencyRun(idOf(tenant)), options);
      return node === undefined ? null : toCheck(node);
    },
    begin: (tenant, { mends }) =>
      exclusive(async (alone) => {
        const [before] = await alone.graph.read(consistencyRun(idOf(tenant)));
        if (before !== undefined && isOpen(toCheck(before))) throw underWay(toCheck(before));
        const check = newCheck(tenant, mends, now());
        await alone.graph.write([putConsistencyRun(toNode(check))]);
        return check;
      }),
  };
}

function isOpen({ state }: ConsistencyCheck): boolean {
  return state === 'WAITING' || state === 'RUNNING';
}

function underWay({ state, requestedAt }: ConsistencyCheck): Problem {
  return new Problem(
    'CONFLICT',
    `A check that was asked for at ${requestedAt} is ${state}. Wait until it is over; the query "consistency" tells how far it is.`,
  );
}

export function newCheck(tenant: string | null, mends: boolean, now: Date): ConsistencyCheck {
  return {
    ...{ tenant, mends, state: 'WAITING', step: 'GRAPH', looked: 0, counts: [], findings: [] },
    ...{ problem: null, requestedAt: now.toISOString(), startedAt: null, finishedAt: null },
  };
}

/** One node of the whole installation, and one of each tenant: a new check takes the place of the last one. */
function idOf(tenant: string | null): string {
  return tenant === null ? 'consistency' : `consistency of ${tenant}`;
}

export function toNode({ tenant, state, ...report }: ConsistencyCheck): ConsistencyNode {
  return { id: idOf(tenant), tenant, state, report: JSON.stringify(report) };
}

export function toCheck({ tenant, state, report }: ConsistencyNode): ConsistencyCheck {
  const rest = JSON.parse(report) as Omit<ConsistencyCheck, 'tenant' | 'state'>;
  return { ...rest, tenant, state: state as ConsistencyCheck['state'] };
}
