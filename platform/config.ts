/**
 * The configuration: one schema, the only reader of the environment. Every setting has a default that suits
 * one machine; a wrong value stops the start with the variable's name, what is wrong and what would be right.
 */

import { z } from 'zod';
import { Problem } from './errors.ts';
import { isPartName, PART_NAMES, type PartName, type PartUrls } from './part.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const bytes = z.coerce.number().int().positive();
const milliseconds = z.coerce.number().int().positive();
/** As `milliseconds`, where 0 means not at all. */
const pause = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  );

/** One entry a variable; the name in the environment is the key with `TRELLIS_` before it. */
const SETTINGS = z.object({
  /** Folder of everything Trellis keeps on disk. */
  DATA_DIR: z.string().min(1).default('./data'),
  /** Where the graph lives. */
  GRAPH: z.enum(['embedded', 'bolt']).default('embedded'),
  /** Address of Memgraph or Neo4j under `bolt`: `bolt://` or `neo4j://`, with `+s` for TLS; without user and password. */
  GRAPH_URL: z.string().min(1).optional(),
  GRAPH_USER: z.string().optional(),
  GRAPH_PASSWORD: z.string().optional(),
  /** Database on that server; by default the user's own. */
  GRAPH_DATABASE: z.string().min(1).optional(),
  /** Where vectors and keyword postings live. */
  VECTORS: z.enum(['embedded', 'qdrant']).default('embedded'),
  /** Address of Qdrant's HTTP API under `qdrant`. */
  VECTORS_URL: z.url({ protocol: /^https?$/ }).optional(),
  VECTORS_API_KEY: z.string().optional(),
  /** Where raw bytes and parsed texts live: in one process's database, or in a folder that several share. */
  CONTENT: z.enum(['embedded', 'folder']).default('embedded'),
  /** Folder of the contents under `folder`; by default `contents` in the data folder. */
  CONTENT_DIR: z.string().min(1).optional(),
  /** Folder of the signing key, which all gateways share; by default `keys` in the data folder. */
  KEYS_DIR: z.string().min(1).optional(),
  /** Where a process without a gateway gets the public keys; by default from the folder of keys. */
  JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** `development` offers Sandbox, GraphiQL, a token at start and open CORS for Apollo Studio. */
  MODE: z.enum(['development', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4000),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
  /** Parts in other processes, as `documents=http://documents:4000,worker=http://worker:4000`. */
  PART_URLS: list.transform(readPartUrls),
  /** Where the supergraph is read from, a file or an http address; by default the one that comes with this version. */
  SUPERGRAPH: z.string().min(1).optional(),
  /** How often it is read again, in ms; 0: only at the start. */
  SUPERGRAPH_POLL_MS: pause.default(0),
  /** How long a process that stops says that it is not ready before it takes no more requests, in ms. */
  DRAIN_NOTICE_MS: pause.default(0),
  /** How long requests and batches under way may then take to finish, in ms. */
  DRAIN_MS: milliseconds.default(10_000),
  /** `process`: the gateway calls the subgraphs of its process in memory; `http`: over loopback HTTP. */
  SUBGRAPH_TRANSPORT: z.enum(['process', 'http']).default('process'),
  /** Port of the subgraphs under `http`; 0 lets the system choose. */
  SUBGRAPH_PORT: port.default(4001),
  /** Origins that browsers may call from, comma-separated, beside Apollo Sandbox in development. */
  CORS_ORIGINS: list,
  /** Whether the first start loads the sample collection. */
  SAMPLES: flag.default(true),

  /** Longest time an operation may take, in ms. */
  REQUEST_TIMEOUT_MS: milliseconds.default(30_000),
  /** Largest GraphQL request body, in bytes. Larger documents go to `POST /ingest`. */
  REQUEST_BYTES_MAX: bytes.default(10_000_000),
  QUERY_DEPTH_MAX: z.coerce.number().int().positive().default(15),

  /** Documents in one `ingestDocuments` call. */
  INGEST_DOCUMENTS_MAX: z.coerce.number().int().positive().default(1_000),
  /** Raw size of one document, in bytes. */
  DOCUMENT_BYTES_MAX: bytes.default(32_000_000),
  /** Size of one streamed upload, in bytes. */
  UPLOAD_BYTES_MAX: bytes.default(1_000_000_000),

  /** `lexical` needs nothing; `openai` any OpenAI-compatible endpoint; `onnx` a local model folder. */
  EMBEDDER: z.enum(['lexical', 'openai', 'onnx']).default('lexical'),
  EMBEDDER_URL: z.url().optional(),
  EMBEDDER_MODEL: z.string().optional(),
  EMBEDDER_API_KEY: z.string().optional(),
  /** Texts put before a query or a passage, where the model asks for it (`query: `, `passage: `). */
  EMBEDDER_QUERY_PREFIX: z.string().default(''),
  EMBEDDER_PASSAGE_PREFIX: z.string().default(''),

  /** Base URL of an OpenAI-compatible chat endpoint; without it no model is used anywhere. */
  LLM_URL: z.url().optional(),
  LLM_MODEL: z.string().optional(),
  LLM_API_KEY: z.string().optional(),
  LLM_TIMEOUT_MS: milliseconds.default(60_000),
  /** Whether ingestion asks the model for entities and relationships, beside the rules. */
  LLM_EXTRACTION: flag.default(false),
  /** Tokens (in and out) that one ingestion job may spend on extraction. */
  LLM_JOB_TOKENS_MAX: z.coerce.number().int().positive().default(2_000_000),
});

/** `name=address` each; an address is that of the process, without a path. */
function readPartUrls(entries: readonly string[], context: z.RefinementCtx): PartUrls {
  const urls = new Map<PartName, string>();
  for (const entry of entries) {
    const [name = '', url = ''] = entry.split(/=(.*)/s);
    const message = wrongPartUrl(name, url);
    if (message !== null) context.addIssue({ code: 'custom', message: `"${entry}" ${message}` });
    else urls.set(name as PartName, new URL(url).origin);
  }
  return urls;
}

function wrongPartUrl(name: string, url: string): string | null {
  if (!isPartName(name)) return `names no part. There are: ${PART_NAMES.join(', ')}`;
  if (!URL.canParse(url)) return 'has no address behind "=". Write it as documents=http://documents:4000';
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'has an address that is not http or https';
  return pathname === '/' ? null : 'has an address with a path. Give only scheme, host and port';
}

export type Config = Readonly<z.infer<typeof SETTINGS>>;

/** Reads and checks the settings. Throws a `Problem` that lists every wrong variable at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const unknown = unknownSettings(environment);
  const parsed = SETTINGS.safeParse(given(environment));
  const errors = [
    ...unknown.map((field) => ({ field, message: 'is not a setting of Trellis; see docs/configuration.md' })),
    ...(parsed.error?.issues ?? []).map((issue) => ({
      field: `TRELLIS_${issue.path.join('.')}`,
      message: issue.message,
    })),
    ...(parsed.success ? missingCompanions(parsed.data) : []),
  ];
  if (!parsed.success || errors.length > 0) {
    const lines = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Problem('BAD_INPUT', `The configuration is not valid. ${lines}`, { errors });
  }
  return parsed.data;
}

/** Settings that ask for another one. */
function missingCompanions(config: Config) {
  const needs: readonly (readonly [boolean, keyof Config])[] = [
    [config.GRAPH === 'bolt', 'GRAPH_URL'],
    [config.VECTORS === 'qdrant', 'VECTORS_URL'],
    [config.EMBEDDER === 'openai', 'EMBEDDER_URL'],
    [config.EMBEDDER !== 'lexical', 'EMBEDDER_MODEL'],
    [config.LLM_URL !== undefined, 'LLM_MODEL'],
    [config.LLM_EXTRACTION, 'LLM_URL'],
  ];
  return needs
    .filter(([needed, name]) => needed && config[name] === undefined)
    .map(([, name]) => ({ field: `TRELLIS_${name}`, message: 'is needed by another setting and not given' }));
}

function given(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(environment)
    .filter((entry): entry is [string, string] => entry[0].startsWith('TRELLIS_') && Boolean(entry[1]))
    .map(([name, value]) => [name.slice('TRELLIS_'.length), value] as const);
  return Object.fromEntries(entries);
}

/** The command line's own variables, which the server leaves alone. */
const CLIENT_SETTINGS = ['TRELLIS_URL', 'TRELLIS_TOKEN'];

function unknownSettings(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith('TRELLIS_') &&
      !CLIENT_SETTINGS.includes(name) &&
      !(name.slice('TRELLIS_'.length) in SETTINGS.shape),
  );
}
