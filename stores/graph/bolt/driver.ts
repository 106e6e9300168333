/**
 * The vendor's driver, loaded by the first who needs it: a graph that is embedded wants none of it, and its four hundred
 * files are a tenth of what a start reads.
 */

import { createRequire } from 'node:module';

type Neo4jDriver = typeof import('neo4j-driver');

const require = createRequire(import.meta.url);
let loaded: Neo4jDriver | undefined;

export function neo4j(): Neo4jDriver {
  loaded ??= require('neo4j-driver') as Neo4jDriver;
  return loaded;
}

/** Nothing is an error of a driver that nobody has loaded. */
export function isDriverError(error: unknown): error is Error & { readonly code: string } {
  return loaded !== undefined && error instanceof loaded.Neo4jError;
}
