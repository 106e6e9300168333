/** Opens the desk that lends servers to test files, for the length of a test run. */

import type { TestProject } from 'vitest/node';
import { openDesk } from './neo4j.ts';

export async function setup({ globalConfig }: TestProject): Promise<() => Promise<void>> {
  const desk = await openDesk(globalConfig.maxWorkers);
  return () => desk.close();
}
