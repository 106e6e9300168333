#!/usr/bin/env node
/**
 * The command `trellis`, in JavaScript that old versions of Node read too. main.ts is TypeScript that Node runs as it
 * is: a Node too old for that hands over to the pinned one that `npm ci` brings along, or says what is missing.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const PROGRAM = process.platform === 'win32' ? 'node.exe' : 'node';
const PINNED = new URL(
  `./node_modules/node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}/bin/${PROGRAM}`,
  import.meta.url,
);

/**
 * What Node has compiled once is kept for the next command, which takes half as long to load. In the program's own folder,
 * where nobody else can put anything; where that cannot be written, nothing is kept.
 */
const COMPILED = fileURLToPath(new URL('./node_modules/.cache/trellis', import.meta.url));

// Unless it is told so, graphql-js looks at every object's prototype for a second copy of itself, in each field.
process.env.NODE_ENV ??= 'production';

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  nodeModule.enableCompileCache(COMPILED);
  await import('./main.ts');
} else if (existsSync(PINNED)) handOver(fileURLToPath(PINNED));
else refuse();

/** @param {string} node the program that runs main.ts */
function handOver(node) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(node, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse() {
  process.stderr.write(
    `Trellis needs Node ${NODE_MAJOR_MIN} or newer and this is ${process.version}: run "npm ci" in its folder, which brings one along, or install Node ${NODE_MAJOR_MIN} yourself.\n`,
  );
  process.exitCode = 1;
}
