/** A trial believes nothing that it has not read, and reads nothing twice. */

import { afterEach, expect, test } from 'vitest';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

const { signal } = new AbortController();
let desk: Desk;
afterEach(() => desk.close());

test('a trial reads every part, and each once', async () => {
  const read: string[] = [];
  desk = await openDesk({
    wrapTarget: (target) => ({
      ...target,
      get: (name, options) => {
        if (name.startsWith('parts/')) read.push(name);
        return target.get(name, options);
      },
    }),
    files: [{ name: 'secret', path: import.meta.filename }],
  });
  await ingestSamples(desk.rooms, { count: 4 });
  const { id } = await desk.backUp();
  const { verification } = await desk.backups.verify(id, 'RESTORE', { signal });
  expect(verification).toMatchObject({ level: 'RESTORE', findings: [] });
  const { parts } = (await desk.sets.open(id)).manifest;
  expect(parts.map(({ kind }) => kind)).toContain('files');
  expect(read.toSorted()).toEqual(parts.map(({ name }) => name).toSorted());
});
