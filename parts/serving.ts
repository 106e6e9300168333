/**
 * Which namespace of the graph server is served: asked before the rooms are built, and from then on once a second, so that
 * every process follows a switch. An embedded graph has one place, and nobody to ask.
 */

import { FIRST_NAMESPACE, type Namespace } from '../model/namespace.ts';
import type { Config } from '../platform/config.ts';
import { Problem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Part, PartName } from '../platform/part.ts';
import { pause } from '../platform/pause.ts';
import { ENGINES_OF } from '../platform/placement.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createServedReader, type ServedReader } from '../stores/graph/bolt/served-reader.ts';
import { notFollowed } from '../stores/graph/served-graph-store.ts';
import { createStores, graphAddress, type Stores } from './stores.ts';

/** How often it is asked, in ms. */
const LOOK_EVERY_MS = 1_000;
/** How long a server may take for the first answer, in ms: it may just be starting, as this process is. */
const FIRST_ANSWER_MS = 120_000;

export interface Serving extends Part {
  /** As far as this process knows; the first before it is started. */
  namespace(): Namespace;
  /** Asks now: a write was refused, or this process has switched. */
  look(): void;
}

export interface ServingOptions {
  readonly parts: ReadonlySet<PartName>;
  readonly secrets: Secrets;
  readonly log: Log;
  /** After every look. */
  readonly onLook: () => void;
}

export function createServing(config: Config, { parts, secrets, log, onLook }: ServingOptions): Serving {
  const asks = [...parts].some((part) => ENGINES_OF[part].includes('graph'));
  const reader = asks ? createConfiguredReader(config, { secrets, log }) : null;
  const stopping = new AbortController();
  let namespace: Namespace = FIRST_NAMESPACE;
  let waiting = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  const watch = async (from: ServedReader): Promise<void> => {
    while (!stopping.signal.aborted) {
      waiting = new AbortController();
      await pause(LOOK_EVERY_MS, AbortSignal.any([stopping.signal, waiting.signal]));
      if (stopping.signal.aborted) return;
      try {
        namespace = (await from.read()).namespace;
        onLook();
      } catch (error) {
        log.debug({ err: error }, 'The graph server did not say what is served; it is asked again.');
      }
    }
  };

  return {
    name: 'serving',
    namespace: () => namespace,
    look: () => waiting.abort(),
    start: async () => {
      if (reader === null) return;
      namespace = await servedBy(config, { reader, log });
      // Beside a standby it does not follow, and the server that is asked may be the one that is lost: its health says so.
      if (config.GRAPH_STANDBY_URL === undefined) looking = watch(reader);
    },
    close: async () => {
      stopping.abort();
      await looking;
      await reader?.close();
    },
  };
}

/** What is served where nothing runs: for commands that open the engines themselves. */
export async function servedNamespace(
  config: Config,
  tools: { readonly secrets: Secrets; readonly log: Log },
): Promise<Namespace> {
  const reader = createConfiguredReader(config, tools);
  if (reader === null) return FIRST_NAMESPACE;
  try {
    return await servedBy(config, { reader, log: tools.log });
  } finally {
    await reader.close();
  }
}

async function servedBy(
  config: Config,
  { reader, log }: { readonly reader: ServedReader; readonly log: Log },
): Promise<Namespace> {
  if (config.GRAPH_STANDBY_URL === undefined)
    return (await reader.read({ timeoutMs: FIRST_ANSWER_MS })).namespace;
  const served = await reader.read().catch((error: unknown) => {
    log.warn({ err: error }, 'The first graph server did not say what is served; it is the first namespace.');
    return { namespace: FIRST_NAMESPACE };
  });
  if (served.namespace === FIRST_NAMESPACE) return FIRST_NAMESPACE;
  throw new Problem('CONFLICT', notFollowed(served.namespace));
}

/** Null where the graph is embedded. */
function createConfiguredReader(
  config: Config,
  { secrets, log }: { readonly secrets: Secrets; readonly log: Log },
): ServedReader | null {
  if (config.GRAPH !== 'bolt') return null;
  return createServedReader(graphAddress(config, { secrets, log }));
}

/** The stores of what is served, for a command that runs beside no rooms. */
export async function createServedStores(
  config: Config,
  tools: { readonly secrets: Secrets; readonly log: Log },
): Promise<Stores> {
  return createStores(config, { ...tools, namespace: await servedNamespace(config, tools) });
}
