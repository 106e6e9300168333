/** The HTTP server of a process without a gateway: health, metrics, and the routes of the parts that live there. */

import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Problem } from '../errors.ts';
import { type Measure, registerMeasures } from '../gauges.ts';
import type { HealthReport } from '../health.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import { registerHealthRoutes } from './health-routes.ts';
import type { OnRefused } from './refused-requests.ts';
import { closeHttpServer, createHttpServer } from './server.ts';

/** A part that is reached through a server. It is closed first, while the server still answers. */
export interface ServedPart extends Part {
  register(server: FastifyInstance): void;
}

export interface PartServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The setting to change where the port is taken. */
  readonly portSetting: string;
  readonly bodyBytesMax: number;
  /** How long requests under way may take to finish when the server closes, in ms. */
  readonly drainMs?: number;
  readonly log: Log;
  readonly ready: () => Promise<readonly HealthReport[]>;
  /** Told by `/metrics` beside what every process tells. */
  readonly measures?: readonly Measure[];
  readonly served: readonly ServedPart[];
  /** Hears of what is refused. */
  readonly onRefused?: OnRefused;
}

export interface PartServer extends Part {
  /** Where it listens, once started: scheme, host and port. */
  url(): string;
}

export function createPartServer(options: PartServerOptions): PartServer {
  const { served } = options;
  let server: FastifyInstance | null = null;
  let address = '';
  return {
    name: 'server',
    url: () => address,
    start: async () => {
      await Promise.all(served.map((part) => part.start()));
      const registry = new Registry();
      collectDefaultMetrics({ register: registry });
      registerMeasures(registry, options.measures ?? []);
      server = createHttpServer(options);
      registerHealthRoutes(server, { registry, ready: options.ready });
      for (const part of served) part.register(server);
      address = await listen(server, options);
    },
    close: async () => {
      // First what is live, which would keep its connections open.
      await Promise.all(served.map((part) => part.close()));
      const closing = server;
      server = null;
      if (closing !== null) await closeHttpServer(closing, options);
    },
  };
}

async function listen(
  server: FastifyInstance,
  { host, port, portSetting, served }: PartServerOptions,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const names = served.map(({ name }) => name).join(', ');
    const detail = `Nothing can listen on ${host}:${port} for ${names || 'health'}. Stop what does, or set ${portSetting}.`;
    throw new Problem('CONFLICT', detail, { cause });
  }
}
