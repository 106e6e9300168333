/** The composition root: which parts this process has, in the order in which they start. `parts/` builds each. */

import { createKeyRotation } from './operations/key-rotation.ts';
import { createSystemHealth, type SystemHealth } from './operations/system-health.ts';
import { asSeenByGateway, createGatewayPart } from './parts/gateway.ts';
import { createHouse } from './parts/house.ts';
import { createOutlasting } from './parts/outlasting.ts';
import { createPartProbes } from './parts/part-probes.ts';
import { createRooms, type Rooms } from './parts/rooms.ts';
import { createServing } from './parts/serving.ts';
import { createStop } from './parts/stop.ts';
import type { Stores } from './parts/stores.ts';
import { createServerPart, createSubgraphs } from './parts/subgraphs.ts';
import { createAuthority, createVerifier } from './parts/tokens.ts';
import type { Config } from './platform/config.ts';
import { createLog } from './platform/log.ts';
import type { Part, PartName } from './platform/part.ts';
import { ALL_PARTS, checkPlacement } from './platform/placement.ts';
import { fixedSecrets, type Secrets } from './platform/secrets/secrets.ts';
import { VERSION } from './platform/version.ts';

export type { Stores } from './parts/stores.ts';

export interface App extends Part {
  readonly stores: Stores;
  /** Of this process, and of the parts elsewhere that it knows of. */
  readonly health: SystemHealth;
  /** Where this process listens, once started: the gateway, where it is here. */
  url(): string;
}

export interface AppOptions {
  /** What runs in this process; by default everything. */
  readonly parts?: ReadonlySet<PartName>;
  /** Those that change while it runs; by default as they are configured. */
  readonly secrets?: Secrets;
  /** Puts something between the rooms and the stores, such as a counter of calls. */
  readonly wrapStores?: (stores: Stores) => Stores;
}

/** Throws BAD_INPUT where these parts cannot work by themselves in one process. */
export function createApp(config: Config, options: AppOptions = {}): App {
  const { parts = ALL_PARTS, secrets = fixedSecrets(config), wrapStores } = options;
  checkPlacement(config, parts);
  const log = createLog({ level: config.LOG_LEVEL });
  const outlasting = createOutlasting(config, { secrets, log });
  const elsewhere = createPartProbes(config.PART_URLS, parts);
  const authority = parts.has('gateway') ? createAuthority(config, outlasting.signingKeys) : null;
  const verifier = authority ?? createVerifier(config);
  const healthOf = ({ probes }: Rooms) =>
    createSystemHealth({ version: VERSION, probes: [...probes, ...elsewhere.all] });
  const serving = createServing(config, { parts, secrets, log, onLook: () => house.follow() });
  const house = createHouse({
    namespace: serving.namespace,
    log,
    build: (renew) => {
      const tools = { version: VERSION, parts, secrets, outlasting, serving, renew, log, wrapStores };
      const rooms = createRooms(config, tools);
      const health = healthOf(rooms);
      const subgraphs = createSubgraphs(config, rooms, { parts, authority: verifier, health, log });
      return { rooms, subgraphs };
    },
  });
  const { rooms, subgraphs } = house;
  const stop = createStop(config.DRAIN_NOTICE_MS);
  const ready = async () => [...(await rooms().health.report()).components, ...stop.reports()];

  const server = createServerPart(config, { rooms, subgraphs, ready, isAlone: authority === null, log });
  const gateway =
    authority === null
      ? null
      : createGatewayPart(config, {
          ...{ authority, rooms, outlasting },
          inMemory: server === null ? subgraphs : [],
          urlOf: (name) => (parts.has(name) ? server?.url() : config.PART_URLS.get(name)),
          ready: async () => [...(await ready()), ...asSeenByGateway(await elsewhere.subgraphs())],
          log,
        });
  const openKeys = async () => authority?.open();
  const keys: Part = { name: 'keys', start: openKeys, close: async () => undefined };
  const rotation =
    authority === null
      ? null
      : createKeyRotation({ keys: outlasting.signingKeys, days: config.SIGNING_KEY_DAYS, log });
  const { shared, refusals } = outlasting;
  const inOrder = [keys, rotation, elsewhere, shared, refusals, serving, house, server, gateway].filter(
    (part) => part !== null,
  );

  return {
    name: 'trellis',
    get stores() {
      return rooms().stores;
    },
    health: { report: () => healthOf(rooms()).report() },
    url: () => (gateway ?? server)?.url() ?? '',
    start: async () => {
      for (const part of inOrder) await part.start();
      stop.begin();
    },
    close: async () => {
      await stop.announce();
      for (const part of inOrder.toReversed()) await part.close();
    },
  };
}
