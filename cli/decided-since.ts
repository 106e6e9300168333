/** What an installation that does not run has decided, and no restore of it may undo. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Decided, NOTHING_DECIDED } from '../operations/restores/restore-into.ts';
import { REPLAY } from '../parts/restores.ts';
import { createServedStores } from '../parts/serving.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { fixedSecrets } from '../platform/secrets/secrets.ts';

/** Since that moment (RFC 3339), of the installation that is there now. */
export async function decidedSince(config: Config, since: string, log: Log): Promise<Decided> {
  if (config.GRAPH === 'embedded' && !existsSync(join(config.DATA_DIR, 'graph'))) return NOTHING_DECIDED;
  const { graph } = await createServedStores(config, { secrets: fixedSecrets(config), log });
  try {
    await graph.open();
    return await REPLAY.since(graph, since);
  } finally {
    // Also where it did not open: what is behind it, as Redis beside a standby, would keep the process.
    await graph.close();
  }
}

/** As {@link decidedSince}; null, and a warning in the log, where that installation does not open any more. */
export async function decidedIfReadable(config: Config, since: string, log: Log): Promise<Decided | null> {
  try {
    return await decidedSince(config, since, log);
  } catch (error) {
    log.warn(
      { error },
      `What was erased since ${since}, and which privacy policies were set, could not be read, and so is not done again.`,
    );
    return null;
  }
}
