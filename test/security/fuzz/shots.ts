/** One request of each kind, and what came back. */

import type { GraphQLSchema } from 'graphql';
import type { Agent } from 'undici';
import type { Chance } from './chance.ts';
import { brokenText, operationOf } from './operations.ts';
import type { Target } from './target.ts';
import { anyValueOf, NUMBERS, TEXTS, textOf, toJson } from './values.ts';

export interface Range {
  readonly target: Target;
  readonly schema: GraphQLSchema;
  readonly agent: Agent;
  readonly files: readonly Upload[];
}

export interface Upload {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface Outcome {
  /** Null where the other side hung up without a word. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** What was sent, to be looked at when it was not answered well. */
  readonly sent: string;
  /** Whether the client itself asked to be cut short. */
  readonly isHurried?: boolean;
}

export type Shot = (range: Range, chance: Chance) => Promise<Outcome>;

interface Request {
  readonly method?: string;
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly origin?: string;
}

const SHOWN_CHARS = 2_000;
/** Longer than any answer may take; a request that hangs is a finding. */
const ANSWER_MS = 300_000;

export async function send({ target, agent }: Range, chance: Chance, request: Request): Promise<Outcome> {
  const { method = 'POST', path, body = null, origin = target.url } = request;
  const headers = { ...(await oddHeaders(target, chance)), ...request.headers };
  const answer = await agent.request({
    ...{ origin, path, method: method as 'POST', body, headers },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  });
  const text = await answer.body.text();
  const shown = typeof body === 'string' ? body : (body?.toString('latin1') ?? '');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text,
    sent: `${method} ${path.slice(0, SHOWN_CHARS)} ${JSON.stringify({ ...headers, authorization: who(headers) }).slice(0, SHOWN_CHARS)}\n${shown.slice(0, SHOWN_CHARS)}`,
    isHurried: 'x-timeout-ms' in headers,
  };
}

/** As much of credentials as tells which they are. */
function who({ authorization = 'none' }: Readonly<Record<string, string>>): string {
  return authorization.slice(-12);
}

const ODD_HEADERS: readonly string[] = [
  'cookie',
  'origin',
  'x-request-id',
  'traceparent',
  'x-forwarded-for',
  'x-http-method-override',
  'accept',
  'accept-encoding',
  'if-none-match',
  'range',
  'x-api-key',
  'x-trellis-deadline',
  'apollo-require-preflight',
  'forwarded',
  'te',
];

/** Credentials of any kind, and a few headers that nobody asked for. */
export async function oddHeaders(target: Target, chance: Chance): Promise<Record<string, string>> {
  const credentials = await target.credentials();
  const headers: Record<string, string> = {};
  const who = chance.happens(0.6) ? 'strong' : chance.pick([...credentials.keys(), 'none']);
  const given = credentials.get(who);
  if (given !== undefined) headers['authorization'] = given;
  while (chance.happens(0.15)) headers[chance.pick(ODD_HEADERS)] = headerText(chance);
  if (chance.happens(0.02)) headers['x-timeout-ms'] = chance.pick(['1', '5', '-1', '1e9', 'soon', '9e99']);
  if (chance.happens(0.01)) headers['x-filler'] = 'f'.repeat(chance.pick([8_000, 14_000, 17_000, 60_000]));
  return headers;
}

/** What a client library lets through; the rest goes over a bare socket. */
function headerText(chance: Chance): string {
  return textOf(chance)
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')
    .slice(0, 4_000)
    .trim();
}

const JSON_TYPE = { 'content-type': 'application/json' };

export const soundOperation: Shot = (range, chance) => {
  const { query, variables, root } = operationOf(range.schema, range.target.pool, chance);
  const events: Record<string, string> = root === 'subscription' ? { 'x-timeout-ms': '50' } : {};
  return send(range, chance, {
    path: '/graphql',
    headers: { ...JSON_TYPE, ...events },
    body: toJson({ query, variables }),
  });
};

export const brokenOperation: Shot = (range, chance) => {
  const { query, variables } = operationOf(range.schema, range.target.pool, chance);
  const body = toJson({ query: brokenText(query, chance), variables });
  return send(range, chance, { path: '/graphql', headers: JSON_TYPE, body });
};

/** Nested further than a parser's stack, and wider than a map. */
const DEEP: readonly (() => string)[] = [
  () => `{"query":"{__typename}","variables":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  () => `{"query":"{__typename}","variables":{"a":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}`,
  () =>
    `{"query":"{__typename}","variables":{${Array.from({ length: 30_000 }, (_, at) => `"k${at}":1`).join()}}}`,
  () => `{"query":"${'{a'.repeat(100_000)}"}`,
  () => `{"query":"query(${Array.from({ length: 1_500 }, (_, at) => `$v${at}:ID`).join()}){__typename}"}`,
  () => '{"query":"{__typename}","query":"{viewer{tenant}}","__proto__":{"query":1}}',
];

export const brokenJson: Shot = (range, chance) => {
  const { query, variables } = operationOf(range.schema, range.target.pool, chance);
  const sound = Buffer.from(toJson({ query, variables }));
  const body = chance.happens(0.1) ? chance.pick(DEEP)() : mutated(sound, chance);
  const type = chance.pick([
    'application/json',
    'application/json; charset=utf-16',
    'application/graphql',
    'text/plain',
    'application/x-www-form-urlencoded',
    'APPLICATION/JSON',
    'application/json; charset="',
  ]);
  return send(range, chance, { path: '/graphql', headers: { 'content-type': type }, body });
};

export const oddBody: Shot = (range, chance) => {
  const { query, variables } = operationOf(range.schema, range.target.pool, chance);
  const part = (sound: unknown) => (chance.happens(0.5) ? sound : anyValueOf(chance));
  const body = chance.pick([
    () => anyValueOf(chance),
    () => Array.from({ length: chance.upTo(30) }, () => ({ query, variables })),
    () => ({
      query: part(query),
      variables: part(variables),
      operationName: part('Q'),
      extensions: part({}),
    }),
    () => ({
      id: textOf(chance),
      extensions: { persistedQuery: { version: 1, sha256Hash: textOf(chance) } },
    }),
    () => ({
      constructor: { admin: true },
      query,
      variables: { ...variables, constructor: anyValueOf(chance) },
    }),
  ])();
  return send(range, chance, { path: '/graphql', headers: JSON_TYPE, body: toJson(body) });
};

export const get: Shot = (range, chance) => {
  const { query, variables } = operationOf(range.schema, range.target.pool, chance);
  const text = chance.happens(0.5) ? query : brokenText(query, chance);
  const parameters = chance.pick([
    () => `query=${encoded(text)}&variables=${encoded(toJson(variables))}`,
    () => `query=${encoded(text)}&query=x&variables[a]=1`,
    () => `query=%${chance.pick(['zz', 'ff', 'c0%80', 'u0041'])}&variables=${encoded(textOf(chance))}`,
    () => `${encoded(textOf(chance))}=${encoded(textOf(chance))}`,
  ])();
  const headers: Record<string, string> = chance.happens(0.7) ? { 'apollo-require-preflight': 'true' } : {};
  return send(range, chance, { method: 'GET', path: `/graphql?${parameters}`.slice(0, 14_000), headers });
};

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'];
const PATHS: readonly string[] = [
  '/',
  '/graphql',
  '/graphql/',
  '/GraphQL',
  '//graphql',
  '/graphql/../admin/graphql',
  '/admin/graphql',
  '/ingest',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/.well-known/jwks.json',
  '/.well-known/../keys/ring.json',
  '/graphiql',
  '/graphiql/../../package.json',
  '/sandbox/start.js',
  '/.env',
  '/.git/config',
  '/__proto__',
  '/constructor',
  '/%00',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/%c0%ae%c0%ae/',
  '/%',
];

export const anyRoute: Shot = (range, chance) => {
  const path = chance.happens(0.7) ? chance.pick(PATHS) : `/${encoded(textOf(chance))}`;
  const method = chance.pick(METHODS);
  const query = chance.happens(0.3) ? `?${encoded(textOf(chance))}=${encoded(textOf(chance))}` : '';
  const body = /^(GET|HEAD|TRACE)$/.test(method) || chance.happens(0.5) ? {} : { body: textOf(chance) };
  const headers: Record<string, string> =
    'body' in body ? { 'content-type': headerText(chance) || 'x/y' } : {};
  return send(range, chance, { method, path: `${path}${query}`.slice(0, 9_000), headers, ...body });
};

const MEDIA_TYPES: readonly string[] = [
  'text/plain',
  'text/markdown',
  'text/html',
  'application/pdf',
  'application/json',
  'application/jsonl',
  'text/csv',
  'image/png',
  'constructor',
  '',
];

export const upload: Shot = (range, chance) => {
  const file = chance.pick(range.files);
  const bytes = chance.happens(0.2) ? file.bytes : mutated(file.bytes, chance);
  const declared = chance.happens(0.7) ? file.mediaType : chance.pick(MEDIA_TYPES);
  const collection = chance.happens(0.7) ? 'notes' : textOf(chance).slice(0, 300);
  const key = chance.happens(0.5) ? `upload-${chance.upTo(20)}` : textOf(chance).slice(0, 600);
  const odd: Record<string, string> = chance.happens(0.1)
    ? { 'content-encoding': chance.pick(['gzip', 'br', 'identity', 'deflate, gzip', '']) }
    : {};
  const query = `collection=${encoded(collection)}&key=${encoded(key)}${chance.happens(0.2) ? `&title=${encoded(textOf(chance).slice(0, 600))}` : ''}`;
  const headers = declared === '' ? odd : { 'content-type': declared, ...odd };
  return send(range, chance, { path: `/ingest?${query}`.slice(0, 9_000), headers, body: bytes });
};

export const multipart: Shot = (range, chance) => {
  const { query, variables } = operationOf(range.schema, range.target.pool, chance);
  const boundary = chance.pick(['----x', 'x', '', '"', 'b'.repeat(300)]);
  const parts = [
    `name="operations"\r\n\r\n${toJson({ query, variables })}`,
    `name="map"\r\n\r\n${toJson({ 0: ['variables.file', '__proto__.x'] })}`,
    `name="0"; filename="${chance.pick(['../../x', 'a.pdf', '\u0000'])}"\r\nContent-Type: application/pdf\r\n\r\n${textOf(chance)}`,
  ];
  const whole = parts.map((part) => `--${boundary}\r\nContent-Disposition: form-data; ${part}\r\n`).join('');
  const body = mutated(Buffer.from(`${whole}--${boundary}--`), chance);
  const path = chance.pick(['/graphql', '/ingest?collection=notes']);
  const type = `multipart/form-data${chance.happens(0.8) ? `; boundary=${boundary}` : ''}`;
  return send(range, chance, {
    path,
    headers: { 'content-type': type, 'apollo-require-preflight': 'x' },
    body,
  });
};

export const subgraphPort: Shot = async (range, chance) => {
  const name = chance.pick(['admin', 'documents', 'retrieval', 'traversal', 'nothing']);
  const { query, variables } = chance.happens(0.4)
    ? operationOf(range.schema, range.target.pool, chance)
    : entitiesOf(range, chance);
  const token = chance.happens(0.7) ? { authorization: `Bearer ${await range.target.inner(name)}` } : {};
  const deadline: Record<string, string> = chance.happens(0.2)
    ? { 'x-trellis-deadline': headerText(chance) }
    : {};
  const body = chance.happens(0.8)
    ? toJson({ query, variables })
    : mutated(Buffer.from(toJson({ query })), chance);
  return send(range, chance, {
    origin: range.target.subgraphsUrl,
    path: `/${name}/graphql`,
    headers: { ...JSON_TYPE, ...token, ...deadline },
    body,
  });
};

function entitiesOf({ target }: Range, chance: Chance) {
  const type = chance.pick([
    'Chunk',
    'Document',
    'Collection',
    'Entity',
    'Relationship',
    'IngestionJob',
    'Query',
    'PageInfo',
    'Nothing',
  ]);
  const representation = () =>
    chance.happens(0.2)
      ? anyValueOf(chance)
      : {
          __typename: chance.happens(0.9) ? type : textOf(chance),
          id: chance.happens(0.6) ? chance.pick(target.pool) : anyValueOf(chance),
        };
  const representations = Array.from(
    { length: chance.happens(0.03) ? 3_000 : chance.upTo(5) },
    representation,
  );
  const field = chance.pick([
    'id',
    '__typename',
    'text',
    'title',
    'similar(first: 3) { score }',
    'entities(first: 3) { name }',
    'degree',
  ]);
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${field} } } }`;
  return { query, variables: { r: representations } };
}

/** The bytes of something sound, with accidents. */
export function mutated(bytes: Buffer, chance: Chance): Buffer {
  const copy = Buffer.from(bytes);
  switch (chance.upTo(6)) {
    case 0:
      return copy.subarray(0, chance.upTo(copy.length + 1));
    case 1:
      return Buffer.concat([copy, copy.subarray(chance.upTo(copy.length + 1))]);
    case 2:
      return Buffer.concat([Buffer.from(chance.pick(TEXTS)), copy]);
    case 3:
      return chance.bytes(chance.upTo(400));
    case 4: {
      const at = chance.upTo(copy.length + 1);
      const put = chance.pick([String(chance.pick(NUMBERS)), chance.pick(TEXTS).slice(0, 100)]);
      return Buffer.concat([copy.subarray(0, at), Buffer.from(put), copy.subarray(at)]);
    }
    default:
      for (let flips = 1 + chance.upTo(12); flips > 0 && copy.length > 0; flips--)
        copy[chance.upTo(copy.length)] = chance.upTo(256);
      return copy;
  }
}

export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
