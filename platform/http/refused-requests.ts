/**
 * What a server refuses before anybody behind it hears of the request: for want of credentials, by a limit, or because
 * of where it comes from. Told of every such answer, so that no way of being refused is left out of the audit log.
 */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface RefusedRequest {
  /** Null where there was none that could be read. */
  readonly request: IncomingMessage | null;
  /** Whose line it was. */
  readonly socket: Socket;
  /** `POST /graphql`, by the route and not by what was written; `HTTP` where there was none. */
  readonly action: string;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | null;
}

export type OnRefused = (refused: RefusedRequest) => void;

/** Answers that are refusals, with the code of those that name none themselves. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  406: 'NOT_ACCEPTABLE',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  431: 'HEADERS_TOO_LARGE',
};
const NOT_ACCEPTABLE = 406;
/** A limit of what one operation may ask, whose status is that of any mistake. */
const TOO_COMPLEX = 'QUERY_TOO_COMPLEX';
/** What a page of another site could make a browser send without asking; Apollo Server calls it a mistake as well. */
const CROSS_SITE = { code: 'CROSS_SITE_REQUEST', told: /potential Cross-Site Request Forgery/ };

/** Requests of which somebody who knows more has kept, or will keep, how they end. */
const keptElsewhere = new WeakSet<IncomingMessage>();

/** Says that the caller tells the audit log itself how the request ends. */
export function keepsItself(request: IncomingMessage): void {
  keptElsewhere.add(request);
}

export function tellRefusals(server: FastifyInstance, onRefused: OnRefused): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode < 400 || keptElsewhere.has(request.raw)) return payload;
    const refused = refusalIn(request, reply.statusCode, payload);
    if (refused !== null) onRefused(refused);
    return payload;
  });
}

function refusalIn(request: FastifyRequest, status: number, payload: unknown): RefusedRequest | null {
  const { code: saidCode = REFUSALS[status], detail = '' } = said(payload);
  const code = codeOf(status, saidCode, detail);
  if (code === undefined || !(status in REFUSALS || BY_CODE.includes(code))) return null;
  const { url = 'an unknown path' } = request.routeOptions;
  return {
    request: request.raw,
    socket: request.raw.socket,
    action: `${request.method} ${url}`,
    code,
    detail,
    requestId: request.id,
  };
}

function codeOf(status: number, said: string | undefined, detail: string): string | undefined {
  // Apollo Server calls it the mistake that it is; there is no problem of ours with this status.
  if (status === NOT_ACCEPTABLE) return REFUSALS[status];
  return status === 400 && CROSS_SITE.told.test(detail) ? CROSS_SITE.code : said;
}

const BY_CODE: readonly string[] = [TOO_COMPLEX, CROSS_SITE.code];

/** A problem document, or a result of GraphQL whose first error is one. */
function said(payload: unknown): { readonly code?: string; readonly detail?: string } {
  if (typeof payload !== 'string') return {};
  try {
    const { code, detail, errors } = JSON.parse(payload) as Readonly<Record<string, unknown>>;
    if (typeof code === 'string') return { code, detail: String(detail ?? '') };
    const [error] = Array.isArray(errors) ? errors : [];
    const { message, extensions } = (error ?? {}) as Readonly<Record<string, unknown>>;
    const { code: ofError } = (extensions ?? {}) as Readonly<Record<string, unknown>>;
    return typeof ofError === 'string' ? { code: ofError, detail: String(message ?? '') } : {};
  } catch {
    // Plain text, as Apollo Server answers what asks for another type than JSON.
    return { detail: payload };
  }
}
