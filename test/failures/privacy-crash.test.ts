import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRooms } from '../ingestion/harness.ts';
import { runScript } from './run-script.ts';

const ACKNOWLEDGED_MIN = 8;

test('kill -9 among documents under a privacy policy leaves nothing plain, and all are done afterwards', {
  timeout: 300_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-privacy-'));
  const jobs: string[] = [];
  await runScript(join(import.meta.dirname, 'privacy-process.ts'), [directory], (line, kill) => {
    jobs.push(line);
    if (jobs.length === ACKNOWLEDGED_MIN) kill();
  });
  await nothingPlainIn(directory);

  const rooms = await openRooms({ directory });
  for (const job of jobs) expect((await rooms.finished(job)).state).toBe('SUCCEEDED');
  await rooms.close();
  await nothingPlainIn(directory);
});

async function nothingPlainIn(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(3);
  for (const path of files) {
    const bytes = await readFile(path);
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(bytes.includes(Buffer.from('uastenberg', encoding)), path).toBe(false);
  }
}
