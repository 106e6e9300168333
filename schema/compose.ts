/**
 * Composes the supergraph out of the subgraphs' schemas: `node schema/compose.ts` writes it, `--check` says
 * whether what is committed still fits.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const SUBGRAPHS = ['documents', 'traversal', 'retrieval', 'admin'];
const SUPERGRAPH = new URL('./supergraph.graphql', import.meta.url);

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The supergraph SDL. Throws with every reason when the schemas do not fit together. */
export function composeSupergraph(): string {
  const shared = read('./shared.graphql');
  const services = SUBGRAPHS.map((name) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(`${shared}\n${read(`../subgraphs/${name}/schema.graphql`)}`),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error((errors ?? []).map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

if (import.meta.main) {
  const composed = composeSupergraph();
  if (!process.argv.includes('--check')) writeFileSync(SUPERGRAPH, composed);
  else if (readFileSync(SUPERGRAPH, 'utf8') !== composed) {
    process.stderr.write(
      'schema/supergraph.graphql is out of date. Run "npm run schema" and commit what it writes.\n',
    );
    process.exitCode = 1;
  }
}
