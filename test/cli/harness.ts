/** The command `trellis` as a user has it: the real program in processes of its own, with a data folder to throw away. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = join(ROOT, 'trellis.js');
/** What a start says last. */
export const READY = 'Stop it with Ctrl-C.';

export type Settings = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process whose output can be waited for. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said so far, on both streams. */
  said(): string;
  /** Waits until it says this; rejects with all it said when it ends without. */
  says(text: string | RegExp): Promise<void>;
}

/** A test that fails must not leave a server behind. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export function dataFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'trellis-cli-'));
}

/** Runs a program without any setting of the machine it runs on. */
export function run(program: string, args: readonly string[], settings: Settings, cwd = ROOT): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TRELLIS_'));
  const child = spawn(program, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const parts = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listen of listeners) listen();
  };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      parts[stream] += text;
      tell();
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...parts }));
  const said = () => parts.stdout + parts.stderr;
  const says = async (text: string | RegExp) => {
    const heard = () => (typeof text === 'string' ? said().includes(text) : text.test(said()));
    let over = false;
    await Promise.race([
      ended.then(() => {
        over = true;
      }),
      new Promise<void>((done) => {
        const look = () => heard() && done();
        listeners.add(look);
        look();
      }),
    ]);
    if (over && !heard()) throw new Error(`It ended without saying ${text}:\n${said()}`);
  };
  return { child, ended, said, says };
}

/** `trellis ARGS`, under the Node that runs the tests. */
export function trellis(args: readonly string[], settings: Settings): Running {
  return run(process.execPath, [COMMAND, ...args], settings);
}

export interface Server extends Running {
  readonly url: string;
  /** Lets the command line find this server and its key. */
  readonly settings: Settings;
}

/** `trellis start` on a free port, once it says that it is ready. */
export async function startServer(folder: string, settings: Settings = {}): Promise<Server> {
  const given = { TRELLIS_DATA_DIR: folder, TRELLIS_PORT: '0', ...settings };
  const running = trellis(['start'], given);
  await running.says(READY);
  const url = /GraphQL +(http:\S+)\/graphql/.exec(running.said())?.[1] ?? '';
  return { ...running, url, settings: { TRELLIS_DATA_DIR: folder, TRELLIS_URL: url } };
}

/** Ends it as an operator would, and waits until it has. */
export function stop(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
  running.child.kill(signal);
  return running.ended;
}
