/** A set of the first format, as it was written then, comes back whole. It lies beside this file, sealed by a known key. */

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareRestored } from '../../../operations/backups/compare-restored.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { type Desk, openDesk } from './harness.ts';

const ID = '20261126T111050787Z-ce2a52c8';
const { signal } = new AbortController();

let folder: string;
let desk: Desk;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-format-1-'));
  await cp(join(import.meta.dirname, 'set-of-format-1'), folder, { recursive: true });
  desk = await openDesk({ folder, masterKey: Buffer.alloc(32, 1) });
});
afterEach(async () => {
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

test('it comes back with every node, edge, content and answer', async () => {
  const { manifest } = await desk.sets.open(ID);
  expect(manifest.setFormat).toBe(1);
  const restored = await desk.restored(ID);
  expect(await compareRestored(manifest, restored, { signal, onProgress: () => undefined })).toEqual([]);
  expect((await desk.backups.verify(ID, 'RESTORE', { signal })).verification).toMatchObject({
    level: 'RESTORE',
    findings: [],
  });
});

test('what is another one afterwards is found out by its checksums', async () => {
  const { manifest } = await desk.sets.open(ID);
  const restored = await desk.restored(ID);
  const changed = "MATCH (c:Chunk)-[m:MENTIONS]->(e:Entity) SET m.type = 'PLACE'";
  await restored.graph.write([statement('test.changed', changed, {}, (row) => row)]);
  expect(await compareRestored(manifest, restored, { signal, onProgress: () => undefined })).toEqual([
    expect.stringMatching(/^MENTIONS: /),
  ]);
});
