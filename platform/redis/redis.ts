/**
 * Redis as the parts use it: connections made by purpose, one log line an outage, and a probe. Nothing that must
 * survive is kept in Redis, so its absence is never fatal: calls fail fast and whoever made them goes on without.
 */

import { createClient, type RedisClientType } from '@redis/client';
import type { HealthProbe } from '../health.ts';
import { probeHealth } from '../health-probe.ts';
import type { Log } from '../log.ts';
import type { Credential } from '../secrets/secrets.ts';

/** How long a connection may take to come up, in ms. */
const CONNECT_MS_MAX = 2_000;
/** A lost connection is tried again after 50 ms, then ever later up to this, in ms. */
const RECONNECT_MS_MAX = 1_000;
const RECONNECT_MS_FIRST = 50;
/** Commands that may wait on a connection before more are refused. */
const COMMANDS_WAITING_MAX = 10_000;

export type RedisConnection = RedisClientType;

export interface ConnectionOptions {
  /** Shown in the log and in `CLIENT LIST`. */
  readonly purpose: string;
  /**
   * What a command does while Redis is away: `refuse` fails it at once; `wait` keeps it until Redis is back, for
   * whoever has nothing else to do.
   */
  readonly offline: 'refuse' | 'wait';
}

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
  readonly log: Log;
}

export function createRedis({ url, urlNow, log }: RedisOptions): Redis {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  const connection = ({ purpose, offline }: ConnectionOptions): RedisConnection => {
    const client: RedisConnection = createClient({
      url: address.href,
      credentialsProvider: {
        type: 'async-credentials-provider',
        credentials: async () => credentialsIn(urlNow?.() ?? url),
      },
      name: `trellis-${purpose}`,
      disableOfflineQueue: offline === 'refuse',
      commandsQueueMaxLength: COMMANDS_WAITING_MAX,
      socket: {
        connectTimeout: CONNECT_MS_MAX,
        reconnectStrategy: (tries) => Math.min(RECONNECT_MS_FIRST * 2 ** tries, RECONNECT_MS_MAX),
      },
    });
    logOutages(client, purpose, log);
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
      if (report.state === 'UP') return { ...report, engine: `Redis${version}` };
      return {
        ...report,
        // Nothing is lost and nothing fails without Redis, so it is never worse than this.
        state: 'DEGRADED',
        detail: `Redis does not answer (${report.detail ?? 'no reason given'}). Jobs wait in the graph and go on when it is back; nothing else stops. Look at its log, or check TRELLIS_REDIS_URL.`,
      };
    },
    close: () => closeConnection(probe),
  };
}

/** None where the address has none. */
function credentialsIn(url: string): { username?: string; password?: string } {
  const { username, password } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
}

/** Opens it in the background: it keeps trying, and says so in the log. */
export function openConnection(client: RedisConnection): void {
  if (!client.isOpen) client.connect().catch(() => undefined);
}

/** Ends it at once, whatever state it is in. */
export function closeConnection(client: RedisConnection): void {
  if (client.isOpen) client.destroy();
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
