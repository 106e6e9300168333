/** Tests start many processes, which load the same code: what Node has compiled once is kept for the next ones. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): void {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'trellis-compile-cache');
}
