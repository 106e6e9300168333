/**
 * Redis as the parts use it: connections made by purpose, one log line an outage, and a probe. Nothing that must
 * survive is kept in Redis, so its absence is never fatal: calls fail fast and whoever made them goes on without.
 */

import type { HealthProbe, HealthReport } from '../health.ts';
import { probeHealth } from '../health-probe.ts';
import type { Log } from '../log.ts';
import type { Credential } from '../secrets/secrets.ts';
import { createClient } from './client.ts';
import {
  type ConnectionOptions,
  closeConnection,
  openConnection,
  type RedisConnection,
} from './connection.ts';
import { failoverHealth, WITHOUT_REDIS } from './failover-health.ts';
import { createMasterConnection } from './master-connection.ts';
import type { RedisAddress, Sentinels } from './sentinels.ts';

/** How long a connection may take to come up, in ms. */
const CONNECT_MS_MAX = 2_000;
/** A lost connection is tried again after 50 ms, then ever later up to this, in ms. */
const RECONNECT_MS_MAX = 1_000;
const RECONNECT_MS_FIRST = 50;
/** Commands that may wait on a connection before more are refused. */
const COMMANDS_WAITING_MAX = 10_000;

export interface Redis extends HealthProbe {
  /** A connection that is not open yet; whoever asked opens it, and closes it in the end. */
  connection(options: ConnectionOptions): RedisConnection;
  /** Begins to connect; Redis may be away, and the connection then comes up when Redis does. */
  open(): void;
  close(): void;
}

export interface RedisOptions {
  /** `redis://…`, or `rediss://…` for TLS. */
  readonly url: string;
  /** The same with user and password as they are now, asked for at each connecting; by default as above. */
  readonly urlNow?: Credential;
  /** They say where the master is; host and port of `url` are then not used. */
  readonly sentinels?: Sentinels | null;
  readonly log: Log;
}

export function createRedis({ url, urlNow, sentinels = null, log }: RedisOptions): Redis {
  const clientOf = (options: ConnectionOptions, node: RedisAddress | null): RedisConnection =>
    createClient({
      url: addressOf(url, node),
      credentialsProvider: {
        type: 'async-credentials-provider',
        credentials: async () => credentialsIn(urlNow?.() ?? url),
      },
      name: `trellis-${options.purpose}`,
      disableOfflineQueue: options.offline === 'refuse',
      commandsQueueMaxLength: COMMANDS_WAITING_MAX,
      socket: {
        connectTimeout: CONNECT_MS_MAX,
        // Behind Sentinels the next connection may go to another node, so it is another client.
        reconnectStrategy: (tries) =>
          node === null && Math.min(RECONNECT_MS_FIRST * 2 ** tries, RECONNECT_MS_MAX),
      },
    });
  const connection = (options: ConnectionOptions): RedisConnection => {
    const client =
      sentinels === null
        ? clientOf(options, null)
        : createMasterConnection({ ...options, sentinels, clientOf: (node) => clientOf(options, node) });
    logOutages(client, options.purpose, log);
    return client;
  };
  const probe = connection({ purpose: 'health', offline: 'refuse' });
  let version = '';

  return {
    connection,
    open: () => openConnection(probe),
    health: async () => {
      const report = await probeHealth('redis', `Redis${version}`, async () => {
        if (version === '') version = versionOf(await probe.info('server'));
        await probe.ping();
      });
      const told = report.state === 'UP' ? { ...report, engine: `Redis${version}` } : awayReport(report);
      return sentinels === null ? told : failoverHealth(told, sentinels);
    },
    close: () => {
      closeConnection(probe);
      sentinels?.close();
    },
  };
}

/** Nothing is lost and nothing fails without Redis, so it is never worse than degraded. */
function awayReport(report: HealthReport): HealthReport {
  const detail = `Redis does not answer (${report.detail ?? 'no reason given'}). ${WITHOUT_REDIS} Look at its log, or check TRELLIS_REDIS_URL.`;
  return { ...report, state: 'DEGRADED', detail };
}

function addressOf(url: string, node: RedisAddress | null): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  if (node === null) return address.href;
  const host = node.host.includes(':') ? `[${node.host}]` : node.host;
  return `${address.protocol}//${host}:${node.port}${address.pathname}`;
}

/** None where the address has none. */
function credentialsIn(url: string): { username?: string; password?: string } {
  const { username, password } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
}

/** One line when it is lost and one when it is back, however many tries lie in between. */
function logOutages(client: RedisConnection, purpose: string, log: Log): void {
  let away = false;
  client.on('error', (error: Error) => {
    if (!away)
      log.warn({ purpose, error: error.message }, 'Redis is away; what needs it waits or does without.');
    away = true;
  });
  client.on('ready', () => {
    if (away) log.warn({ purpose }, 'Redis is back.');
    away = false;
  });
}

function versionOf(info: string): string {
  const found = /^(?:valkey|redis)_version:(.+?)\r?$/m.exec(info)?.[1];
  return found === undefined ? '' : ` ${found}`;
}
