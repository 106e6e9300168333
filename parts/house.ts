/**
 * The rooms of this process and what runs in them, as one thing that can be closed and built anew over other data while the
 * gateway in front of it stays. Meanwhile every call is UNAVAILABLE, and what is live has ended.
 */

import type { Namespace } from '../model/namespace.ts';
import type { Renew, Renewal } from '../operations/restores/whole-restores.ts';
import { invariant } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import type { Subgraph } from '../subgraphs/serve-subgraph.ts';
import type { Rooms } from './rooms.ts';

/** What stands as long as the rooms do. */
export interface Floor {
  readonly rooms: Rooms;
  readonly subgraphs: readonly Subgraph[];
}

export interface House extends Part {
  /** As they are now. */
  rooms(): Rooms;
  /** Builds them anew where they are over another namespace than is served, or did not open; behind the calls under way. */
  follow(): void;
  /** Stay the same: each passes on to the one that there is. */
  readonly subgraphs: readonly Subgraph[];
}

export interface HouseOptions {
  /** What `build` is given begins behind the calls that are under way, which may be the one that asks for it. */
  readonly build: (renew: Renew) => Floor;
  /** What is served, as far as this process knows, from its start on. */
  readonly namespace: () => Namespace;
  readonly log: Log;
}

export function createHouse({ build, namespace, log }: HouseOptions): House {
  let renewing: Promise<void> = Promise.resolve();
  let [isStarted, isShut, isFollowing, closing] = [false, false, false, false];
  const begin = (renewal: Renewal, onFailure: (error: unknown) => void): Promise<void> => {
    renewing = renewing.then(() => renewNow(renewal)).catch(onFailure);
    return renewing;
  };
  const renew: Renew = (renewal) =>
    void begin(renewal, (error) =>
      log.fatal({ error }, 'The rooms did not open again. Restart the process.'),
    );
  const buildOver = (over: Namespace) => ({ ...build(renew), over });
  let floor = buildOver(namespace());

  const renewNow = async ({ last, between, undo }: Renewal): Promise<void> => {
    if (closing) return;
    log.warn('The rooms are closed and built anew; until then all calls are refused.');
    // Shut is what an attempt before has left, whose rooms did not open.
    if (!isShut) await shut({ last, between });
    try {
      await raise();
    } catch (error) {
      if (undo === null) throw error;
      log.error({ error }, 'The rooms do not open over the new data, and so go back.');
      await undo();
      await raise();
    }
    log.warn('The rooms are open again.');
  };
  const shut = async ({ last, between }: Omit<Renewal, 'undo'>): Promise<void> => {
    await Promise.all(floor.subgraphs.map((subgraph) => subgraph.close()));
    const prepared = await last().then(
      () => true,
      (error: unknown) => {
        log.error({ error }, 'What was to be done was not; the rooms are built anew over the same data.');
        return false;
      },
    );
    await closeAll(floor.rooms);
    isShut = true;
    if (prepared) await between();
  };
  /** The subgraphs of the floor before answer, that they are closing, until the rooms are open. */
  const raise = async (): Promise<void> => {
    const next = buildOver(namespace());
    try {
      await openAll(next.rooms);
    } catch (error) {
      await closeAll(next.rooms);
      throw error;
    }
    floor = next;
    isShut = false;
  };
  const open = async (): Promise<void> => {
    if (floor.over !== namespace()) floor = buildOver(namespace());
    await openAll(floor.rooms);
  };

  return {
    name: 'house',
    rooms: () => floor.rooms,
    subgraphs: floor.subgraphs.map(({ name }) => lasting(name, () => floor.subgraphs)),
    start: () => {
      const opening = open();
      isStarted = true;
      renewing = opening.catch(() => undefined);
      return opening;
    },
    follow: () => {
      const isThere = floor.over === namespace() && !isShut;
      if (!isStarted || isFollowing || closing || isThere) return;
      isFollowing = true;
      const onFailure = (error: unknown) =>
        log.error({ error }, 'The rooms do not open over the data that is served now; it is tried again.');
      void begin(NOTHING_BETWEEN, onFailure).finally(() => {
        isFollowing = false;
      });
    },
    close: async () => {
      closing = true;
      await renewing;
      if (!isShut) await closeAll(floor.rooms);
    },
  };
}

/** The data is another already: what is left to do is to open it. */
const NOTHING_BETWEEN: Renewal = {
  last: async () => undefined,
  between: async () => undefined,
  undo: null,
};

/** Holds on to none that there was: all rooms of that time would stay in memory with it. */
function lasting(name: Subgraph['name'], now: () => readonly Subgraph[]): Subgraph {
  const current = (): Subgraph => {
    const found = now().find((subgraph) => subgraph.name === name);
    invariant(found, 'every floor has the same subgraphs');
    return found;
  };
  return {
    name,
    get schema() {
      return current().schema;
    },
    principalOf: (token) => current().principalOf(token),
    start: () => current().start(),
    close: () => current().close(),
    ping: () => current().ping(),
    execute: (call) => current().execute(call),
    subscribe: (call) => current().subscribe(call),
  };
}

async function openAll(rooms: Rooms): Promise<void> {
  for (const part of partsOf(rooms)) await part.start();
}

async function closeAll(rooms: Rooms): Promise<void> {
  for (const part of partsOf(rooms).toReversed()) await part.close();
}

/** In the order in which they start. */
function partsOf(rooms: Rooms): readonly Part[] {
  const { sharedWork, engines, recovery, dataVersion, auditing } = rooms;
  const { users, backups, restores, worker, leader, keys } = rooms;
  const secret: Part = { name: 'secret', start: () => keys.openSecret(), close: async () => undefined };
  const watching = recovery.coordinator === null ? [] : [recovery.coordinator];
  return [
    ...[sharedWork, secret, engines, ...watching, dataVersion, auditing.audit],
    ...[users, backups, restores, worker, leader],
  ];
}
