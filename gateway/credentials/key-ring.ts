/**
 * The API keys that were shown to this gateway lately, and what they are good for. What is known is used for a few
 * seconds; a key that is said to have changed is asked for anew at once.
 */

import { LRUCache } from 'lru-cache';
import type { ApiKeyGrant } from '../../model/api-key.ts';
import type { Announcements } from '../../platform/announcements.ts';
import { type ApiKeyText, readApiKey } from '../../platform/auth/api-key.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { KeySource } from './key-source.ts';
import { createKeyUses } from './key-uses.ts';

/** How long an answer is used, in ms: so long a revoked key may be taken where nobody tells of it. */
const KNOWN_MS = 3_000;
const KNOWN_MAX = 10_000;
/** Keys asked about at once. */
const ASKED_MAX = 1_000;

export interface KeyRing {
  /** Rejects with UNAUTHENTICATED, saying why; with UNAVAILABLE where nobody can say. */
  verify(text: string): Promise<ApiKeyGrant>;
  /** Calls `onEnd` once the key is not taken any more; gives what stops watching. */
  watch(text: string, onEnd: () => void): () => void;
  close(): Promise<void>;
}

export interface KeyRingOptions {
  readonly source: KeySource;
  readonly changes: Announcements;
  /** Whether `TEST` keys are taken. */
  readonly development: boolean;
  readonly log: Log;
}

interface Known {
  readonly grant: ApiKeyGrant | null;
  /** On the process's own clock, in ms. */
  readonly until: number;
}

interface Watched {
  readonly key: ApiKeyText;
  readonly onEnd: () => void;
}

export function createKeyRing({ source, changes, development, log }: KeyRingOptions): KeyRing {
  const known = new LRUCache<string, Known>({ max: KNOWN_MAX });
  const underWay = new Map<string, Promise<ApiKeyGrant | null>>();
  const watched = new Set<Watched>();
  const uses = createKeyUses({ source, log });
  let changesHeard = 0;

  const ask = async (key: ApiKeyText): Promise<ApiKeyGrant | null> => {
    const heardBefore = changesHeard;
    const [grant = null] = await source.grants([key]);
    // What was read before a change is not kept beyond it.
    if (changesHeard === heardBefore) known.set(key.digest, { grant, until: performance.now() + KNOWN_MS });
    return grant;
  };
  const askOnce = (key: ApiKeyText): Promise<ApiKeyGrant | null> => {
    const running = underWay.get(key.digest);
    if (running !== undefined) return running;
    const asking = ask(key).finally(() => {
      if (underWay.get(key.digest) === asking) underWay.delete(key.digest);
    });
    underWay.set(key.digest, asking);
    return asking;
  };
  const endThoseThatEnded = async (asked: readonly Watched[]): Promise<void> => {
    const byKey = [...Map.groupBy(asked, ({ key }) => key.digest).values()];
    for (let from = 0; from < byKey.length; from += ASKED_MAX) {
      const some = byKey.slice(from, from + ASKED_MAX);
      const grants = await source.grants(some.flatMap(([one]) => (one === undefined ? [] : [one.key])));
      some.forEach((watchers, at) => {
        if (isTaken(grants[at] ?? null)) return;
        for (const one of watchers) if (watched.delete(one)) one.onEnd();
      });
    }
  };
  const look = (asked: readonly Watched[]) =>
    void endThoseThatEnded(asked).catch((error: unknown) => {
      log.warn(
        { error },
        'It could not be asked whether the keys of live connections still hold; asked again.',
      );
    });
  const looking = setInterval(() => look([...watched]), KNOWN_MS).unref();
  changes.listen((id) => {
    changesHeard++;
    underWay.clear();
    for (const [digest, { grant }] of known.entries()) if (grant?.id === id) known.delete(digest);
    look([...watched].filter(({ key }) => key.id === id));
  });

  return {
    verify: async (text) => {
      const key = readApiKey(text);
      if (key.kind === 'TEST' && !development) throw refuse('is for servers in development. Use a live one');
      const found = known.get(key.digest);
      const isFresh = found !== undefined && found.until > performance.now();
      const grant = isFresh ? found.grant : await askOnce(key);
      if (grant === null) throw refuse('is not one of ours. Have one made with createApiKey');
      if (!isTaken(grant)) throw new KeyRefused(grant, `The API key ${REASONS[grant.refusal ?? 'EXPIRED']}.`);
      uses.note(grant.id);
      return grant;
    },
    watch: (text, onEnd) => {
      const one = { key: readApiKey(text), onEnd };
      watched.add(one);
      return () => void watched.delete(one);
    },
    close: async () => {
      clearInterval(looking);
      watched.clear();
      await uses.close();
    },
  };
}

/** The moment counts as well: what is known may have been asked before it. */
function isTaken(grant: ApiKeyGrant | null): boolean {
  if (grant === null || grant.refusal !== null) return false;
  return grant.expiresAt === null || Date.parse(grant.expiresAt) > Date.now();
}

const REASONS = {
  EXPIRED: 'has expired. Have a new one made',
  REVOKED: 'was revoked. Have a new one made',
  REPLACED: 'was replaced by a rotation. Use its new secret',
  FOREIGN:
    'was made under another secret of this server (TRELLIS_API_KEY_SECRET). Restore that secret, or rotate the key',
} as const;

/** A key that there is, and that is not taken: the audit log says whose it is. */
export class KeyRefused extends Problem {
  readonly grant: ApiKeyGrant;

  constructor(grant: ApiKeyGrant, detail: string) {
    super('UNAUTHENTICATED', detail);
    this.grant = grant;
  }
}

function refuse(reason: string): Problem {
  return new Problem('UNAUTHENTICATED', `The API key ${reason}.`);
}
