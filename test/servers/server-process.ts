/**
 * A server for tests: a process of its own with a folder to throw away, waited for until it takes requests. It can be
 * killed and started again with what it has on the disk, and does not outlive the tests.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Time between two looks at whether it is ready, where it says nothing, and the longest start, in ms. */
const LOOK_EVERY_MS = 50;
const START_MS_MAX = 180_000;
/** What is kept of all that it says. */
const SAID_CHARACTERS_MAX = 64_000;

export interface ServerCommand {
  readonly program: string;
  readonly given?: readonly string[];
  /** That of this process where it is left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly workingFolder?: string;
  /** Asked with what it has said so far, again and again until it is so; to fail is to say no. */
  readonly isReady: (said: string) => boolean | Promise<boolean>;
}

export interface ServerProcess {
  /** On both streams, since it was last started. */
  said(): string;
  /** As `kill -9` does. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Closes its standard input, by which some end in order. Resolves once the process is gone. */
  endInput(): Promise<void>;
  /** By the same command, in the same folder. */
  restart(): Promise<void>;
  /** Leaves connections open and answers nothing from when it resolves, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Kills it and removes its folder. */
  close(): Promise<void>;
}

/** A test run that ends early leaves no server behind; one that is killed closes their standard input. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Rejects with all that it said where it does not come up. */
export async function startServerProcess(
  name: string,
  commandIn: (folder: string) => ServerCommand | Promise<ServerCommand>,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), `trellis-${name}-`));
  const command = await commandIn(folder);
  let launched = launch(command);
  const kill = () => end(launched.child);
  const close = async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(name, command, launched);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    said: () => launched.said(),
    kill,
    endInput: async () => {
      launched.child.stdin.end();
      await launched.over;
    },
    restart: async () => {
      await kill();
      launched = launch(command);
      await ready(name, command, launched);
    },
    freeze: async () => {
      launched.child.kill('SIGSTOP');
      await stopped(launched.child);
    },
    thaw: () => launched.child.kill('SIGCONT'),
    close,
  };
}

type Launched = ReturnType<typeof launch>;

function launch({ program, given = [], environment = process.env, workingFolder }: ServerCommand) {
  const child = spawn(program, given, {
    env: environment,
    cwd: workingFolder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID_CHARACTERS_MAX);
    });
  // A program that is not there is told by `ready`.
  const over = once(child, 'exit').then(
    ([code, signal]) => `it ended with ${code ?? signal}`,
    (error: Error) => error.message,
  );
  return { child, over, said: () => said };
}

async function ready(name: string, { isReady }: ServerCommand, { over, said }: Launched): Promise<void> {
  const why = over.then((how): string | null => how);
  const until = Date.now() + START_MS_MAX;
  while (Date.now() < until) {
    const how = await Promise.race([why, delay(LOOK_EVERY_MS, null)]);
    if (how !== null) throw new Error(`${name} did not start: ${how}. ${said()}`);
    const asked = (async () => isReady(said()))();
    if (await asked.catch(() => false)) return;
  }
  throw new Error(`${name} was not ready within ${START_MS_MAX} ms. ${said()}`);
}

/** A signal takes effect when one of its threads gets to it: the others may answer until then. Linux tells. */
async function stopped({ pid }: ChildProcess): Promise<void> {
  const folder = `/proc/${pid}/task`;
  const isStopped = async (thread: string) =>
    / T /.test(
      (await readFile(join(folder, thread, 'stat'), 'utf8').catch(() => ' T ')).replace(/^.*\)/, ''),
    );
  for (;;) {
    const threads = await readdir(folder).catch(() => []);
    if ((await Promise.all(threads.map(isStopped))).every(Boolean)) return;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
