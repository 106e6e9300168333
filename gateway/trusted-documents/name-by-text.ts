/** A request that names a listed document becomes one that sends its text, before anybody looks what it asks. */

import type { FastifyRequest } from 'fastify';
import type { Asked, TrustedDocuments } from './trusted-documents.ts';

/** Throws where it names one that is not listed. What it is not sure of it leaves for Apollo Server to refuse. */
export function nameByText(request: FastifyRequest, trusted: TrustedDocuments): void {
  if (request.method === 'GET') nameInAddress(request, trusted);
  else if (isRecord(request.body)) request.body = trusted.withText(request.body);
}

/** Apollo Server reads the address itself. */
function nameInAddress(request: FastifyRequest, trusted: TrustedDocuments): void {
  const address = new URL(request.url, 'http://gateway');
  const given = Object.fromEntries(address.searchParams);
  const { extensions, ...asked } = given;
  const named = trusted.withText({ ...asked, extensions: parsed(extensions) } as Asked);
  if (named.query === given['query'] || typeof named.query !== 'string') return;
  for (const name of ['documentId', 'doc_id', 'extensions']) address.searchParams.delete(name);
  address.searchParams.set('query', named.query);
  request.raw.url = `${address.pathname}${address.search}`;
  Object.assign(request.query as object, { query: named.query });
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Asked {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
