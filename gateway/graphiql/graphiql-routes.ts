/** GraphiQL, self-contained: every script comes from this server, so it works offline and under a strict policy. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);
/** A file of a package, past what its `exports` offer to importers: browsers load it, not Node. */
const fileOf = (name: string, path: string) => join(dirname(require.resolve(`${name}/package.json`)), path);

const FILES = [
  { name: 'react.js', path: fileOf('react', 'umd/react.production.min.js'), type: 'text/javascript' },
  {
    name: 'react-dom.js',
    path: fileOf('react-dom', 'umd/react-dom.production.min.js'),
    type: 'text/javascript',
  },
  { name: 'graphiql.js', path: fileOf('graphiql', 'graphiql.min.js'), type: 'text/javascript' },
  { name: 'graphiql.css', path: fileOf('graphiql', 'graphiql.min.css'), type: 'text/css' },
  { name: 'start.js', path: new URL('./start.js', import.meta.url), type: 'text/javascript' },
] as const;

/** Only from here; GraphiQL's editor writes its styles inline. */
const CONTENT_SECURITY_POLICY = [
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

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>GraphiQL · Trellis</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/graphiql.css">
    <style>html, body, #graphiql { height: 100%; margin: 0; }</style>
  </head>
  <body>
    <div id="graphiql">Loading…</div>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/start.js"></script>
  </body>
</html>
`;

export function registerGraphiql(http: FastifyInstance): void {
  http.get('/graphiql', async (_, reply) => {
    reply.type('text/html; charset=utf-8').header('content-security-policy', CONTENT_SECURITY_POLICY);
    return PAGE;
  });
  for (const { name, path, type } of FILES) {
    let content: Buffer | null = null;
    http.get(`/graphiql/${name}`, async (_, reply) => {
      content ??= readFileSync(path);
      reply.type(`${type}; charset=utf-8`).header('cache-control', 'public, max-age=3600');
      return content;
    });
  }
}
