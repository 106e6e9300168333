/** The streams that are open: how many a connection and a tenant may have, and how all of them end at once. */

import { Problem } from '../../platform/errors.ts';

/** Subscriptions of one connection. */
const CONNECTION_STREAMS_MAX = 20;
/** Subscriptions of one tenant, over all its connections to this process. */
const TENANT_STREAMS_MAX = 200;
/** How soon to try again where there are too many, in ms. */
const RETRY_AFTER_MS = 5_000;

export interface OpenStreams {
  /** Takes a place, to be given back; TOO_MANY_REQUESTS where there is none. */
  claim(tenant: string, connection: object): () => void;
  /** Says how a stream ends when the gateway closes; gives what forgets it again. */
  track(end: () => void): () => void;
  readonly count: number;
  /** Whether the gateway is stopping: a stream that ends now was cut, not completed. */
  readonly closing: boolean;
  endAll(): void;
}

export function createOpenStreams(): OpenStreams {
  const tenants = new Map<string, number>();
  const connections = new WeakMap<object, number>();
  const ends = new Set<() => void>();
  let closing = false;
  return {
    get count() {
      return ends.size;
    },
    get closing() {
      return closing;
    },
    claim: (tenant, connection) => {
      const ofTenant = tenants.get(tenant) ?? 0;
      const ofConnection = connections.get(connection) ?? 0;
      if (ofConnection >= CONNECTION_STREAMS_MAX) throw tooMany('This connection', CONNECTION_STREAMS_MAX);
      if (ofTenant >= TENANT_STREAMS_MAX) throw tooMany('This tenant', TENANT_STREAMS_MAX);
      tenants.set(tenant, ofTenant + 1);
      connections.set(connection, ofConnection + 1);
      let given = true;
      return () => {
        if (!given) return;
        given = false;
        const left = (tenants.get(tenant) ?? 1) - 1;
        if (left === 0) tenants.delete(tenant);
        else tenants.set(tenant, left);
        connections.set(connection, (connections.get(connection) ?? 1) - 1);
      };
    },
    track: (end) => {
      ends.add(end);
      return () => ends.delete(end);
    },
    endAll: () => {
      closing = true;
      for (const end of [...ends]) end();
    },
  };
}

function tooMany(who: string, max: number): Problem {
  const detail = `${who} has ${max} subscriptions open, which is the limit. End one first.`;
  return new Problem('TOO_MANY_REQUESTS', detail, { retryAfterMs: RETRY_AFTER_MS });
}
