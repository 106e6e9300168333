/** A script in a process of its own, which prints a line for each thing that it has done, and may be killed in the middle. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves once it is gone and every line was heard. `kill` is `kill -9`. */
export async function runScript(
  script: string,
  given: readonly string[],
  onLine: (line: string, kill: () => void) => void = () => undefined,
): Promise<ScriptEnd> {
  const child = spawn(process.execPath, [script, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  for await (const line of createInterface({ input: child.stdout })) onLine(line, kill);
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
