/** What the source itself must show: no value in a statement, no call to an address outside its home, no key without its tenant. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => /\.ts$/.test(path) && !/^(test|bench|schema)\/|generated|^(codegen|vitest)/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** Files in which a pattern is found. */
const holding = (pattern: RegExp) => SOURCES.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

test('there is a source to look at', () => {
  expect(SOURCES.length).toBeGreaterThan(200);
});

describe('Cypher', () => {
  /** The adapters take a text from a statement, and turn words of it into another engine's. */
  const MAKERS = /^stores\/graph\/(statements|bolt|embedded)\//;

  test('is written in the folder of statements and in the engines’ own, nowhere else', () => {
    expect(holding(/\bstatement\($/m).filter((path) => !MAKERS.test(path))).toEqual([]);
    const written = holding(/['"`]\s*(?:UNWIND|OPTIONAL MATCH|DETACH DELETE|MATCH \()/);
    expect(written.length).toBeGreaterThan(10);
    expect(written.filter((path) => !MAKERS.test(path))).toEqual([]);
  });

  test('is never put together with a plus, so that the rule about templates sees all of it', () => {
    const added: string[] = [];
    for (const { path, text } of SOURCES.filter((one) => one.path.startsWith('stores/graph/statements/'))) {
      const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        const isPlus = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
        if (isPlus && [node.left, node.right].some((side) => ts.isStringLiteralLike(side)))
          added.push(`${path}: ${node.getText().slice(0, 80)}`);
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
    expect(added).toEqual([]);
  });
});

describe('what is called over the network', () => {
  /** Each fetcher, with who says which address it calls. None is said by a client of the API. */
  const FETCHERS: Readonly<Record<string, string>> = {
    'cli/client.ts': 'TRELLIS_URL, on the caller’s own machine',
    'gateway/http-endpoint.ts': 'TRELLIS_PART_URLS',
    'gateway/supergraph.ts': 'TRELLIS_SUPERGRAPH',
    'gateway/upload-proxy.ts': 'TRELLIS_PART_URLS',
    'platform/auth/public-keys.ts': 'TRELLIS_JWKS_URL',
    'platform/auth/oidc/bounded-json.ts': 'TRELLIS_OIDC_ISSUERS, and what an issuer says of its own origin',
    'platform/http/part-probe.ts': 'TRELLIS_PART_URLS',
    'platform/queue/bullmq.ts': 'TRELLIS_REDIS_URL',
    'platform/redis/redis.ts': 'TRELLIS_REDIS_URL',
    'platform/redis/sentinels.ts': 'TRELLIS_REDIS_SENTINELS',
    'platform/secrets/vault/vault-http.ts': 'TRELLIS_VAULT_URL',
    'platform/webhooks/webhook.ts': 'TRELLIS_BACKUP_WEBHOOK_URL',
    'stores/backup-targets/s3/s3-backup-target.ts': 'TRELLIS_BACKUP_S3_ENDPOINT, or what the SDK finds',
    'stores/graph/bolt/connection.ts': 'TRELLIS_GRAPH_URL, TRELLIS_GRAPH_STANDBY_URL',
    'stores/vectors/qdrant/connection.ts': 'TRELLIS_VECTORS_URL, TRELLIS_VECTORS_STANDBY_URL',
    'text/openai-endpoint.ts': 'TRELLIS_EMBEDDER_URL, TRELLIS_LLM_URL, TRELLIS_PERSONAL_DATA_DETECTOR_URL',
  };

  test('has one of these homes, whose address comes from the configuration', () => {
    const callers = SOURCES.filter(reaches).map(({ path }) => path);
    expect(callers.filter((path) => !(path in FETCHERS || ONLY_LOOKS.has(path)))).toEqual([]);
    for (const loader of LOADERS) expect(existsSync(join(ROOT, loader)), loader).toBe(true);
    // None is named that has gone, or that calls nobody any more.
    expect(Object.keys(FETCHERS).filter((path) => !callers.includes(path))).toEqual([]);
  });

  test('takes no address out of a document: parsers import nothing that could ask for one', () => {
    const parsers = SOURCES.filter(({ path }) => path.startsWith('text/parsers/'));
    expect(parsers.length).toBeGreaterThan(10);
    const reaching = parsers.filter(({ text }) =>
      /\bfetch\(|undici|node:(?:https?|net|dns)|XMLHttp/.test(text),
    );
    expect(reaching.map(({ path }) => path)).toEqual([]);
  });

  const REACHING =
    /\bfetch\b(?=\()|(?:from |require\()'(?:undici|@aws-sdk\/[\w-]+|@qdrant\/[\w-]+|neo4j-driver[\w-]*|(?:@redis\/client|redis)|bullmq)'|from 'node:(?:https?|net|tls|dgram|http2|dns)'|createRemoteJWKSet/;
  /** They load a vendor's client for the first who needs it, and call nobody: whoever imports them does. */
  const LOADERS: ReadonlySet<string> = new Set([
    'platform/redis/client.ts',
    'stores/backup-targets/s3/sdk.ts',
    'stores/graph/bolt/driver.ts',
  ]);
  const importsLoader = (path: string, text: string) =>
    [...text.matchAll(/ from '(\.[^']+)'/g)].some(([, to = '']) => LOADERS.has(join(dirname(path), to)));
  const reaches = ({ path, text }: (typeof SOURCES)[number]) =>
    !LOADERS.has(path) && (REACHING.test(withoutTypes(text)) || importsLoader(path, withoutTypes(text)));
  /** A type reaches nobody. */
  const withoutTypes = (text: string) => text.replaceAll(/^import type [^;]*;$/gm, '');
  /** They tell addresses apart, or values and failures of a client that is somebody else's. */
  const ONLY_LOOKS: ReadonlySet<string> = new Set([
    'platform/http/client-address.ts',
    'platform/http/network.ts',
    'stores/backup-targets/s3/s3-problems.ts',
    'stores/graph/bolt/detect-dialect.ts',
    'stores/graph/bolt/failures.ts',
    'stores/graph/bolt/values.ts',
  ]);

  test('is called by nobody who only looks at what others call', () => {
    const more = SOURCES.filter(({ path }) => ONLY_LOOKS.has(path)).filter(({ text }) =>
      /\bfetch\(|(?<!\.)\b(?:connect|createConnection)\(|\bhttps?\.(?:get|request)\(/.test(text),
    );
    expect(more.map(({ path }) => path)).toEqual([]);
  });
});

describe('secrets', () => {
  test('are compared in constant time, where they are compared', () => {
    const homes = holding(/timingSafeEqual/);
    for (const path of [
      'operations/users/bootstrap.ts',
      'platform/auth/refresh-token.ts',
      'platform/auth/api-key-secret.ts',
      'platform/auth/password.ts',
    ])
      expect(homes).toContain(path);
  });

  test('are compared in no other way', () => {
    const SECRET = /(?:secret|password|digest|signature|seal|refreshToken|accessToken|apiKey|bearer)\w*$/i;
    const compared: string[] = [];
    // Digests of contents say whether something has changed; nobody proves anything by them.
    for (const { path, text } of SOURCES.filter((one) => !/^(ingestion|stores)\//.test(one.path))) {
      const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isBinaryExpression(node) && EQUALITIES.has(node.operatorToken.kind)) {
          const sides = [node.left, node.right].map((side) => side.getText());
          const isPresence = sides.some((side) => PRESENCE.test(side));
          if (!isPresence && sides.some((side) => SECRET.test(side)))
            compared.push(`${path}: ${node.getText()}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
    expect(compared).toEqual([]);
  });

  /** Whether there is one at all tells nothing of it. */
  const PRESENCE = /^(?:undefined|null|''|0|'\w+')$/;
  const EQUALITIES: ReadonlySet<ts.SyntaxKind> = new Set([
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.EqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsToken,
  ]);
});

describe('what is kept', () => {
  test('by a loader belongs to one request, and is read with its principal’s tenant', () => {
    const homes = holding(/new DataLoader/);
    expect(homes.toSorted()).toEqual([
      'subgraphs/batch-loaders.ts',
      'subgraphs/documents/loaders.ts',
      'subgraphs/retrieval/loaders.ts',
      'subgraphs/traversal/loaders.ts',
    ]);
    for (const { path, text } of SOURCES.filter((one) => /^subgraphs\/\w+\/loaders\.ts$/.test(one.path))) {
      // Nothing of a module's own outlives a request.
      expect(text, path).not.toMatch(/^(?:export )?(?:const|let) \w+ = (?:new|one|many|withArguments)\b/m);
      const reads = [...text.matchAll(/(?:read|byIds|jobs|similar|getRange|neighborsOf|list)\(([^;]*?)\)/gs)];
      expect(reads.length, path).toBeGreaterThan(0);
      // `reads` and `reader` are made of the principal, at the top of the function.
      const known = /tenant|principal|statement\b|\breads\.|\breader\b/;
      expect(
        reads.map(([whole]) => whole).filter((whole) => !known.test(whole)),
        path,
      ).toEqual([]);
    }
  });

  /** Caches that outlive a request, with what of a tenant is in their keys. */
  const CACHES: Readonly<Record<string, string>> = {
    'gateway/credentials/key-ring.ts': 'the whole API key, which is of one tenant',
    'gateway/credentials/session-ring.ts': 'ids of sessions, which are of one user',
    'platform/kept-documents.ts': 'operations, which hold no answers',
    'ingestion/job-events.ts': 'ids of jobs, which are of one tenant',
    'ingestion/worker.ts': 'ids of jobs, which are of one tenant',
    'operations/backups/known-sets.ts': 'ids of backups; who may see one is asked each time',
    'operations/backups/outside-graph.ts': 'the tenant and the hash',
    'parts/models.ts': 'ids of jobs; vectors by their text, which hold nothing of whoever asked',
    'platform/auth/token-authority.ts': 'all that a token says',
    'platform/auth/verified-cache.ts': 'the whole token',
    'platform/cache/cache.ts': 'what its user makes of it: vectors of queries alone',
    'platform/tenant-keys/key-folder.ts': 'the tenant; its file is read each time',
    'platform/rate-limits/memory-buckets.ts': 'the key, user, tenant or address that is limited',
    'platform/rate-limits/redis-buckets.ts': 'numbers of points, which are nobody’s',
    'retrieval/retrieval.ts': 'the tenant',
    'stores/content/folder/drafts.ts': 'folders, which are of one tenant',
    'stores/graph/embedded/id-pages.ts': 'listings, by the tenant or the collection that they are of',
    'stores/graph/bolt/in-namespace.ts': 'texts of statements, which hold no values',
    'stores/vectors/embedded/dense-index.ts': 'the tenant’s table',
    'stores/vectors/embedded/lance-tables.ts': 'the tenant’s table',
    'stores/vectors/embedded/words-within.ts': 'the tenant’s table',
    'stores/vectors/qdrant/corpus-statistics.ts': 'the tenant',
    'subgraphs/compiled-queries.ts': 'operations, which hold no answers',
    'subgraphs/read-operation.ts': 'texts of operations, which hold no answers',
    'text/entity-key.ts': 'spellings, by a function of them alone',
  };

  test('longer than a request is known by name, with the tenant in its keys', () => {
    expect(holding(/new (?:LRUCache|Keyv)\b|createCache\(/).toSorted()).toEqual(
      Object.keys(CACHES).toSorted(),
    );
  });
});

test('what docs/security.md says is held by a test, is', () => {
  const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const tables = text.slice(text.indexOf('## OWASP API'));
  const rows = tables.split('\n').filter((line) => /^\| [A-Z]/.test(line));
  const named = [...text.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map(([, path = '']) => path);
  expect(rows.filter((row) => /^\| API\d/.test(row))).toHaveLength(10);
  expect(new Set(named).size).toBeGreaterThanOrEqual(20);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(rows.filter((row) => !row.includes('.test.ts`'))).toEqual([]);
});
