/** Trellis as two real processes: the gateway by its command line, and everything else beside it. */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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

export async function startApart(environment: Environment): Promise<Running> {
  const rooms = await startRooms(environment);
  const gateway = await startParts(['gateway'], {
    ...environment,
    TRELLIS_PART_URLS: partUrls(rooms.url),
  }).catch(async (error) => {
    await rooms.stop();
    throw error;
  });
  return {
    url: () => gateway.url,
    close: async () => {
      await gateway.stop();
      await rooms.stop();
    },
    takeCalls: async () => {
      const answer = once(rooms.child, 'message');
      rooms.child.send('takeCalls');
      return (await answer)[0] as readonly string[];
    },
  };
}

/** The address book of a gateway whose other parts are all in one process. */
export function partUrls(url: string): string {
  return ['documents', 'traversal', 'retrieval', 'admin', 'worker'].map((name) => `${name}=${url}`).join(',');
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

/** The same parts as `trellis start documents traversal retrieval admin worker`, with their store calls counted. */
function startRooms(environment: Environment): Promise<Listening> {
  const child = fork(ROOMS, { env: { ...process.env, ...environment }, silent: true, execArgv: [] });
  return listening(child, (found) => child.once('message', (url) => found(String(url))));
}

async function listening(
  child: ChildProcess,
  whenFound: (found: (url: string) => void) => void,
): Promise<Listening> {
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
