/** The third register, beside those on the two servers: with it, two registers are left when one server is gone. */

import type { RedisRegister } from '../../../platform/redis/redis-register.ts';
import type { Epoch, StandbyMode } from './epoch.ts';

export interface RaiseTo {
  readonly isDecided: boolean;
  /** Whether both servers say so, which teaches a witness that knows nothing. */
  readonly renews: boolean;
}

export interface Witness {
  open(): void;
  close(): void;
  /** Null where it knows nothing. Rejects where it does not answer. */
  read(): Promise<Epoch | null>;
  /** Gives the epoch that it holds then. */
  raise(epoch: Epoch, options: RaiseTo): Promise<Epoch | null>;
  /** Says to other processes that this one reaches the server. */
  sawServer(server: string, ms: number): Promise<void>;
  /** Whether some process said so lately. */
  isServerSeen(server: string): Promise<boolean>;
}

export function createRedisWitness(register: RedisRegister): Witness {
  return {
    open: register.open,
    close: register.close,
    read: async () => toEpoch(await register.read()),
    raise: async ({ number, ...rest }, options) =>
      toEpoch(await register.raise({ number, value: JSON.stringify(rest) }, options)),
    sawServer: (server, ms) => register.leaveSign(`seen:${server}`, ms),
    isServerSeen: (server) => register.hasSign(`seen:${server}`),
  };
}

function toEpoch(held: { readonly number: number; readonly value: string } | null): Epoch | null {
  if (held === null) return null;
  const { proposal, primary, standby } = JSON.parse(held.value) as Record<string, string>;
  return {
    number: held.number,
    proposal: String(proposal),
    primary: String(primary),
    standby: standby as StandbyMode,
  };
}
