/** Sessions that are open: whose they are, whether they still hold, and how somebody ends them. */

import { isAllowed, type Principal } from '../../model/principal.ts';
import type { Session } from '../../model/session.ts';
import { subjectOfUser, userIdIn } from '../../model/user.ts';
import type { Announcements } from '../../platform/announcements.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import {
  endSession,
  endSessionsOfUser,
  openSessions,
  sessionById,
  sessionsOfUsers,
} from '../../stores/graph/statements/sessions.ts';
import type { Roles } from './roles.ts';
import { requireWithin } from './users.ts';

export interface OpenSessions {
  /** Of these users, the oldest first. */
  ofUsers(userIds: readonly string[], options?: CallOptions): Promise<readonly Session[]>;
  /** Which of these are open. At most 1,000. */
  among(ids: readonly string[], options?: CallOptions): Promise<readonly string[]>;
  /**
   * Ends one of the principal's own, or, for who manages users, of a user who may not do more. Rejects with NOT_FOUND
   * for any other.
   */
  end(principal: Principal, id: string): Promise<Ended>;
  /** Ends all of a user's; of the principal's own where no user is named. */
  endAll(principal: Principal, userId: string | null): Promise<Ended>;
}

/** How many ended, and whose. */
export interface Ended {
  readonly userId: string;
  readonly ended: number;
}

export interface OpenSessionsOptions {
  readonly graph: GraphStore;
  readonly roles: Roles;
  /** Hears of what ended: a session's id, or a user's subject for all of the user's. */
  readonly changes: Pick<Announcements, 'tell'>;
  readonly now: () => Date;
}

const ASKED_MAX = 1_000;

export function createOpenSessions({ graph, roles, changes, now }: OpenSessionsOptions): OpenSessions {
  const moment = () => now().toISOString();
  const ofUsers: OpenSessions['ofUsers'] = (userIds, call) =>
    graph.read(sessionsOfUsers(userIds, moment()), call);
  return {
    ofUsers,
    among: async (ids, call) => {
      if (ids.length > ASKED_MAX) throw badInput('ids', `are ${ids.length} and may be ${ASKED_MAX}.`);
      return graph.read(openSessions(ids, moment()), call);
    },
    end: async (principal, id) => {
      const [session] = await graph.read(sessionById(id));
      const isOwn = session !== undefined && principal.subject === subjectOfUser(session.userId);
      const isManaged = session?.tenant === principal.tenant && isAllowed(principal, 'admin:users');
      if (session === undefined || session.tenant !== principal.tenant || !(isOwn || isManaged))
        throw unknownSession(id);
      if (!isOwn) await requireWithin({ graph, roles }, principal, session.userId);
      const at = moment();
      await graph.write([endSession(id, at)]);
      changes.tell(id);
      const wasOpen = session.endedAt === null && session.expiresAt > at;
      return { userId: session.userId, ended: wasOpen ? 1 : 0 };
    },
    endAll: async (principal, given) => {
      const userId = given ?? requireOwn(principal);
      if (principal.subject !== subjectOfUser(userId)) {
        if (!isAllowed(principal, 'admin:users'))
          throw new Problem('FORBIDDEN', 'The sessions of others take the scope "admin:users".');
        await requireWithin({ graph, roles }, principal, userId);
      }
      const open = await ofUsers([userId]);
      await graph.write([endSessionsOfUser(userId, moment())]);
      changes.tell(subjectOfUser(userId));
      return { userId, ended: open.length };
    },
  };
}

function requireOwn({ subject }: Principal): string {
  const id = userIdIn(subject);
  if (id !== null) return id;
  throw new Problem(
    'FORBIDDEN',
    'Only a user who signed in has sessions. Name the user whose sessions to end.',
  );
}

function unknownSession(id: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `There is no session ${id.slice(0, 100)}. A user's "sessions" lists those that are open.`,
  );
}
