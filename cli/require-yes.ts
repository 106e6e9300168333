/** What cannot be taken back is asked for on a terminal, and wants `--yes` anywhere else. */

import { createInterface } from 'node:readline/promises';
import { badInput, Problem } from '../platform/errors.ts';

export async function requireYes(what: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw badInput('--yes', `is needed where nobody can be asked. ${what}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${what} Go on? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new Problem('CANCELLED', 'Nothing was done.');
}
