/**
 * Sessions of those who signed in: a short access token, and a refresh token that is good for one use. Whoever shows a
 * refresh token that was used up has a copy, or was robbed of it: the whole session ends.
 */

import type { Principal } from '../../model/principal.ts';
import { subjectOfUser, type User } from '../../model/user.ts';
import type { Announcements } from '../../platform/announcements.ts';
import type { AccessTokens } from '../../platform/auth/access-tokens.ts';
import type { RefreshTokens } from '../../platform/auth/refresh-token.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import {
  beginSession,
  type CheckedPassword,
  deleteSessions,
  endSession,
  rotateSession,
  type SessionNode,
  sessionById,
  sessionsOfUser,
} from '../../stores/graph/statements/sessions.ts';
import { usersByIds } from '../../stores/graph/statements/users.ts';
import type { Roles } from './roles.ts';
import { scopesOf } from './users.ts';

export interface SessionTokens {
  readonly user: User;
  readonly accessToken: string;
  /** RFC 3339. */
  readonly accessExpiresAt: string;
  /** Shown once; good for one use. */
  readonly refreshToken: string;
  readonly sessionExpiresAt: string;
}

export interface Sessions {
  /** Null where the user was disabled, or got another password, since this one was checked. */
  begin(user: User, password: CheckedPassword): Promise<SessionTokens | null>;
  /** Rejects with UNAUTHENTICATED for a token that is not, or no more, good for a session. */
  refresh(refreshToken: string, onUser: (user: Whose) => void): Promise<SessionTokens>;
  /**
   * Ends the session of a refresh token, used up or not. Gives whether there was one to end. Rejects with
   * UNAUTHENTICATED for what is no token of this server.
   */
  signOut(refreshToken: string, onUser: (user: Whose) => void): Promise<boolean>;
}

/** Whose session it is. */
export type Whose = Pick<User, 'id' | 'tenant'>;

export interface SessionsOptions {
  readonly graph: GraphStore;
  readonly roles: Roles;
  readonly refreshTokens: RefreshTokens;
  readonly accessTokens: AccessTokens;
  readonly days: number;
  /** Hears of what ended: a session's id, or a user's subject for all of the user's. */
  readonly changes: Pick<Announcements, 'tell'>;
  readonly now: () => Date;
}

const DAY_MS = 86_400_000;
/** Sessions of one user; a new one takes the oldest one's place. */
const SESSIONS_MAX = 100;

export function createSessions(options: SessionsOptions): Sessions {
  const { graph, roles, refreshTokens, accessTokens, days, changes, now } = options;
  const accessFor = async (user: User, session: string) => {
    const { id, tenant } = user;
    const scopes = scopesOf(user, await roles.list(tenant));
    const principal: Principal = { subject: subjectOfUser(id), tenant, scopes, session };
    const { text, expiresAt } = await accessTokens.issue(principal);
    return { user, accessToken: text, accessExpiresAt: expiresAt };
  };
  /** The session is undefined where it was let go of. What this server never made is refused, and asks the graph nothing. */
  const found = async (text: string) => {
    const token = refreshTokens.read(text) ?? refuse('is not one of ours');
    const [session] = await graph.read(sessionById(token.session));
    return { token, session };
  };
  return {
    begin: async (user, password) => {
      const at = now();
      const token = refreshTokens.make();
      // Signed before anything is written: where nobody can sign, nothing has happened.
      const access = await accessFor(user, token.session);
      const session: SessionNode = {
        id: token.session,
        tenant: user.tenant,
        userId: user.id,
        hash: token.hash,
        createdAt: at.toISOString(),
        refreshedAt: null,
        expiresAt: new Date(at.getTime() + days * DAY_MS).toISOString(),
        endedAt: null,
      };
      const over = thoseOver(await graph.read(sessionsOfUser(user.id)), at.toISOString());
      const [[begun] = []] = await graph.write([beginSession(session, password), deleteSessions(over)]);
      if (begun === undefined) return null;
      for (const id of over) changes.tell(id);
      const { createdAt: lastSignInAt, expiresAt: sessionExpiresAt } = session;
      return { ...access, user: { ...user, lastSignInAt }, refreshToken: token.text, sessionExpiresAt };
    },
    refresh: async (text, onUser) => {
      const { token, session } = await found(text);
      if (session === undefined) return refuse('belongs to a session that is long over');
      onUser({ id: session.userId, tenant: session.tenant });
      const at = now().toISOString();
      if (session.endedAt !== null) return refuse('belongs to a session that has ended');
      if (session.expiresAt <= at) return refuse('belongs to a session whose time is over');
      const [user] = await graph.read(usersByIds(session.tenant, [session.userId]));
      if (user === undefined || user.disabledAt !== null) return refuse('belongs to a user who is disabled');
      const access = await accessFor(user, session.id);
      const next = refreshTokens.make(session.id);
      const rotation = { former: token.hash, next: next.hash, at };
      const [[rotated] = []] = await graph.write([rotateSession(session.id, rotation)]);
      if (rotated !== undefined)
        return { ...access, refreshToken: next.text, sessionExpiresAt: session.expiresAt };
      await graph.write([endSession(session.id, at)]);
      changes.tell(session.id);
      return refuse('was used before, so somebody may have a copy of it: its session has ended');
    },
    signOut: async (text, onUser) => {
      const { session } = await found(text);
      if (session === undefined) return false;
      onUser({ id: session.userId, tenant: session.tenant });
      const at = now().toISOString();
      await graph.write([endSession(session.id, at)]);
      changes.tell(session.id);
      return session.endedAt === null && session.expiresAt > at;
    },
  };
}

/** What is over, and the oldest of more than there may be with the one to come. */
function thoseOver(sessions: readonly SessionNode[], now: string): readonly string[] {
  const isOver = ({ endedAt, expiresAt }: SessionNode) => endedAt !== null || expiresAt <= now;
  const running = sessions.filter((session) => !isOver(session));
  const tooMany = running.slice(0, Math.max(0, running.length - SESSIONS_MAX + 1));
  return [...sessions.filter(isOver), ...tooMany].map(({ id }) => id);
}

function refuse(reason: string): never {
  throw new Problem('UNAUTHENTICATED', `The refresh token ${reason}. Sign in again.`);
}
