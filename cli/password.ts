/** A password as the command line is given one: typed without being shown, or through a pipe; never as an argument. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Problem } from '../platform/errors.ts';

/** From the terminal where there is one, else all of stdin but the line break at its end. */
export async function readPassword(prompt: string): Promise<string> {
  const password = process.stdin.isTTY
    ? await typed(prompt)
    : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new Problem('BAD_INPUT', 'There is no password. Type it, or send it through a pipe.');
}

async function typed(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
