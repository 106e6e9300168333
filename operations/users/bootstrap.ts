/**
 * The first user of an installation: made once, by whoever can read a secret on the server's own disk. There is no
 * password that comes with Trellis.
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { isTenant } from '../../model/principal.ts';
import { OPERATOR, type User } from '../../model/user.ts';
import { checkNewPassword, type Passwords } from '../../platform/auth/password.ts';
import {
  openSecretFile,
  readSecret,
  removeSecret,
  type SecretFile,
} from '../../platform/auth/secret-file.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import { networkOf } from '../../platform/http/network.ts';
import type { Log } from '../../platform/log.ts';
import type { Throttle } from '../../platform/rate-limits/throttle.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { anyUser, createFirstUser } from '../../stores/graph/statements/users.ts';
import { checkName } from './user-request.ts';
import { newUser } from './users.ts';

export interface Bootstrap {
  /** Writes the secret where there is no user yet, and says where; takes one away that is of no use any more. */
  open(): Promise<void>;
  /**
   * Makes the first user, an operator. Rejects with UNAUTHENTICATED for a wrong secret, with CONFLICT once there are
   * users.
   */
  makeFirst(request: FirstUser): Promise<User>;
}

export interface FirstUser {
  readonly secret: string;
  readonly tenant: string;
  readonly name: string;
  readonly password: string;
  readonly address: string | undefined;
}

export interface BootstrapOptions {
  readonly graph: GraphStore;
  readonly passwords: Passwords;
  /** Where the secret is, mode 0600. */
  readonly directory: string;
  readonly throttle: Throttle;
  /** Where whoever starts the server has a token anyway, it is less pressing that there is no user. */
  readonly development: boolean;
  readonly now: () => Date;
  readonly log: Log;
}

const SECRET_BYTES = 32;
const SUBJECT = 'bootstrap';
export const BOOTSTRAP_SECRET = 'bootstrap-secret';

const UNWRITTEN =
  'The secret for the first administrator cannot be kept, or taken away. Let the server write there, 0700, and start it again; or make users with a token.';

export function createBootstrap(options: BootstrapOptions): Bootstrap {
  const { graph, passwords, directory, throttle, development, now, log } = options;
  const file: SecretFile = { directory, name: BOOTSTRAP_SECRET, what: 'secret for the first administrator' };
  const requireSecret = async ({ secret, address = 'unknown' }: FirstUser): Promise<void> => {
    const network = networkOf(address);
    await throttle.attempt(network);
    const kept = await readSecret(file);
    if (kept === null) throw over();
    if (!isEqual(secret.trim(), kept.trim()))
      throw new Problem(
        'UNAUTHENTICATED',
        `The secret is not the one in ${BOOTSTRAP_SECRET}. The log names its folder.`,
      );
    await throttle.giveBack(network);
  };
  return {
    open: async () => {
      const isOver = (await graph.read(anyUser())).length > 0;
      try {
        if (isOver) return await removeSecret(file);
        await openSecretFile(file, async () => randomBytes(SECRET_BYTES).toString('base64url'));
      } catch (error) {
        // What is there works without users, by tokens and keys.
        return log.error({ directory, error }, UNWRITTEN);
      }
      log[development ? 'info' : 'warn'](
        { file: join(directory, BOOTSTRAP_SECRET) },
        'There are no users yet. Make the first administrator with bootstrapAdministrator and what is in this file.',
      );
    },
    makeFirst: async (request) => {
      await requireSecret(request);
      const { tenant, password } = request;
      if (!isTenant(tenant))
        throw badInput('input.tenant', 'is 1 to 128 characters without spaces and control characters.');
      const name = checkName(request.name);
      checkNewPassword(password, name);
      const user = newUser(
        { tenant, subject: SUBJECT },
        { name, roles: [OPERATOR], at: now().toISOString() },
      );
      const [made = []] = await graph.write([
        createFirstUser({ ...user, passwordHash: await passwords.hash(password) }),
      ]);
      await removeSecret(file);
      if (made.length === 0) throw over();
      return user;
    },
  };
}

function isEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function over(): Problem {
  const detail = 'There are users already, so the first one cannot be made. Sign in, or ask one of them.';
  return new Problem('CONFLICT', detail);
}
