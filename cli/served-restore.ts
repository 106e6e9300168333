/**
 * `trellis restore --confirm` and `--revert` of a restore on servers, in the graph itself: for when no process opens what
 * was switched to, and nobody can be asked.
 */

import { toKept } from '../operations/restores/on-servers/records.ts';
import { revertServed } from '../operations/restores/on-servers/switch-served.ts';
import { createServedRestores } from '../operations/restores/on-servers/whole-restores.ts';
import { REPLAY } from '../parts/restores.ts';
import { openPlace } from '../parts/served-restores.ts';
import { servedNamespace } from '../parts/serving.ts';
import { createStores } from '../parts/stores.ts';
import type { Config } from '../platform/config.ts';
import { Problem } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { type ServedRestore, servedRestoreById } from '../stores/graph/statements/serving.ts';
import { requireYes } from './require-yes.ts';

export interface ServedRestoreCommand {
  readonly action: 'confirm' | 'revert';
  readonly yes: boolean;
  readonly secrets: Secrets;
}

/** Whether anything runs or not: processes that do follow by themselves. */
export async function settleServed(
  config: Config,
  { action, yes, secrets }: ServedRestoreCommand,
): Promise<string> {
  const tools = { secrets, log: createLog({ level: config.LOG_LEVEL }) };
  const namespace = await servedNamespace(config, tools);
  const { graph } = createStores(config, { ...tools, namespace, onOther: () => undefined });
  try {
    await graph.open();
    return await settle(
      { graph, now: () => new Date(), open: openPlace(config, tools), replay: REPLAY, log: tools.log },
      action,
      { yes },
    );
  } finally {
    await graph.close();
  }
}

/** What going back takes. */
type Tools = Parameters<typeof revertServed>[0];

async function settle(
  tools: Tools,
  action: 'confirm' | 'revert',
  options: { readonly yes: boolean },
): Promise<string> {
  const whole = createServedRestores(tools);
  const last = (await whole.list()).find(({ state }) => state === 'SWITCHED' || state === 'REVERTING');
  if (last === undefined)
    throw new Problem(
      'CONFLICT',
      'There is no restore on these servers that could be confirmed or taken back.',
    );
  if (action === 'confirm') {
    await requireYes(`What was there before the restore of ${last.backup} will be gone for good.`, options);
    await whole.confirm(last.id);
    return 'The restore is confirmed; what was there before is dropped once a worker runs.';
  }
  await requireYes(`What was written since the restore of ${last.backup} will be gone for good.`, options);
  if (last.state === 'SWITCHED') await whole.revert(last.id);
  await goBack(tools, last.id);
  const { receipt } = await whole.get(last.id);
  return `The data is what it was before the restore, without whom was erased since and under the privacy policies of now; what was restored is dropped once a worker runs.${keptByHolds(receipt.held)}`;
}

/** Said behind what was done. */
export function keptByHolds(count: number): string {
  return count === 0
    ? ''
    : ` Of whom was erased since, legal holds of that data keep ${count} documents, which the log names: release them, and erase again.`;
}

/** A leader may be at it as well: of the two one does it. */
async function goBack(tools: Tools, id: string): Promise<void> {
  const { graph } = tools;
  const isBack = (found: ServedRestore | undefined) => found?.state === 'REVERTED';
  const [found] = await graph.read(servedRestoreById(id));
  if (found === undefined || isBack(found)) return;
  await revertServed(tools, toKept(found)).catch(async (error: unknown) => {
    const [after] = await graph.read(servedRestoreById(id));
    if (!isBack(after)) throw error;
  });
}
