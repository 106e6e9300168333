/** What this gateway refuses, for the audit log: gathered by kind, and told to the admin subgraph, which has a store. */

import type { IncomingMessage } from 'node:http';
import type { AuditEvent } from '../../model/audit.ts';
import type { Principal } from '../../model/principal.ts';
import type { Problem } from '../../platform/errors.ts';
import { addressOfLine } from '../../platform/http/client-address.ts';
import { keepsItself, type OnRefused } from '../../platform/http/refused-requests.ts';
import type { Log } from '../../platform/log.ts';
import { createRefusalTally } from '../../platform/refusal-tally.ts';
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
  readonly problem: Pick<Problem, 'message'> & { readonly code: string };
  readonly requestId?: string | undefined;
  /** Whose answer this is; it is not kept once more when that is sent. */
  readonly request?: IncomingMessage | undefined;
}

export interface Refusals {
  /** Never waits. A crash loses what was not told yet: a second's refusals, a minute's repetitions. */
  note(refusal: Refusal): void;
  /** Whose request it is, for what is refused of it afterwards. */
  recognise(request: IncomingMessage, principal: Principal): void;
  /** What is kept of answers that nobody noted. */
  noteAnswer(addressOf: (request: IncomingMessage) => string): OnRefused;
  close(): Promise<void>;
}

const NOTE =
  'mutation NoteRefusals($refusals: [GatewayRefusal!]!) { noteRefusals(input: { refusals: $refusals }) }';

/** What a refusal tells of whom it refused. */
export function knownOf(principal: Principal | null): Pick<Refusal, 'tenant' | 'actor' | 'apiKey'> {
  if (principal === null || principal.isAnonymous === true) return {};
  const { tenant, subject: actor, apiKey } = principal;
  return { tenant, actor, ...(apiKey === undefined ? {} : { apiKey }) };
}

export function createRefusals({ ask, log }: { readonly ask: AskAdmin; readonly log: Log }): Refusals {
  const tally = createRefusalTally({
    tell: async (events) => {
      const { errors = [] } = await ask(NOTE, { refusals: events.map(told) });
      const [error] = errors;
      if (error !== undefined) throw readProblem(error);
    },
    onFailure: (error) =>
      log.warn({ error }, 'Refusals could not be written into the audit log; they are told again.'),
  });
  const senders = new WeakMap<IncomingMessage, Principal>();
  return {
    note: ({ request, ...refusal }) => {
      if (request !== undefined) keepsItself(request);
      tally.note(eventOf(refusal));
    },
    recognise: (request, principal) => void senders.set(request, principal),
    noteAnswer:
      (addressOf) =>
      ({ request, socket, action, code, detail, requestId }) => {
        const sender = request === null ? null : (senders.get(request) ?? null);
        const address = request === null ? addressOfLine(socket) : addressOf(request);
        const problem = { code, message: detail };
        tally.note(
          eventOf({ ...knownOf(sender), address, action, problem, requestId: requestId ?? undefined }),
        );
      },
    close: tally.close,
  };
}

function eventOf({ problem, ...refusal }: Omit<Refusal, 'request'>): AuditEvent {
  const { tenant = '', actor = null, apiKey = null, requestId = null, address, action } = refusal;
  return {
    ...{ tenant, actor, apiKey, address, action, requestId, targets: [], count: 1 },
    outcome: 'REFUSED',
    code: problem.code,
    detail: problem.message,
  };
}

/** As the admin subgraph is told it. */
function told({ tenant, targets: _, outcome: __, code, detail, ...event }: AuditEvent) {
  return { ...event, code: code ?? '', detail: detail ?? '', ...(tenant === '' ? {} : { tenant }) };
}
