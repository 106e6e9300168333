/** A migration killed again and again: each node is changed once, and the next start brings it to its end. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { MARKED, marks, putMarks } from './marking-migration.ts';
import { runScript } from './run-script.ts';

const SCRIPT = join(import.meta.dirname, 'migration-process.ts');
const KILLS = 6;
const log = createLog({ level: 'silent' });

/** Gives whether it came to its end before it was killed behind so many pieces. */
async function migrate(directory: string, killBehind: number): Promise<boolean> {
  let [pieces, isDone] = [0, false];
  await runScript(SCRIPT, [directory], (line, kill) => {
    if (line === 'done') isDone = true;
    else if (++pieces === killBehind) kill();
  });
  return isDone;
}

test(`a migration killed ${KILLS} times changes every node once`, { timeout: 240_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-migration-crash-'));
  const open = async () => {
    const graph = createEmbeddedGraphStore({ directory, log });
    await graph.open();
    return graph;
  };
  const first = await open();
  await first.write([putMarks()]);
  await first.close();
  for (let kill = 0; kill < KILLS; kill++) expect(await migrate(directory, 1 + (kill % 3))).toBe(false);
  expect(await migrate(directory, Number.POSITIVE_INFINITY)).toBe(true);
  const graph = await open();
  expect(await graph.read(marks())).toEqual([{ mark: 1, count: MARKED }]);
  await graph.close();
  await rm(directory, { recursive: true, force: true });
});
