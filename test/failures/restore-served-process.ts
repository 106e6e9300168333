/**
 * A process to be killed: does what the leader does for restores of the whole on servers, prints each write of where they
 * stand, and stops where it is told to: before that write, while it is under way, or behind it.
 */

import { createServedRestorer } from '../../operations/restores/on-servers/restorer.ts';
import { createConfiguredSets } from '../../parts/backups.ts';
import { dropNamespace, listNamespaces } from '../../parts/drop-namespace.ts';
import { REPLAY } from '../../parts/restores.ts';
import { openPlace } from '../../parts/served-restores.ts';
import { servedNamespace } from '../../parts/serving.ts';
import { createStores } from '../../parts/stores.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import type { Statement } from '../../stores/graph/graph-store.ts';

/** `before SWITCHED`, `during SWITCHED`, `after SWITCHED`. */
const [at = '', settings = '{}'] = process.argv.slice(2);
const config = readConfig(JSON.parse(settings));
const log = createLog({ level: 'silent' });
const tools = { secrets: fixedSecrets(config), log };
const sets = createConfiguredSets(config, tools.secrets);
if (sets === null) throw new Error('backups are configured');
const namespace = await servedNamespace(config, tools);
const { graph } = createStores(config, { ...tools, namespace, onOther: () => undefined });
await graph.open();

async function reach(point: string): Promise<void> {
  process.stdout.write(`${point}\n`);
  // Until it is killed.
  if (point === at) await new Promise(() => setInterval(() => undefined, 1_000));
}

/** What a write says of where a restore stands; null where it says nothing of it. */
function pointOf(statements: readonly Statement<unknown>[]): string | null {
  const change = statements.find(({ name }) => name === 'serving.changeRestore');
  if (change === undefined) return null;
  const {
    state,
    namespace: into,
    drop,
  } = change.parameters['changes'] as {
    readonly state: string;
    readonly namespace?: string;
    readonly drop?: readonly string[];
  };
  if (into !== undefined) return 'TAKEN';
  return drop !== undefined && drop.length === 0 ? 'DROPPED' : state;
}

const watched: typeof graph = {
  ...graph,
  write: async (given, options) => {
    const statements = [...given];
    const point = pointOf(statements);
    if (point === null) return graph.write(statements, options);
    await reach(`before ${point}`);
    const writing = graph.write(statements, options);
    writing.catch(() => undefined);
    await reach(`during ${point}`);
    const rows = await writing;
    await reach(`after ${point}`);
    return rows;
  },
};

const restorer = createServedRestorer({
  ...{ sets, namespace, log, graph: watched },
  replay: {
    ...REPLAY,
    again: async (to, decided, holds) => {
      // What is restored has been compared by then, or stands ready.
      await reach('in the middle');
      return REPLAY.again(to, decided, holds);
    },
  },
  open: openPlace(config, tools),
  drop: (unneeded, signal) => dropNamespace(config, unneeded, { ...tools, signal }),
  list: (signal) => listNamespaces(config, { ...tools, signal }),
  record: async () => reach('told'),
  onSwitched: () => undefined,
  now: () => new Date(),
  everyMs: 20,
});
await restorer.run(new AbortController().signal);
