/** What this gateway refuses, for the audit log: gathered by kind, and told to the admin subgraph, which has a store. */

import type { Principal } from '../../model/principal.ts';
import type { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { createTally } from '../../platform/tally.ts';
import { readProblem } from '../error-format.ts';
import type { AskAdmin } from './ask-admin.ts';

export interface Refusal {
  /** Of a key that was recognised. */
  readonly tenant?: string;
  /** The subject, where it was recognised. */
  readonly actor?: string;
  readonly apiKey?: string;
  readonly address: string;
  readonly action: string;
  readonly problem: Problem;
  readonly requestId?: string | undefined;
}

export interface Refusals {
  /** Never waits. A crash loses what was not told yet: a second's refusals, a minute's repetitions. */
  note(refusal: Refusal): void;
  close(): Promise<void>;
}

const NOTE =
  'mutation NoteRefusals($refusals: [GatewayRefusal!]!) { noteRefusals(input: { refusals: $refusals }) }';
const OTHERS = { address: '', action: 'many kinds of refusals', code: 'UNAUTHENTICATED', detail: '' };

/** What a refusal tells of whom it refused. */
export function knownOf(principal: Principal | null): Pick<Refusal, 'tenant' | 'actor' | 'apiKey'> {
  if (principal === null || principal.isAnonymous === true) return {};
  const { tenant, subject: actor, apiKey } = principal;
  return { tenant, actor, ...(apiKey === undefined ? {} : { apiKey }) };
}

export function createRefusals({ ask, log }: { readonly ask: AskAdmin; readonly log: Log }): Refusals {
  const tally = createTally<Omit<Refusal, 'problem'> & { readonly code: string; readonly detail: string }>({
    keyOf: ({ tenant, actor, apiKey, address, action, code }) =>
      JSON.stringify([tenant, actor, apiKey, address, action, code]),
    others: OTHERS,
    tell: async (told) => {
      const refusals = told.map(({ event, count }) => ({ ...event, count }));
      const { errors = [] } = await ask(NOTE, { refusals });
      const [error] = errors;
      if (error !== undefined) throw readProblem(error);
    },
    onFailure: (error) =>
      log.warn({ error }, 'Refusals could not be written into the audit log; they are told again.'),
  });
  return {
    note: ({ problem, ...refusal }) =>
      tally.note({ ...refusal, code: problem.code, detail: problem.message }),
    close: tally.close,
  };
}
