/**
 * The configuration: one schema, the only reader of the environment. Every setting has a default that suits
 * one machine; a wrong value stops the start with the variable's name, what is wrong and what would be right.
 */

import { z } from 'zod';
import { Problem } from './errors.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const bytes = z.coerce.number().int().positive();
const milliseconds = z.coerce.number().int().positive();
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** One entry a variable; the name in the environment is the key with `TRELLIS_` before it. */
const SETTINGS = z.object({
  /** Folder of everything Trellis keeps on disk. */
  DATA_DIR: z.string().min(1).default('./data'),
  /** `development` offers Sandbox, GraphiQL, a token at start and open CORS for Apollo Studio. */
  MODE: z.enum(['development', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4000),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
  /** `process`: the gateway calls subgraphs in memory; `http`: over loopback HTTP, one port each. */
  SUBGRAPH_TRANSPORT: z.enum(['process', 'http']).default('process'),
  /** First of four ports for the subgraphs under `http`; 0 lets the system choose. */
  SUBGRAPH_PORT: port.default(4001),
  /** Origins that browsers may call from, comma-separated, beside Apollo Sandbox in development. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    ),
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

  /** Redis (`redis://…`, `rediss://…`) for what several processes share: queue, live progress, cache. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Begins every key in Redis; installations that share one need a prefix each. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'may have letters, digits, ".", "-" and "_"')
    .default('trellis'),

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
