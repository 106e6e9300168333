/**
 * The rooms of this process and what runs in them, as one thing that can be closed and built anew over other data while the
 * gateway in front of it stays. Meanwhile every call is UNAVAILABLE, and what is live has ended.
 */

import type { Renew, Renewal } from '../operations/restores/whole-restores.ts';
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
  /** Stay the same: each passes on to the one that there is. */
  readonly subgraphs: readonly Subgraph[];
}

/** What `build` is given begins behind the calls that are under way, which may be the one that asks for it. */
export function createHouse(build: (renew: Renew) => Floor, log: Log): House {
  let renewing: Promise<void> = Promise.resolve();
  let closing = false;
  const renew: Renew = (renewal) => {
    renewing = renewing
      .then(() => renewNow(renewal))
      .catch((error: unknown) => log.fatal({ error }, 'The rooms did not open again. Restart the process.'));
  };
  let floor = build(renew);

  const renewNow = async ({ last, between, undo }: Renewal): Promise<void> => {
    if (closing) return;
    log.warn('The rooms are closed and built anew; until then all calls are refused.');
    await Promise.all(floor.subgraphs.map((subgraph) => subgraph.close()));
    const prepared = await last().then(
      () => true,
      (error: unknown) => {
        log.error({ error }, 'What was to be done was not; the rooms are built anew over the same data.');
        return false;
      },
    );
    await closeAll(floor.rooms);
    if (prepared) await between();
    try {
      await raise();
    } catch (error) {
      log.error({ error }, 'The rooms do not open over the new data, and so go back.');
      await undo();
      await raise();
    }
    log.warn('The rooms are open again.');
  };
  /** The subgraphs of the floor before answer, that they are closing, until the rooms are open. */
  const raise = async (): Promise<void> => {
    const next = build(renew);
    try {
      await openAll(next.rooms);
    } catch (error) {
      await closeAll(next.rooms);
      throw error;
    }
    floor = next;
  };

  return {
    name: 'house',
    rooms: () => floor.rooms,
    subgraphs: floor.subgraphs.map((first) => lasting(first, () => floor.subgraphs)),
    start: () => openAll(floor.rooms),
    close: async () => {
      closing = true;
      await renewing;
      await closeAll(floor.rooms);
    },
  };
}

function lasting(first: Subgraph, now: () => readonly Subgraph[]): Subgraph {
  const { name, schema } = first;
  const current = (): Subgraph => now().find((subgraph) => subgraph.name === name) ?? first;
  return {
    ...{ name, schema },
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
