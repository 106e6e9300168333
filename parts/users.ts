/** Users, their roles and sessions: where the admin subgraph is. */

import { createBootstrap } from '../operations/users/bootstrap.ts';
import { createOpenSessions } from '../operations/users/open-sessions.ts';
import { createRoles } from '../operations/users/roles.ts';
import { createSessions } from '../operations/users/sessions.ts';
import { createSignIn } from '../operations/users/sign-in.ts';
import { createUsers } from '../operations/users/users.ts';
import type { Announcements } from '../platform/announcements.ts';
import { createAccessTokens } from '../platform/auth/access-tokens.ts';
import type { ApiKeySecret } from '../platform/auth/api-key-secret.ts';
import { createPasswords } from '../platform/auth/password.ts';
import { createRefreshTokens } from '../platform/auth/refresh-token.ts';
import type { SigningKeys } from '../platform/auth/signing-keys/signing-keys.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { createThrottle } from '../platform/rate-limits/throttle.ts';
import { closeConnection, openConnection } from '../platform/redis/connection.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { AdminRooms } from '../subgraphs/admin/loaders.ts';
import { secretsDirectory } from './api-keys.ts';
import type { Shared } from './between-processes.ts';

/** Starting it makes sure that somebody can become the first administrator. */
export interface UserRooms extends Part {
  readonly rooms: Pick<AdminRooms, 'users' | 'roles' | 'sessions' | 'openSessions' | 'signIn' | 'bootstrap'>;
}

export interface UserRoomsOptions {
  readonly graph: GraphStore;
  readonly secret: ApiKeySecret;
  readonly shared: Pick<Shared, 'redis'>;
  readonly changes: Announcements;
  readonly signingKeys: SigningKeys;
  readonly log: Log;
}

/** Failures of one name at one address before it has to wait, and the longest wait in seconds. */
const AT_NAME = { free: 5, waitSecondsMax: 300 };
/** Failures of one address, whatever the names: many people may share one. */
const AT_ADDRESS = { free: 30, waitSecondsMax: 60 };

export function createUserRooms(config: Config, options: UserRoomsOptions): UserRooms {
  const { graph, secret, shared, changes, signingKeys, log } = options;
  const now = () => new Date();
  const redis = shared.redis?.connection({ purpose: 'sign-in', offline: 'refuse' }) ?? null;
  const throttle = (of: string, bounds: typeof AT_NAME) =>
    createThrottle({ name: `${config.REDIS_PREFIX}:sign-in:${of}`, redis, ...bounds });
  const passwords = createPasswords();
  const roles = createRoles({ graph, now });
  const sessions = createSessions({
    ...{ graph, roles, changes, now },
    refreshTokens: createRefreshTokens(secret),
    accessTokens: createAccessTokens({
      keys: signingKeys,
      lifetimeSeconds: config.ACCESS_TOKEN_SECONDS,
      now,
    }),
    days: config.SESSION_DAYS,
  });
  const throttles = { name: throttle('name', AT_NAME), address: throttle('address', AT_ADDRESS) };
  const bootstrap = createBootstrap({
    ...{ graph, passwords, now, log },
    directory: secretsDirectory(config),
    development: config.MODE === 'development',
    throttle: throttle('bootstrap', AT_ADDRESS),
  });
  return {
    name: 'users',
    rooms: {
      roles,
      sessions,
      bootstrap,
      openSessions: createOpenSessions({ graph, roles, changes, now }),
      users: createUsers({ graph, roles, passwords, changes, now }),
      signIn: createSignIn({ graph, passwords, sessions, throttles, changes, now }),
    },
    start: async () => {
      if (redis !== null) openConnection(redis);
      await bootstrap.open();
    },
    close: async () => {
      if (redis !== null) closeConnection(redis);
    },
  };
}
