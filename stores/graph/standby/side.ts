/** One of the two servers: its store, its name, and its register. */

import { randomUUID } from 'node:crypto';
import type { GraphStore, Statement, WriteOptions } from '../graph-store.ts';
import { logNothing, nameServer, raiseEpoch, type ServerState, serverState } from '../statements/standby.ts';
import { type Epoch, isSame } from './epoch.ts';

export interface Side {
  readonly store: GraphStore;
  /** The server's name; null before it was first reached. */
  name(): string | null;
  isOpen(): boolean;
  /** Opens the store and names the server; what is open stays so. */
  open(): Promise<void>;
  /** Asks for its register, in bounded time. */
  look(): Promise<ServerState>;
  /** Gives whether the register holds this epoch then. */
  raise(epoch: Epoch, options?: { readonly isDecided: boolean }): Promise<boolean>;
  /** What concerns this server alone: no other one repeats it. */
  writeHere(
    statements: readonly Statement<unknown>[],
    options?: WriteOptions,
  ): Promise<readonly (readonly unknown[])[]>;
}

/** What has not answered by then, in ms, is away. */
export const LOOK_MS_MAX = 1_500;
const RAISE_MS_MAX = 5_000;

export function createSide(store: GraphStore): Side {
  let name: string | null = null;
  let opening: Promise<void> | null = null;
  let opened = false;

  const writeHere: Side['writeHere'] = async (statements, options) => {
    // Of no revision, so there is nothing that the log would lack; a piece more would be a second one of the last write.
    if (options?.beside) return store.write(statements, options);
    return (await store.write([...statements, logNothing(randomUUID())], options)).slice(0, -1);
  };
  const stateOf = async (timeoutMs?: number): Promise<ServerState | undefined> => {
    const [state] = await store.read(serverState(), timeoutMs === undefined ? {} : { timeoutMs });
    return state;
  };
  const openOnce = async () => {
    await store.open();
    if ((await stateOf()) === undefined) await store.write([nameServer(randomUUID())]);
    name = (await stateOf())?.server ?? null;
    opened = true;
  };
  return {
    store,
    name: () => name,
    isOpen: () => opened,
    open: async () => {
      if (opened) return;
      opening ??= openOnce().finally(() => {
        opening = null;
      });
      await opening;
    },
    look: async () => {
      const state = await stateOf(LOOK_MS_MAX);
      // A server that lost everything has a new name, so it is nobody's primary any more.
      if (state === undefined) {
        opened = false;
        throw new Error('The server has lost its register.');
      }
      name = state.server;
      return state;
    },
    raise: async (epoch, { isDecided } = { isDecided: false }) => {
      const [[held] = []] = await writeHere([raiseEpoch(epoch, { isDecided })], { timeoutMs: RAISE_MS_MAX });
      return held !== null && held !== undefined && isSame(held as Epoch, epoch);
    },
    writeHere,
  };
}
