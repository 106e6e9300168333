/**
 * Whether the sessions still hold whose access tokens were shown to this gateway. What is known is used for a few
 * seconds; a session that is said to have ended is asked about anew at once. Where nobody can say, a token is good for as
 * long as it says itself, which is minutes.
 */

import { LRUCache } from 'lru-cache';
import type { Principal } from '../../model/principal.ts';
import type { Announcements } from '../../platform/announcements.ts';
import { startDeadline } from '../../platform/deadline.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { untilAborted } from '../../platform/until-aborted.ts';
import { readProblem } from '../error-format.ts';
import type { AskAdmin } from './ask-admin.ts';

/** How long an answer is used, in ms: so long an ended session may be taken where nobody tells of it. */
const KNOWN_MS = 3_000;
const KNOWN_MAX = 10_000;
/** How long an answer is waited for before the token's own word is taken, in ms. */
const WAIT_MS = 1_000;
/** Sessions asked about at once. */
const ASKED_MAX = 1_000;

export interface SessionRing {
  /** Rejects with UNAUTHENTICATED where the session of the token has ended. A token without one is left alone. */
  verify(principal: Principal): Promise<void>;
  /** Calls `onEnd` once the session has ended; gives what stops watching. */
  watch(principal: Principal, onEnd: () => void): () => void;
  close(): void;
}

export interface SessionRingOptions {
  readonly ask: AskAdmin;
  /** Ids of sessions that ended, and subjects of users all of whose sessions did. */
  readonly changes: Announcements;
  readonly log: Log;
}

interface Known {
  readonly subject: string;
  readonly isOpen: boolean;
  /** On the process's own clock, in ms. */
  readonly until: number;
}

interface Watched {
  readonly session: string;
  readonly subject: string;
  readonly onEnd: () => void;
}

export function createSessionRing({ ask, changes, log }: SessionRingOptions): SessionRing {
  const known = new LRUCache<string, Known>({ max: KNOWN_MAX });
  const underWay = new Map<string, Promise<boolean>>();
  const watched = new Set<Watched>();
  let changesHeard = 0;

  /** Where nobody can say, what was known goes on: of nothing, that it holds. */
  const isSaidOpen = async (session: string, before = true): Promise<boolean> => {
    const waiting = startDeadline(WAIT_MS);
    try {
      return (await untilAborted(openAmong(ask, [session]), waiting.signal)).has(session);
    } catch (error) {
      log.warn({ error }, 'It could not be asked whether a session holds; it is taken as it was.');
      return before;
    } finally {
      waiting.release();
    }
  };
  const askFor = async (session: string, subject: string): Promise<boolean> => {
    const heardBefore = changesHeard;
    const isOpen = await isSaidOpen(session, known.get(session)?.isOpen);
    // What was read before a change is not kept beyond it.
    if (changesHeard === heardBefore)
      known.set(session, { subject, isOpen, until: performance.now() + KNOWN_MS });
    return isOpen;
  };
  const askOnce = (session: string, subject: string): Promise<boolean> => {
    const running = underWay.get(session);
    if (running !== undefined) return running;
    const asking = askFor(session, subject).finally(() => {
      if (underWay.get(session) === asking) underWay.delete(session);
    });
    underWay.set(session, asking);
    return asking;
  };
  const endThoseThatEnded = async (asked: readonly Watched[]): Promise<void> => {
    const ids = [...new Set(asked.map(({ session }) => session))];
    for (let from = 0; from < ids.length; from += ASKED_MAX) {
      const some = new Set(ids.slice(from, from + ASKED_MAX));
      const open = await openAmong(ask, [...some]);
      for (const one of asked)
        if (some.has(one.session) && !open.has(one.session) && watched.delete(one)) one.onEnd();
    }
  };
  const look = (asked: readonly Watched[]) =>
    void endThoseThatEnded(asked).catch((error: unknown) => {
      log.warn(
        { error },
        'It could not be asked whether the sessions of live connections hold; asked again.',
      );
    });
  const looking = setInterval(() => look([...watched]), KNOWN_MS).unref();
  changes.listen((ended) => {
    changesHeard++;
    underWay.clear();
    for (const [session, about] of known.entries()) {
      // A session that was ended stays so. Of a user's, one may have begun since.
      if (session === ended) known.set(session, { ...about, isOpen: false, until: Number.POSITIVE_INFINITY });
      else if (about.subject === ended && about.isOpen) known.delete(session);
    }
    look([...watched].filter(({ session, subject }) => session === ended || subject === ended));
  });

  return {
    verify: async ({ session, subject }) => {
      if (session === undefined) return;
      const found = known.get(session);
      // One that the data of a restore does not have is there again where that is taken back.
      const isFresh = found !== undefined && found.until > performance.now();
      const isOpen = isFresh ? found.isOpen : await askOnce(session, subject);
      if (!isOpen)
        throw new Problem('UNAUTHENTICATED', 'The session of this token has ended. Sign in again.');
    },
    watch: ({ session, subject }, onEnd) => {
      if (session === undefined) return () => undefined;
      const one = { session, subject, onEnd };
      watched.add(one);
      return () => void watched.delete(one);
    },
    close: () => {
      clearInterval(looking);
      watched.clear();
    },
  };
}

const OPEN = 'query OpenSessions($ids: [ID!]!) { openSessions(ids: $ids) }';

async function openAmong(ask: AskAdmin, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { data, errors = [] } = await ask(OPEN, { ids });
  const [error] = errors;
  if (error !== undefined) throw readProblem(error);
  return new Set((data as { readonly openSessions: readonly string[] }).openSessions);
}
