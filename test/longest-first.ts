/**
 * The order in which files run: those that take longest first, so that no core waits for the last of them. Without it a
 * machine that has never run the tests goes by the size of the files.
 */

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whatever took more than a minute of a full run on two cores, the longest first. */
const LONGEST = [
  'failures/graph-failover',
  'stores/graph/standby/standby',
  'stores/graph/standby/promotion',
  'failures/killed-under-load',
  'security/fuzz',
  'conformance/vector-store.mirrored',
  'cli/backups',
  'scenarios/restored',
  'cli/move',
  'failures/restore-crash',
  'cli/sealed-by-vault',
  'operations/backups/on-neo4j',
  'failures/parts-apart',
  'failures/redis-failover',
  'ingestion/consistency/consistency',
].map((name) => `/test/${name}.test.ts`);

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return place === -1 ? LONGEST.length : place;
}
