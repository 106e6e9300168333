/**
 * Refusals on their way into the audit log: by kind, by the network that they come from, and by tenant, so that whoever
 * has many addresses fills no more of it than whoever has one. What nobody is known by is one owner's together.
 */

import type { AuditEvent } from '../model/audit.ts';
import { networkOf } from './http/network.ts';
import { createTally, type Tallied, type Tally } from './tally.ts';

export interface RefusalTallyOptions {
  /** One that rejects is told the same again later. */
  readonly tell: (refusals: readonly AuditEvent[]) => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
}

/** As much of a text as waits to be told, in characters. */
const TEXT_CHARS_MAX = 500;

export function createRefusalTally({ tell, onFailure }: RefusalTallyOptions): Tally<AuditEvent> {
  const tally = createTally<AuditEvent>({
    keyOf: ({ tenant, actor, apiKey, address, action, code }) =>
      JSON.stringify([tenant, actor, apiKey, networkOf(address ?? ''), action, code]),
    ownerOf: ({ tenant }) => tenant,
    sumUnder: ({ action, code }) => `${action} ${code}`,
    together,
    tell: async (told) => void (await tell(told.map(counted))),
    onFailure,
  });
  return {
    note: (event) =>
      tally.note({
        ...event,
        action: event.action.slice(0, TEXT_CHARS_MAX),
        detail: event.detail?.slice(0, TEXT_CHARS_MAX) ?? null,
      }),
    flush: tally.flush,
    close: tally.close,
  };
}

function counted({ event, count }: Tallied<AuditEvent>): AuditEvent {
  return { ...event, count };
}

function together(tenant: string, sums: ReadonlyMap<string, number>): AuditEvent {
  const detail = [...sums].map(([what, count]) => `${count} × ${what}`).join(', ');
  return {
    ...{ tenant, actor: null, apiKey: null, address: null, targets: [], requestId: null, count: 1 },
    action: 'many kinds of refusals',
    outcome: 'REFUSED',
    code: 'TOO_MANY_REQUESTS',
    detail: `More came than are told apart: ${detail}.`,
  };
}
