/** Trellis as several real processes: the gateway by its command line, and everything else beside it. */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PART_NAMES, type PartName } from '../../platform/part.ts';
import { freePort } from '../servers/free-port.ts';
import type { Running } from './harness.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const ROOMS = fileURLToPath(new URL('./rooms-process.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;

/** A process of Trellis that listens. */
export interface Listening {
  readonly child: ChildProcess;
  readonly url: string;
  /** All that it wrote to stderr: its log. */
  readonly log: readonly string[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Which parts share a process. The gateway always has one of its own. */
export type Placement = readonly (readonly RoomPart[])[];
export type RoomPart = Exclude<PartName, 'gateway'>;

const ROOM_PARTS = PART_NAMES.filter((name) => name !== 'gateway');
/** As embedded engines want it. */
export const ROOMS_TOGETHER: Placement = [ROOM_PARTS];
/** Where every engine is one that processes share. */
export const EACH_APART: Placement = ROOM_PARTS.map((name) => [name]);

/** All at once, as processes come up on several machines: each has the same address book, and waits for nobody. */
export async function startApart(
  environment: Environment,
  placement: Placement = ROOMS_TOGETHER,
): Promise<Running> {
  const places = await Promise.all(placement.map(async (parts) => [parts, await freePlace()] as const));
  const shared = { ...environment, TRELLIS_PART_URLS: partUrls(places) };
  const [gateway, ...rooms] = await startAll([
    () => startParts(['gateway'], shared),
    ...places.map(
      ([parts, { port }]) =>
        () =>
          startRooms(parts, { ...shared, TRELLIS_PORT: port }),
    ),
  ]);
  return {
    url: () => gateway.url,
    close: async () => {
      await gateway.stop();
      await Promise.all(rooms.map((one) => one.stop()));
    },
    takeCalls: async () => (await Promise.all(rooms.map(takeCalls))).flat(),
  };
}

/** Rejects with the first that failed, once the others are stopped. */
async function startAll(
  starts: readonly [() => Promise<Listening>, ...(() => Promise<Listening>)[]],
): Promise<readonly [Listening, ...Listening[]]> {
  const settled = await Promise.allSettled(starts.map((start) => start()));
  const started = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const [first, ...rest] = started;
  if (first !== undefined && started.length === starts.length) return [first, ...rest];
  await Promise.all(started.map((one) => one.stop()));
  throw settled.find((one) => one.status === 'rejected')?.reason;
}

async function freePlace(): Promise<{ readonly port: string; readonly url: string }> {
  const port = String(await freePort());
  return { port, url: `http://127.0.0.1:${port}` };
}

/** The address book of whoever calls these parts. */
export function partUrls(
  processes: Iterable<readonly [readonly PartName[], { readonly url: string }]>,
): string {
  return [...processes].flatMap(([parts, { url }]) => parts.map((name) => `${name}=${url}`)).join(',');
}

/** `trellis start …`, until it says where it listens. */
export function startParts(parts: readonly string[], environment: Environment): Promise<Listening> {
  const child = spawn(process.execPath, [MAIN, 'start', ...parts], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return listening(child, (found) => {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      const [, url] = /^ {2}listening on (http:\S+)$/.exec(line) ?? [];
      if (url !== undefined) found(url);
    });
  });
}

/** The same as `trellis start …` with these parts, and their store calls counted. */
function startRooms(parts: readonly RoomPart[], environment: Environment): Promise<Listening> {
  const child = fork(ROOMS, parts, { env: { ...process.env, ...environment }, silent: true, execArgv: [] });
  return listening(child, (found) => child.once('message', (url) => found(String(url))));
}

async function takeCalls({ child }: Listening): Promise<readonly string[]> {
  const answer = once(child, 'message');
  child.send('takeCalls');
  return (await answer)[0] as readonly string[];
}

/** A test that ends early must not leave a process behind. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

async function listening(
  child: ChildProcess,
  whenFound: (found: (url: string) => void) => void,
): Promise<Listening> {
  children.add(child);
  child.once('exit', () => children.delete(child));
  const log: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => log.push(line));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const ended = once(child, 'exit');
  void ended.then(([code]) => reject(new Error(`it ended with ${code}: ${log.join('\n')}`)));
  whenFound(resolve);
  return {
    child,
    url: await promise,
    log,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}
