/**
 * Who somebody is by name and password. Wrong passwords slow down their name at their address, and their address, with
 * growing waits; nobody can lock a name for others elsewhere.
 */

import { userId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import { loginOf, type User, userIdIn } from '../../model/user.ts';
import type { Announcements } from '../../platform/announcements.ts';
import { checkNewPassword, type Passwords } from '../../platform/auth/password.ts';
import { Problem } from '../../platform/errors.ts';
import { networkOf } from '../../platform/http/network.ts';
import type { Throttle } from '../../platform/rate-limits/throttle.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { type UserNode, usersByIds, userToCheck } from '../../stores/graph/statements/users.ts';
import type { Sessions, SessionTokens } from './sessions.ts';
import { changePasswordOf, requireUser } from './users.ts';

export interface SignIn {
  /** Rejects with UNAUTHENTICATED, in the same words whatever is wrong, and with TOO_MANY_REQUESTS. */
  signIn(attempt: Attempt): Promise<SessionTokens>;
  /** For a user who is signed in and knows the present password. Ends all of the user's sessions. */
  changePassword(principal: Principal, current: string, password: string): Promise<User>;
}

export interface Attempt {
  readonly tenant: string;
  readonly name: string;
  readonly password: string;
  readonly address: string | undefined;
  /** Hears whose password was tried, where there is such a user. */
  onUser(user: User): void;
}

export interface SignInOptions {
  readonly graph: GraphStore;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly throttles: SignInThrottles;
  /** Hears of users all of whose sessions ended, by their subjects. */
  readonly changes: Pick<Announcements, 'tell'>;
  readonly now: () => Date;
}

export interface SignInThrottles {
  /** Of a name at an address. */
  readonly name: Throttle;
  readonly address: Throttle;
}

/** What failures are counted by. */
interface Tried {
  readonly tenant: string;
  readonly login: string;
  readonly address: string | undefined;
}

export function createSignIn({ graph, passwords, sessions, throttles, changes, now }: SignInOptions): SignIn {
  /** The user where the password is right; null, after as long, where it is not or there is no such user. */
  const check = async (user: UserNode | undefined, password: string) => {
    const verdict = await passwords.check(password, user?.passwordHash ?? null);
    return user !== undefined && verdict.isRight && user.disabledAt === null ? { user, ...verdict } : null;
  };
  /** Counts what comes to nothing, and only that: not what could not be tried. */
  const counted = async <Found>(
    { tenant, login, address = 'unknown' }: Tried,
    attempt: () => Promise<Found | null>,
  ): Promise<Found> => {
    const network = networkOf(address);
    const name = JSON.stringify([tenant, login, network]);
    const giveBack = (throttle: Throttle, key: string) => async (error: unknown) => {
      await throttle.giveBack(key);
      throw error;
    };
    await throttles.address.attempt(network);
    await throttles.name.attempt(name).catch(giveBack(throttles.address, network));
    const found = await attempt()
      .catch(giveBack(throttles.name, name))
      .catch(giveBack(throttles.address, network));
    if (found === null) throw wrong();
    await Promise.all([throttles.address.giveBack(network), throttles.name.forget(name)]);
    return found;
  };
  return {
    signIn: async ({ tenant, name, password, address, onUser }) => {
      const login = loginOf(name);
      return counted({ tenant, login, address }, async () => {
        const [user] = await graph.read(userToCheck(tenant, userId(tenant, login)));
        if (user !== undefined) onUser(user);
        const checked = await check(user, password);
        if (checked === null) return null;
        const { passwordHash } = checked.user;
        const nextHash = checked.isWeak ? await passwords.hash(password) : passwordHash;
        return sessions.begin(checked.user, { passwordHash, nextHash });
      });
    },
    changePassword: async ({ tenant, subject, address }, current, password) => {
      const id = userIdIn(subject);
      if (id === null)
        throw new Problem('FORBIDDEN', 'Only a user who signed in has a password. Sign in, with signIn.');
      const { name } = requireUser(await graph.read(usersByIds(tenant, [id])), id);
      checkNewPassword(password, name);
      const user = await counted({ tenant, login: loginOf(name), address }, async () => {
        const [node] = await graph.read(userToCheck(tenant, id));
        return check(node, current);
      });
      return changePasswordOf({ graph, passwords, changes, at: now().toISOString() }, user.user, password);
    },
  };
}

function wrong(): Problem {
  const detail =
    'Tenant, name and password do not go together, or the user is disabled. Try again, or ask an administrator.';
  return new Problem('UNAUTHENTICATED', detail);
}
