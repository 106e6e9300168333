/** A subgraph's schema as text: every `.graphql` file of its folder, `schema.graphql` first. */

import { readdirSync, readFileSync } from 'node:fs';

const MAIN = 'schema.graphql';

export function readSubgraphSchema(folder: URL): string {
  const slices = readdirSync(folder).filter((name) => name.endsWith('.graphql') && name !== MAIN);
  return [MAIN, ...slices.toSorted()].map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
}
