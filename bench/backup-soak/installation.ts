/** The process of the installation as the soak has it: started, asked, killed, and started again. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from './installation-process.ts';

/** What ends within this answers in time, in ms: the machine may be busy. */
const ANSWER_MS_MAX = 300_000;

export interface Installation {
  /** Starts the process where none runs. Rejects where it ends before it answers. */
  ask<Answer>(command: Command): Promise<Answer>;
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** As told to stop; killed where it does not. Gives whether it stopped by itself. */
  close(): Promise<boolean>;
  runs(): boolean;
}

export class Ended extends Error {}

type Answer = { readonly value: unknown } | { readonly problem: string; readonly stack: string };

export function createInstallation(args: readonly string[]): Installation {
  let child: ChildProcess | null = null;
  const answerOf = async (of: ChildProcess): Promise<unknown> => {
    const limit = AbortSignal.timeout(ANSWER_MS_MAX);
    const stop = new AbortController();
    const signal = AbortSignal.any([limit, stop.signal]);
    try {
      const [answer] = (await Promise.race([
        once(of, 'message', { signal }),
        once(of, 'exit', { signal }).then(([code, name]) => {
          throw new Ended(`the process ended with ${code ?? name}`);
        }),
      ])) as [Answer];
      if ('problem' in answer) throw new Error(answer.problem, { cause: answer.stack });
      return answer.value;
    } finally {
      stop.abort();
    }
  };
  const start = async (): Promise<void> => {
    if (child !== null) return;
    const started = fork(new URL('./installation-process.ts', import.meta.url), args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    started.once('exit', () => {
      if (child === started) child = null;
    });
    await answerOf(started);
  };
  const kill = async (): Promise<void> => {
    const killed = child;
    if (killed === null) return;
    const gone = once(killed, 'exit');
    killed.kill('SIGKILL');
    await gone;
  };
  const ask = async <Given>(command: Command): Promise<Given> => {
    await start();
    if (child === null) throw new Ended('the process ended');
    const answer = answerOf(child);
    child.send(command);
    return (await answer) as Given;
  };
  return {
    ask,
    start,
    kill,
    close: async () => {
      if (child === null) return true;
      const gone = once(child, 'exit');
      try {
        await ask({ do: 'close' });
        await gone;
        return true;
      } catch (error) {
        if (error instanceof Ended) return true;
        await kill();
        return false;
      }
    },
    runs: () => child !== null,
  };
}
