/** Restores of the whole on engines that processes share: in a namespace of them beside the one that is served. */

import type { Namespace } from '../model/namespace.ts';
import type { Duty } from '../operations/leader.ts';
import type { OpenPlace } from '../operations/restores/on-servers/place.ts';
import { StandsOtherwise } from '../operations/restores/on-servers/records.ts';
import { createServedRestorer } from '../operations/restores/on-servers/restorer.ts';
import { createServedRestores } from '../operations/restores/on-servers/whole-restores.ts';
import type { Replay } from '../operations/restores/restore-into.ts';
import type { WholeRestores } from '../operations/restores/whole-restores.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { fencedBy } from '../stores/graph/fenced-graph-store.ts';
import { fenceRestore } from '../stores/graph/statements/serving.ts';
import type { AuditRooms } from './audit.ts';
import type { createConfiguredSets } from './backups.ts';
import { dropNamespace, listNamespaces } from './drop-namespace.ts';
import { createStores, openAll, type Stores } from './stores.ts';

export interface ServedRestoresTools {
  readonly sets: NonNullable<ReturnType<typeof createConfiguredSets>>;
  /** Of what is served. */
  readonly stores: Stores;
  readonly namespace: Namespace;
  readonly replay: Replay;
  readonly auditing: Pick<AuditRooms, 'audit'>;
  readonly secrets: Secrets;
  readonly onSwitched: () => void;
  readonly log: Log;
}

export function createConfiguredServedRestores(
  config: Config,
  { sets, stores, namespace, replay, auditing, secrets, onSwitched, log }: ServedRestoresTools,
): { readonly whole: WholeRestores; readonly duty: Duty } {
  const { graph } = stores;
  const now = () => new Date();
  const tools = { secrets, log };
  return {
    whole: createServedRestores({ graph, now }),
    duty: createServedRestorer({
      ...{ graph, namespace, sets, replay, onSwitched, now, log },
      open: openPlace(config, tools),
      drop: (unneeded, signal) => dropNamespace(config, unneeded, { ...tools, signal }),
      list: (signal) => listNamespaces(config, { ...tools, signal }),
      record: auditing.audit.record,
    }),
  };
}

interface Tools {
  readonly secrets: Secrets;
  readonly log: Log;
}

export function openPlace(config: Config, tools: Tools): OpenPlace {
  return async ({ id, namespace, restore: { state } }, place) => {
    const stores = createStores(config, { ...tools, namespace: place.namespace });
    const opened = await openAll(stores, place.embedder);
    const fence = fenceRestore({ id, state, namespace }, () => {
      throw new StandsOtherwise(id);
    });
    return { ...opened, graph: fencedBy(opened.graph, fence) };
  };
}
