/** Pages for people who develop: Apollo Sandbox at `/`, and GraphiQL, every byte of which comes from here. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

interface Page {
  readonly url: string;
  readonly path: string;
  readonly type: string;
  /** What the page may load, where it is one. */
  readonly policy?: string;
}

const ours = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const require = createRequire(import.meta.url);
/** A file of a package, past what its `exports` offer to importers: browsers load it, not Node. */
const theirs = (name: string, path: string) => join(dirname(require.resolve(`${name}/package.json`)), path);

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** Only from here. GraphiQL's editor writes its styles inline. */
const GRAPHIQL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sandbox is Apollo's, and is loaded from Apollo; the same list as Apollo Server's own page has. */
const SANDBOX_POLICY = [
  "script-src 'self' https://embeddable-sandbox.cdn.apollographql.com",
  "style-src 'self' 'unsafe-inline' https://embeddable-sandbox.cdn.apollographql.com",
  'frame-src https://sandbox.embed.apollographql.com',
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGES: readonly Page[] = [
  { url: '/', path: ours('sandbox.html'), type: HTML, policy: SANDBOX_POLICY },
  { url: '/sandbox/start.js', path: ours('sandbox.js'), type: SCRIPT },
  { url: '/graphiql', path: ours('graphiql.html'), type: HTML, policy: GRAPHIQL_POLICY },
  { url: '/graphiql/start.js', path: ours('graphiql.js'), type: SCRIPT },
  { url: '/graphiql/react.js', path: theirs('react', 'umd/react.production.min.js'), type: SCRIPT },
  {
    url: '/graphiql/react-dom.js',
    path: theirs('react-dom', 'umd/react-dom.production.min.js'),
    type: SCRIPT,
  },
  { url: '/graphiql/graphiql.js', path: theirs('graphiql', 'graphiql.min.js'), type: SCRIPT },
  { url: '/graphiql/graphiql.css', path: theirs('graphiql', 'graphiql.min.css'), type: STYLE },
];

/** Browsers keep what is here, and ask each time whether it is still the same. */
export async function registerPages(http: FastifyInstance): Promise<void> {
  for (const page of PAGES) registerPage(http, page, await readFile(page.path));
}

function registerPage(http: FastifyInstance, { url, type, policy }: Page, content: Buffer): void {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  http.get(url, (request, reply) => {
    reply.headers({ etag, 'cache-control': 'no-cache', 'cross-origin-opener-policy': 'same-origin' });
    if (policy !== undefined) reply.header('content-security-policy', policy);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(type).send(content);
  });
}
