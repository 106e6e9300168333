/**
 * What Redis Sentinels say: which node is the master, and whether that is about to change. All are asked at once, and
 * the one that knows of the latest failover is believed: one that was cut off would name a master that is none any more.
 */

import { startDeadline } from '../deadline.ts';
import { Problem } from '../errors.ts';
import { untilAborted } from '../until-aborted.ts';
import { createClient } from './client.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export interface MasterView {
  readonly address: RedisAddress;
  /** Whether Sentinels hold it for down, or are making another one the master. */
  readonly isFailingOver: boolean;
  /** Replicas that could take its place now. */
  readonly replicasUp: number;
  /** How many Sentinels answered, of how many that are configured. */
  readonly sentinelsUp: number;
  readonly sentinels: number;
}

export interface Sentinels {
  /** As they see it now. Rejects with UNAVAILABLE where none of them answers, or none knows the name. */
  look(): Promise<MasterView>;
  /** Calls whenever a look finds a master, until what it gives is called; looks every second meanwhile. */
  watch(onMaster: (address: RedisAddress) => void): () => void;
  close(): void;
}

export interface SentinelOptions {
  readonly addresses: readonly RedisAddress[];
  /** By which the Sentinels know the master. */
  readonly name: string;
  readonly user?: string | undefined;
  /** Asked for at each connecting. */
  readonly password?: (() => string | undefined) | undefined;
  readonly tls?: boolean;
  /** How often they are asked while somebody watches, in ms. */
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;
/** A Sentinel that has not answered after this, in ms, is passed over. */
const ANSWER_MS_MAX = 1_000;
const RECONNECT_MS = 500;

export function createSentinels(options: SentinelOptions): Sentinels {
  const { name, addresses, everyMs = EVERY_MS } = options;
  const clients = addresses.map((address) => createSentinelClient(address, options));
  const watchers = new Set<(address: RedisAddress) => void>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const look = async (): Promise<MasterView> => {
    const asked = clients.map((client) => askOne(client, name));
    const seen = (await Promise.allSettled(asked)).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value] : [],
    );
    const latest = seen.toSorted((left, right) => right.epoch - left.epoch)[0];
    if (latest === undefined || isClosed) throw noneAnswers(addresses, name);
    for (const tell of watchers) tell(latest.address);
    const { epoch: _, ...view } = latest;
    return { ...view, sentinelsUp: seen.length, sentinels: addresses.length };
  };
  return {
    look,
    watch: (onMaster) => {
      watchers.add(onMaster);
      timer ??= setInterval(() => void look().catch(() => undefined), everyMs).unref();
      return () => void watchers.delete(onMaster);
    },
    close: () => {
      isClosed = true;
      clearInterval(timer);
      for (const client of clients) if (client.isOpen) client.destroy();
    },
  };
}

type SentinelClient = ReturnType<typeof createSentinelClient>;

function createSentinelClient(
  { host, port }: RedisAddress,
  { user, password, tls = false }: SentinelOptions,
) {
  const client = createClient({
    credentialsProvider: {
      type: 'async-credentials-provider',
      credentials: async () => {
        const secret = password?.();
        return {
          ...(user === undefined ? {} : { username: user }),
          ...(secret === undefined ? {} : { password: secret }),
        };
      },
    },
    name: 'trellis-sentinels',
    disableOfflineQueue: true,
    socket: {
      host,
      port,
      ...(tls ? { tls: true } : {}),
      connectTimeout: ANSWER_MS_MAX,
      reconnectStrategy: () => RECONNECT_MS,
    },
  });
  // One that is away is told by `look`.
  client.on('error', () => undefined);
  return client;
}

type Seen = Omit<MasterView, 'sentinelsUp' | 'sentinels'> & { readonly epoch: number };

async function askOne(client: SentinelClient, name: string): Promise<Seen> {
  const deadline = startDeadline(ANSWER_MS_MAX);
  try {
    if (!client.isOpen) await untilAborted(client.connect(), deadline.signal);
    const [master, replicas] = await untilAborted(
      Promise.all([
        client.sendCommand<readonly string[]>(['SENTINEL', 'MASTER', name]),
        client.sendCommand<readonly (readonly string[])[]>(['SENTINEL', 'REPLICAS', name]),
      ]),
      deadline.signal,
    );
    const facts = pairsOf(master);
    return {
      address: { host: facts.get('ip') ?? '', port: Number(facts.get('port')) },
      epoch: Number(facts.get('config-epoch')),
      isFailingOver: /s_down|o_down|failover_in_progress/.test(facts.get('flags') ?? ''),
      replicasUp: replicas.map(pairsOf).filter(couldTakeOver).length,
    };
  } finally {
    deadline.release();
  }
}

function pairsOf(flat: readonly string[]): ReadonlyMap<string, string> {
  return new Map(flat.flatMap((word, at) => (at % 2 === 0 ? [[word, flat[at + 1] ?? ''] as const] : [])));
}

/** Priority 0 keeps a replica from ever being chosen. */
function couldTakeOver(facts: ReadonlyMap<string, string>): boolean {
  const isUp = !/s_down|o_down|disconnected/.test(facts.get('flags') ?? '');
  return isUp && facts.get('master-link-status') === 'ok' && facts.get('slave-priority') !== '0';
}

function noneAnswers(addresses: readonly RedisAddress[], name: string): Problem {
  const places = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
  return new Problem(
    'UNAVAILABLE',
    `None of the Sentinels ${places} answers for "${name}". Check that they run there, TRELLIS_REDIS_SENTINEL_NAME and TRELLIS_REDIS_SENTINEL_PASSWORD.`,
  );
}
