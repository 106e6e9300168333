/** `POST /ingest` with what it did kept in the audit log before it is answered, as a mutation's is. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { uploadRoute } from '../ingestion/upload-route.ts';
import type { Principal } from '../model/principal.ts';
import { PROBLEMS, Problem, type ProblemCode } from '../platform/errors.ts';
import { keepsItself } from '../platform/http/refused-requests.ts';
import { untilAborted } from '../platform/until-aborted.ts';
import { eventOf } from '../subgraphs/audited.ts';
import type { Rooms } from './rooms.ts';

type Authenticate = (request: FastifyRequest) => Promise<Principal>;

/** By the rooms that there are when an upload begins. */
export function auditedUploads(rooms: () => Pick<Rooms, 'writePath' | 'auditing'>) {
  const route = uploadRoute({
    limits: rooms().writePath.limits,
    ingestion: () => rooms().writePath.ingestion,
  });
  return (server: FastifyInstance, { authenticate }: { readonly authenticate: Authenticate }): void => {
    void server.register(async (scope) => {
      const asked = new WeakMap<FastifyRequest, Principal>();
      const open = createOpenUploads();
      scope.addHook('onSend', async (request, reply, payload) => {
        const principal = asked.get(request);
        // Nobody who was not recognised gets so far as to do anything; the server tells of that refusal.
        if (principal === undefined || !asked.delete(request)) return payload;
        const event = {
          ...eventOf(principal, 'POST /ingest', problemIn(reply.statusCode, payload)),
          targets: collectionsIn(request.query),
          requestId: request.id,
        };
        const { audit } = rooms().auditing;
        try {
          if (event.outcome === 'REFUSED') audit.note(event);
          else await audit.record([event]);
          return payload;
        } finally {
          open.end(request);
        }
      });
      scope.addHook('onClose', () => open.ended());
      route(scope, {
        authenticate: async (request) => {
          const principal = await authenticate(request);
          asked.set(request, principal);
          keepsItself(request.raw);
          open.begin(request);
          return principal;
        },
      });
    });
  };
}

/** Longest wait for uploads whose clients have left, in ms: each ends by itself, as its body does. */
const ENDING_MS_MAX = 10_000;

/** A client that leaves takes its connection along, for which the server waits, but not what is done and kept of its upload. */
function createOpenUploads() {
  const uploads = new Map<FastifyRequest, PromiseWithResolvers<void>>();
  return {
    begin: (request: FastifyRequest) => void uploads.set(request, Promise.withResolvers()),
    end: (request: FastifyRequest) => {
      uploads.get(request)?.resolve();
      uploads.delete(request);
    },
    ended: async () => {
      const all = Promise.all([...uploads.values()].map(({ promise }) => promise));
      await untilAborted(all, AbortSignal.timeout(ENDING_MS_MAX)).catch(() => undefined);
    },
  };
}

/** What the answer says went wrong: answers here are problem documents where they are not a success. */
function problemIn(status: number, payload: unknown): Problem | null {
  if (status < 400) return null;
  const { code, detail } = readJson(payload);
  const known = typeof code === 'string' && code in PROBLEMS ? (code as ProblemCode) : 'INTERNAL';
  return new Problem(known, typeof detail === 'string' ? detail : '');
}

function readJson(payload: unknown): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(String(payload)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function collectionsIn(query: unknown): readonly string[] {
  const { collection, key } = (query ?? {}) as Readonly<Record<string, unknown>>;
  return [collection, key].filter((value) => typeof value === 'string');
}
