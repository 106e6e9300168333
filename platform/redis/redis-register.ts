/**
 * A number with a value in Redis that only ever goes up. It counts only for the process of Redis that it was written
 * to: one that was started again, or that took over from another, may have forgotten the last change, so it knows
 * nothing until somebody who knows better writes it anew.
 */

import { closeConnection, openConnection } from './connection.ts';
import type { Redis } from './redis.ts';

export interface Registered {
  readonly number: number;
  readonly value: string;
}

export interface RaiseOptions {
  /** Also over another value of the same number, which is known not to count. */
  readonly isDecided: boolean;
  /** Also where this process of Redis knows nothing: whoever asks does. */
  readonly renews: boolean;
}

export interface RedisRegister {
  open(): void;
  close(): void;
  /** Null where this process of Redis knows nothing. Rejects when it does not answer in bounded time. */
  read(): Promise<Registered | null>;
  /** Gives what the register holds then. */
  raise(to: Registered, options: RaiseOptions): Promise<Registered | null>;
  /** Leaves a sign under a name, which is there for `ms`. */
  leaveSign(name: string, ms: number): Promise<void>;
  hasSign(name: string): Promise<boolean>;
}

/** How long an answer may take, in ms. */
const ANSWER_MS_MAX = 1_500;

const KNOWN = `
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  local held = redis.call('HMGET', KEYS[1], 'run', 'number', 'value')
  local known = held[1] == run`;
const READ = `${KNOWN}
  if not known then return false end
  return {held[2], held[3]}`;
/** What another process of Redis left is no vote, but a number below it is still refused. */
const RAISE = `${KNOWN}
  local number, least = tonumber(ARGV[1]), tonumber(held[2] or '-1')
  local free = number > least or (number == least and ARGV[3] == '1')
  if free and (known or ARGV[4] == '1') then
    redis.call('HSET', KEYS[1], 'run', run, 'number', ARGV[1], 'value', ARGV[2])
    return {ARGV[1], ARGV[2]}
  end
  if not known then return false end
  return {held[2], held[3]}`;

export function createRedisRegister({
  redis,
  key,
}: {
  readonly redis: Redis;
  readonly key: string;
}): RedisRegister {
  const connection = redis.connection({ purpose: 'register', offline: 'refuse' });
  const run = async (script: string, given: readonly string[]): Promise<Registered | null> => {
    const answer = await inTime(connection.eval(script, { keys: [key], arguments: [...given] }));
    return Array.isArray(answer) ? { number: Number(answer[0]), value: String(answer[1]) } : null;
  };
  return {
    open: () => openConnection(connection),
    close: () => closeConnection(connection),
    read: () => run(READ, []),
    raise: ({ number, value }, { isDecided, renews }) =>
      run(RAISE, [String(number), value, isDecided ? '1' : '0', renews ? '1' : '0']),
    leaveSign: async (name, ms) => {
      await inTime(connection.set(`${key}:${name}`, '1', { PX: ms }));
    },
    hasSign: async (name) => (await inTime(connection.exists(`${key}:${name}`))) === 1,
  };
}

/** A server that hangs is as good as gone. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('Redis does not answer in time.')), ANSWER_MS_MAX);
  timer.unref();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
