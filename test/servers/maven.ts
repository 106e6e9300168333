/** Java programs for tests: their libraries come from Maven Central, once, into a folder outside git. */

import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leftOut } from './asked-for.ts';

/** Why Java programs do not run here; null when they do. Where CI runs they must; elsewhere they are asked for. */
export function javaMissing(): string | null {
  if (process.env.CI !== undefined) return null;
  if (leftOut !== null) return leftOut;
  const missing = ['java', 'mvn'].filter((tool) => spawnSync(tool, ['-version']).error !== undefined);
  return missing.length === 0 ? null : `${missing.join(' and ')} not installed`;
}

/** The class path of what the `pom.xml` in `folder` names. */
export async function librariesOf(folder: string): Promise<string> {
  const libraries = join(folder, 'target', 'dependency');
  if (!existsSync(libraries)) await fetchInto(libraries, folder);
  return `${libraries}/*`;
}

/** They appear all at once or not at all; of two who fetch at the same time, the first counts. */
async function fetchInto(libraries: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'target'), { recursive: true });
  const draft = await mkdtemp(join(folder, 'target', 'draft-'));
  const goal = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${draft}`];
  await promisify(execFile)('mvn', goal, { cwd: folder, maxBuffer: 10_000_000 });
  await rename(draft, libraries).catch(async (error: unknown) => {
    if (!existsSync(libraries)) throw error;
    await rm(draft, { recursive: true });
  });
}
