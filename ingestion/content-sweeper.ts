/**
 * The leader's duty, day by day: removes contents that nothing refers to. A call that a crash cut off before it was
 * acknowledged leaves its bytes, and a batch that was cut off and never ran again its text.
 */

import { type AuditEvent, ownEvent } from '../model/audit.ts';
import type { Log } from '../platform/log.ts';
import { pause } from '../platform/pause.ts';
import { tenantsOfCollections } from '../stores/graph/statements/consistency.ts';
import type { Exclusive } from './exclusive.ts';
import type { RemovalStores } from './removals.ts';
import { removeUnused, unusedAmong } from './unused-contents.ts';

const DAY_MS = 86_400_000;
/** The first look comes this long after the leader began, and another one after a look that failed, in ms. */
const SOON_MS = 600_000;
/** Nobody who puts contents takes longer to refer to them, in ms: not a batch that waits, and not a restore. */
const UNUSED_AFTER_MS = DAY_MS;
const CONTENTS_AT_ONCE = 500;

export interface ContentSweeperOptions extends RemovalStores {
  readonly exclusive: Exclusive;
  readonly now: () => Date;
  readonly log: Log;
  /** Keeps what was removed, as it does what people do. */
  readonly record: (events: readonly AuditEvent[]) => Promise<void>;
}

export function createContentSweeper(options: ContentSweeperOptions) {
  return {
    name: 'content sweeper',
    run: async (signal: AbortSignal): Promise<void> => {
      for (let waitMs = SOON_MS; ; ) {
        await pause(waitMs, signal);
        if (signal.aborted) return;
        waitMs = await sweepContents(options, signal).then(
          () => DAY_MS,
          (error: unknown) => {
            options.log.warn({ error }, 'Contents that nothing refers to could not be removed; tried again.');
            return SOON_MS;
          },
        );
      }
    },
  };
}

/** Of every tenant that has anything else. Gives how many were removed. */
export async function sweepContents(options: ContentSweeperOptions, signal: AbortSignal): Promise<number> {
  const { graph, vectors, record, log } = options;
  const tenants = new Set([...(await graph.read(tenantsOfCollections())), ...(await vectors.tenants())]);
  let all = 0;
  for (const tenant of tenants) {
    const removed = await sweepTenant(options, tenant, signal);
    if (signal.aborted) return all;
    if (removed === 0) continue;
    all += removed;
    const detail = `${removed} contents were removed that nothing had referred to for a day.`;
    log.info({ tenant, removed }, detail);
    await record([ownEvent({ tenant, action: 'content sweep', detail })]);
  }
  return all;
}

/** A page is looked at while others write; what seems to be of no use is looked at again, and removed, by whoever has the index alone. */
async function sweepTenant(
  { exclusive, now, ...stores }: ContentSweeperOptions,
  tenant: string,
  signal: AbortSignal,
): Promise<number> {
  const wanted = { tenant, writtenBefore: now().getTime() - UNUSED_AFTER_MS };
  let removed = 0;
  for (let after: string | null = null; !signal.aborted; ) {
    const page = await stores.content.list(tenant, { after, limit: CONTENTS_AT_ONCE });
    const suspected = new Set(await unusedAmong(stores, page.contents, wanted));
    const among = page.contents.filter(({ hash }) => suspected.has(hash));
    if (among.length > 0)
      removed += await exclusive(async (alone) => {
        const still = await unusedAmong({ ...stores, ...alone }, among, wanted);
        return removeUnused({ ...stores, ...alone }, tenant, still);
      });
    if (page.next === null) break;
    after = page.next;
  }
  return removed;
}
