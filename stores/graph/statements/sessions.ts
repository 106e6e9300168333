/** Sessions of those who signed in: each knows the one refresh token that is good for it, by a keyed hash. */

import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

export interface SessionNode {
  readonly id: string;
  readonly tenant: string;
  readonly userId: string;
  readonly hash: string;
  readonly createdAt: string;
  readonly refreshedAt: string | null;
  readonly expiresAt: string;
  readonly endedAt: string | null;
}

const COLUMNS = `s.id AS id, s.tenant AS tenant, s.userId AS userId, s.hash AS hash, s.createdAt AS createdAt,
  s.refreshedAt AS refreshedAt, s.expiresAt AS expiresAt, s.endedAt AS endedAt`;

/** Written before it is looked at, so that what is seen is what no other transaction changes meanwhile. */
const LOCK_USER = 'SET u.tenant = u.tenant WITH u';
const LOCK_SESSION = 'SET s.tenant = s.tenant WITH s';

function decodeSession(row: Row): SessionNode {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    userId: textOf(row.userId),
    hash: textOf(row.hash),
    createdAt: textOf(row.createdAt),
    refreshedAt: textOrNull(row.refreshedAt),
    expiresAt: textOf(row.expiresAt),
    endedAt: textOrNull(row.endedAt),
  };
}

export interface CheckedPassword {
  /** The hash that the password was checked against. */
  readonly passwordHash: string;
  /** What takes its place: the same, or a stronger one of the same password. */
  readonly nextHash: string;
}

/**
 * Begins a session, unless the user was disabled or got another password since this one was checked; then it gives
 * nothing.
 */
export function beginSession(
  { id, ...session }: SessionNode,
  { passwordHash, nextHash }: CheckedPassword,
): Statement<string> {
  return statement(
    'sessions.begin',
    `MATCH (u:User {id: $userId}) ${LOCK_USER} WHERE u.disabledAt IS NULL AND u.passwordHash = $passwordHash
     SET u.passwordHash = $nextHash, u.lastSignInAt = $at WITH u
     MERGE (s:Session {id: $id}) ON CREATE SET s += $properties RETURN s.id AS id`,
    { id, userId: session.userId, at: session.createdAt, passwordHash, nextHash, properties: { ...session } },
    (row) => textOf(row.id),
  );
}

/** Of whatever tenant: a refresh token knows its id alone. */
export function sessionById(id: string): Statement<SessionNode> {
  return statement('sessions.byId', `MATCH (s:Session {id: $id}) RETURN ${COLUMNS}`, { id }, decodeSession);
}

export function sessionsOfUser(userId: string): Statement<SessionNode> {
  return statement(
    'sessions.ofUser',
    `MATCH (s:Session {userId: $userId}) RETURN ${COLUMNS} ORDER BY createdAt`,
    { userId },
    decodeSession,
  );
}

/** Sessions of these users that are open, the oldest first. */
export function sessionsOfUsers(userIds: readonly string[], now: string): Statement<SessionNode> {
  return statement(
    'sessions.ofUsers',
    `UNWIND $userIds AS ownerId MATCH (s:Session {userId: ownerId})
     WHERE s.endedAt IS NULL AND s.expiresAt > $now RETURN ${COLUMNS} ORDER BY createdAt`,
    { userIds, now },
    decodeSession,
  );
}

/** Which of these are open. */
export function openSessions(ids: readonly string[], now: string): Statement<string> {
  return statement(
    'sessions.open',
    `UNWIND $ids AS sessionId MATCH (s:Session {id: sessionId})
     WHERE s.endedAt IS NULL AND s.expiresAt > $now RETURN s.id AS id`,
    { ids, now },
    (row) => textOf(row.id),
  );
}

/** Puts the next token's hash in place of the one before, or gives nothing where that is not the present one. */
export function rotateSession(
  id: string,
  { former, next, at }: { readonly former: string; readonly next: string; readonly at: string },
): Statement<string> {
  return statement(
    'sessions.rotate',
    `MATCH (s:Session {id: $id}) ${LOCK_SESSION} WHERE s.hash = $former AND s.endedAt IS NULL
     SET s.hash = $next, s.refreshedAt = $at RETURN s.id AS id`,
    { id, former, next, at },
    (row) => textOf(row.id),
  );
}

/** The first time counts. */
export function endSession(id: string, endedAt: string): Statement<unknown> {
  return statement(
    'sessions.end',
    'MATCH (s:Session {id: $id}) SET s.endedAt = coalesce(s.endedAt, $endedAt)',
    { id, endedAt },
    (row) => row,
  );
}

export function endSessionsOfUser(userId: string, endedAt: string): Statement<unknown> {
  return statement(
    'sessions.endOfUser',
    'MATCH (s:Session {userId: $userId}) SET s.endedAt = coalesce(s.endedAt, $endedAt)',
    { userId, endedAt },
    (row) => row,
  );
}

export function deleteSessionsOfUser(userId: string): Statement<unknown> {
  return statement(
    'sessions.deleteOfUser',
    'MATCH (s:Session {userId: $userId}) DETACH DELETE s',
    { userId },
    (row) => row,
  );
}

export function deleteSessions(ids: readonly string[]): Statement<unknown> {
  return statement(
    'sessions.delete',
    'UNWIND $ids AS sessionId MATCH (s:Session {id: sessionId}) DETACH DELETE s',
    { ids },
    (row) => row,
  );
}
