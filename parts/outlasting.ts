/** What stands as long as the process does, whatever its rooms are built over: the gateway holds on to it. */

import { createGatheredRefusals, type GatheredRefusals } from '../operations/audit/gathered-refusals.ts';
import { type Announcements, createAnnouncements } from '../platform/announcements.ts';
import type { SigningKeys } from '../platform/auth/signing-keys/signing-keys.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createShared, type Shared } from './between-processes.ts';
import { createSharedSigningKeys } from './tokens.ts';

export interface Outlasting {
  /** What processes share beside the engines. */
  readonly shared: Shared;
  readonly signingKeys: SigningKeys;
  /** Ids of API keys that are not what they were. */
  readonly keyChanges: Announcements;
  /** Ids of sessions that ended, and subjects of users all of whose sessions did. */
  readonly sessionChanges: Announcements;
  /** What rooms that close cannot write any more, those after them do. */
  readonly refusals: GatheredRefusals;
}

export function createOutlasting(
  config: Config,
  tools: { readonly secrets: Secrets; readonly log: Log },
): Outlasting {
  const shared = createShared(config, tools);
  return {
    shared,
    signingKeys: createSharedSigningKeys(config),
    keyChanges: createAnnouncements(shared.keyChannel),
    sessionChanges: createAnnouncements(shared.sessionChannel),
    refusals: createGatheredRefusals(),
  };
}
