/** Where the supergraph comes from, and what must hold before the gateway takes it. */

import { readFile } from 'node:fs/promises';
import { type DocumentNode, parse } from 'graphql';
import { request } from 'undici';
import { Problem } from '../platform/errors.ts';
import { graphNames, subscriptionOwners } from './live/twins.ts';

/** A supergraph is read whole, so it has a size, in bytes. */
const SUPERGRAPH_BYTES_MAX = 10_000_000;
const FETCH_MS = 10_000;

export interface SupergraphSource {
  /** The composed supergraph, as SDL. Rejects with UNAVAILABLE when it cannot be had. */
  read(): Promise<string>;
  /** How often it is read again, in ms; 0: only at the start. */
  readonly pollMs: number;
}

/** From a file, or from an address that begins with `http`. */
export function readSupergraph(options: {
  readonly location: string | URL;
  readonly pollMs: number;
}): SupergraphSource {
  const { location, pollMs } = options;
  const isAddress = typeof location === 'string' && /^https?:/.test(location);
  const read = async () => (isAddress ? fetchText(location) : readFile(location, 'utf8'));
  return {
    pollMs,
    read: () =>
      read().catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        const detail = `The supergraph cannot be read from ${location}: ${reason}. Look at TRELLIS_SUPERGRAPH.`;
        throw new Problem('UNAVAILABLE', detail, { cause });
      }),
  };
}

async function fetchText(url: string): Promise<string> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(FETCH_MS) });
  let text = '';
  for await (const piece of body.setEncoding('utf8')) {
    text += piece;
    if (text.length > SUPERGRAPH_BYTES_MAX)
      throw new Error(`it is larger than ${SUPERGRAPH_BYTES_MAX} bytes`);
  }
  if (statusCode !== 200) throw new Error(`the answer has status ${statusCode}`);
  return text;
}

export interface CheckedSupergraph {
  /** Which subgraph each subscription field comes from. */
  readonly owners: ReadonlyMap<string, string>;
}

/** What `@apollo/gateway` does not look at. Throws where the supergraph asks for more than there is. */
export function checkSupergraph(sdl: string, subgraphs: readonly string[]): CheckedSupergraph {
  const document: DocumentNode = parse(sdl);
  const unknown = [...graphNames(document).values()].filter((name) => !subgraphs.includes(name));
  if (unknown.length > 0) {
    const detail = `The supergraph names ${unknown.join(', ')}, which this version has no subgraph for.`;
    throw new Problem('CONFLICT', detail);
  }
  return { owners: subscriptionOwners(document) };
}
