/**
 * The order in which files run: those that take longest first, so that no core waits for the last of them. Without it a
 * machine that has never run the tests goes by the size of the files.
 */

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whatever took more than a minute of a full run on two cores, the longest first. */
const LONGEST = [
  'stores/graph/standby/promotion',
  'failures/graph-failover',
  'stores/graph/bolt/namespaces',
  'failures/restore-served-crash',
  'cli/backups',
  'stores/graph/standby/standby',
  'operations/recovery/desk',
  'cli/failover',
  'conformance/vector-store.mirrored',
  'failures/killed-under-load',
  'cli/sealed-by-vault',
  'ingestion/consistency/consistency.neo4j',
  'stores/graph/bolt/plans',
  'scenarios/restored',
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
