/** Opens the desk that lends servers to test files, for the length of a test run. */

import { openDesk } from './neo4j.ts';

export async function setup(): Promise<() => Promise<void>> {
  const desk = await openDesk();
  return () => desk.close();
}
