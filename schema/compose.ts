/**
 * Composes the supergraph out of the subgraphs' schemas: `node schema/compose.ts` writes it, `--check` says
 * whether what is committed still fits.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readSubgraphSchema } from '../subgraphs/read-schema.ts';

const SUBGRAPHS = ['documents', 'traversal', 'retrieval', 'admin'];
const SUPERGRAPH = new URL('./supergraph.graphql', import.meta.url);

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The supergraph SDL. Throws with every reason when the schemas do not fit together, or do so only in part. */
export function composeSupergraph(): string {
  const shared = read('./shared.graphql');
  const services = SUBGRAPHS.map((name) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(`${shared}\n${readSubgraphSchema(new URL(`../subgraphs/${name}/`, import.meta.url))}`),
  }));
  const { supergraphSdl, errors = [], hints = [] } = composeServices(services);
  const warnings = hints.filter(({ definition }) => definition.level.name === 'WARN');
  const faults = [...errors, ...warnings].map(({ message }) => message);
  if (supergraphSdl === undefined || faults.length > 0) throw new Error(faults.join('\n'));
  return supergraphSdl;
}

/** Whether the committed supergraph is what the subgraphs' schemas give now. */
export function isSupergraphCurrent(): boolean {
  return existsSync(SUPERGRAPH) && readFileSync(SUPERGRAPH, 'utf8') === composeSupergraph();
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeFileSync(SUPERGRAPH, composeSupergraph());
  else if (!isSupergraphCurrent()) {
    process.stderr.write(
      'schema/supergraph.graphql is out of date. Run "npm run schema" and commit what it writes.\n',
    );
    process.exitCode = 1;
  }
}
