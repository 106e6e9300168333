/**
 * The configuration: one schema, the only reader of the environment. Every setting has a default that suits
 * one machine; a wrong value stops the start with the variable's name, what is wrong and what would be right.
 */

import { z } from 'zod';
import { issuersBeyondTheirs, issuersSetting } from './auth/oidc/issuer-settings.ts';
import { ALGORITHMS } from './auth/signing-keys/key-pair.ts';
import { type FieldError, Problem } from './errors.ts';
import { areAddresses } from './http/client-address.ts';
import { VAULT_SETTINGS } from './secrets/vault/settings.ts';
import { BACKUP_SETTINGS, backupNeeds } from './settings/backup-settings.ts';
import { PRIVACY_SETTINGS, privacyNeeds } from './settings/privacy-settings.ts';
import { REDIS_SETTINGS } from './settings/redis-settings.ts';
import {
  bytes,
  count,
  flag,
  httpUrl,
  list,
  milliseconds,
  oneOf,
  partUrls,
  pause,
  port,
  wholeNumber,
} from './settings/setting-kinds.ts';
import { STANDBY_SETTINGS } from './settings/standby-settings.ts';
import { VECTORS_SETTINGS } from './settings/vectors-settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One entry a variable; the name in the environment is the key with `TRELLIS_` before it. */
const SETTINGS = z.object({
  /** Folder of everything Trellis keeps on disk. */
  DATA_DIR: z.string().min(1).default('./data'),
  /** Where the graph lives: `bolt` is Memgraph or Neo4j. */
  GRAPH: oneOf('embedded', 'bolt').default('embedded'),
  /** Address of the graph under `bolt`: `bolt://` or `neo4j://`, with `+s` for TLS; without user and password. */
  GRAPH_URL: z.string().min(1).optional(),
  GRAPH_USER: z.string().optional(),
  GRAPH_PASSWORD: z.string().optional(),
  /** Database on that server; by default the user's own. */
  GRAPH_DATABASE: z.string().min(1).optional(),
  /** Longest time for which a backup may have writers wait on a graph server, in ms. */
  GRAPH_VIEW_MS: milliseconds.default(120_000),
  ...STANDBY_SETTINGS,
  ...VECTORS_SETTINGS,
  /** Where raw bytes and parsed texts live: in one process's database, or in a folder that several share. */
  CONTENT: oneOf('embedded', 'folder').default('embedded'),
  /** Folder of the contents under `folder`; by default `contents` in the data folder. */
  CONTENT_DIR: z.string().min(1).optional(),
  /** Folder of the signing keys, which gateways and the admin part share; by default `keys` in the data folder. */
  KEYS_DIR: z.string().min(1).optional(),
  /** What new signing keys are made for. */
  /** Whether changes of stored data that a new version brings are made by themselves, or when somebody asks for them. */
  MIGRATIONS: oneOf('auto', 'manual').default('auto'),
  SIGNING_ALGORITHM: oneOf(...ALGORITHMS).default('ES256'),
  /** How long a signing key signs before the next one does, in days; 0: until somebody rotates it. */
  SIGNING_KEY_DAYS: wholeNumber(0).default(30),
  /** The secret behind stored API keys; by default in the data folder, made at first start. */
  API_KEY_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** How long an access token of a user who signed in lives, in seconds. */
  ACCESS_TOKEN_SECONDS: wholeNumber(10, 900).default(900),
  /** How long a session lives from signing in, in days: so long its refresh tokens are good. */
  SESSION_DAYS: wholeNumber(1, 3_650).default(30),
  /** How long entries of the audit log are kept, in days; 0: for ever. */
  AUDIT_RETENTION_DAYS: wholeNumber(0).default(365),
  /** How old the last check that the stores agree may get before the next one, in hours; 0: none runs by itself. */
  CONSISTENCY_EVERY_HOURS: wholeNumber(0).default(24),
  ...{ ...BACKUP_SETTINGS, ...PRIVACY_SETTINGS, ...VAULT_SETTINGS },
  /** The tenant of those who run the installation: it alone may do what concerns every tenant. */
  OPERATOR_TENANT: z.string().min(1).default('default'),
  /** Issuers outside whose tokens are taken beside our own: a JSON list, as docs/security.md says. */
  OIDC_ISSUERS: issuersSetting,
  /** Where a process without a gateway gets the public keys; by default from the folder of keys. */
  JWKS_URL: httpUrl.optional(),
  /** `development` offers Sandbox, GraphiQL, a token at start and open CORS for Apollo Studio. */
  MODE: oneOf('development', 'production').default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4000),
  LOG_LEVEL: oneOf('silent', 'error', 'warn', 'info', 'debug').default('warn'),
  /** Parts in other processes, as `documents=http://documents:4000,worker=http://worker:4000`. */
  PART_URLS: partUrls,
  /** Where the supergraph is read from, a file or an http address; by default the one that comes with this version. */
  SUPERGRAPH: z.string().min(1).optional(),
  /** How often it is read again, in ms; 0: only at the start. */
  SUPERGRAPH_POLL_MS: pause.default(0),
  /** How long a process that stops says that it is not ready before it takes no more requests, in ms. */
  DRAIN_NOTICE_MS: pause.default(0),
  /** How long requests and batches under way may then take to finish, in ms. */
  DRAIN_MS: milliseconds.default(10_000),
  /** `process`: the gateway calls the subgraphs of its process in memory; `http`: over loopback HTTP. */
  SUBGRAPH_TRANSPORT: oneOf('process', 'http').default('process'),
  /** Port of the subgraphs under `http`; 0 lets the system choose. */
  SUBGRAPH_PORT: port.default(4001),
  /** Origins that browsers may call from, comma-separated, beside Apollo Sandbox in development. */
  CORS_ORIGINS: list.refine(
    (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    {
      error: 'must be origins such as https://app.example.com: no path, not even a slash at the end',
    },
  ),
  /** Proxies in front of the gateway whose `x-forwarded-for` is believed: addresses and networks, comma-separated. */
  TRUSTED_PROXIES: list.refine(areAddresses, {
    error: 'must be addresses and networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
  }),
  /** Whether the first start loads the sample collection. */
  SAMPLES: flag.default(true),

  /** Longest time an operation may take, in ms. */
  REQUEST_TIMEOUT_MS: milliseconds.default(30_000),
  /** Largest GraphQL request body, in bytes. Larger documents go to `POST /ingest`. */
  REQUEST_BYTES_MAX: bytes.default(10_000_000),
  QUERY_DEPTH_MAX: count.default(15),

  /** Whether operations are listed: `prefer` takes ids of listed ones beside any text, `only` nothing else. */
  TRUSTED_DOCUMENTS: oneOf('off', 'prefer', 'only').default('off'),
  /** Where the list is: an Apollo manifest of persisted queries, or a map from id to text. Read again when it changes. */
  TRUSTED_DOCUMENTS_FILE: z.string().min(1).optional(),

  /** Points that an API key without a limit of its own may spend in a minute, by the cost of operations; 0: no limit. */
  KEY_POINTS_PER_MINUTE: wholeNumber(0).default(12_000),
  /** The same for who has a token, whatever the tokens. */
  USER_POINTS_PER_MINUTE: wholeNumber(0).default(12_000),
  /** The same for all callers of one tenant together. */
  TENANT_POINTS_PER_MINUTE: wholeNumber(0).default(36_000),
  /** The same for an address that asks without credentials, or with such as are not taken. */
  ADDRESS_POINTS_PER_MINUTE: wholeNumber(0).default(1_200),
  /** Gateways among which limits are shared out while they cannot count together in Redis; those seen there count too. */
  GATEWAYS: count.default(1),

  /** Documents in one `ingestDocuments` call. */
  INGEST_DOCUMENTS_MAX: count.default(1_000),
  /** Raw size of one document, in bytes. */
  DOCUMENT_BYTES_MAX: bytes.default(32_000_000),
  /** Size of one streamed upload, in bytes. */
  UPLOAD_BYTES_MAX: bytes.default(1_000_000_000),

  /** How often files and Vault are looked at for secrets that changed, in ms; 0: only when the process is sent SIGHUP. */
  SECRETS_POLL_MS: pause.default(10_000),

  ...REDIS_SETTINGS,

  /** `lexical` needs nothing; `openai` any OpenAI-compatible endpoint; `onnx` a local model folder. */
  EMBEDDER: oneOf('lexical', 'openai', 'onnx').default('lexical'),
  EMBEDDER_URL: httpUrl.optional(),
  EMBEDDER_MODEL: z.string().optional(),
  EMBEDDER_API_KEY: z.string().optional(),
  /** Texts put before a query or a passage, where the model asks for it (`query: `, `passage: `). */
  EMBEDDER_QUERY_PREFIX: z.string().default(''),
  EMBEDDER_PASSAGE_PREFIX: z.string().default(''),

  /** The embedder before, while an index of it still answers: its companions as above. The lexical one needs no naming. */
  PREVIOUS_EMBEDDER: oneOf('lexical', 'openai', 'onnx').optional(),
  PREVIOUS_EMBEDDER_URL: httpUrl.optional(),
  PREVIOUS_EMBEDDER_MODEL: z.string().optional(),
  PREVIOUS_EMBEDDER_API_KEY: z.string().optional(),
  PREVIOUS_EMBEDDER_QUERY_PREFIX: z.string().default(''),
  PREVIOUS_EMBEDDER_PASSAGE_PREFIX: z.string().default(''),

  /** Base URL of an OpenAI-compatible chat endpoint; without it no model is used anywhere. */
  LLM_URL: httpUrl.optional(),
  LLM_MODEL: z.string().optional(),
  LLM_API_KEY: z.string().optional(),
  LLM_TIMEOUT_MS: milliseconds.default(60_000),
  /** Whether ingestion asks the model for entities and relationships, beside the rules. */
  LLM_EXTRACTION: flag.default(false),
  /** Tokens (in and out) that one ingestion job may spend on extraction. */
  LLM_JOB_TOKENS_MAX: count.default(2_000_000),
});

/** Every setting's name, without `TRELLIS_`. */
export const SETTING_NAMES = Object.keys(SETTINGS.shape);

export type Config = Readonly<z.infer<typeof SETTINGS>>;

/** Settings that are secret: no message shows them. Each may also be given as a file, `TRELLIS_…_FILE`. */
export const SECRET_NAMES = [
  'GRAPH_PASSWORD',
  'GRAPH_STANDBY_PASSWORD',
  'VECTORS_API_KEY',
  'VECTORS_STANDBY_API_KEY',
  'API_KEY_SECRET',
  'REDIS_URL',
  'REDIS_SENTINEL_PASSWORD',
  'EMBEDDER_API_KEY',
  'PREVIOUS_EMBEDDER_API_KEY',
  'LLM_API_KEY',
  'BACKUP_KEY',
  'BACKUP_PREVIOUS_KEYS',
  'BACKUP_S3_SECRET_ACCESS_KEY',
  'BACKUP_WEBHOOK_SECRET',
  'VAULT_TOKEN',
  'VAULT_SECRET_ID',
] as const satisfies readonly (keyof Config)[];

export type SecretName = (typeof SECRET_NAMES)[number];

/** Settings that may be given as a file: the secret ones, and what is too long for a line. */
export const FILE_NAMES = [...SECRET_NAMES, 'OIDC_ISSUERS'] as const satisfies readonly (keyof Config)[];

/**
 * Reads and checks the settings. Throws a `Problem` that lists every wrong variable at once. Files are for
 * `openSecrets` to read, where the secrets are needed: not by the command line as a client.
 */
export function readConfig(environment: Environment): Config {
  const parsed = SETTINGS.safeParse(given(environment));
  const errors = [
    ...unknownSettings(environment).map((field) => ({ field, message: 'is not a setting of Trellis' })),
    ...(parsed.error?.issues ?? []).map((issue) =>
      wrongValue(String(issue.path[0]), issue.message, environment),
    ),
    ...(parsed.success
      ? [...missingCompanions(parsed.data, environment), ...issuersTooFar(parsed.data)]
      : []),
  ];
  if (!parsed.success || errors.length > 0) {
    const problem = 'The configuration is not valid. docs/configuration.md has every setting.';
    throw new Problem('BAD_INPUT', problem, { errors });
  }
  return parsed.data;
}

/** What a secret has changed to while the process runs: whether it may be that. */
export function isSettingValid(name: SecretName, text: string): boolean {
  return SETTINGS.shape[name].safeParse(text).success;
}

/** With the value that was found, except where it may hold credentials. */
function wrongValue(name: string, message: string, environment: Environment): FieldError {
  const field = `TRELLIS_${name}`;
  return {
    field,
    message: /KEY|URL|PASSWORD|SECRET|TOKEN|ISSUERS/.test(name)
      ? message
      : `${message}, and is "${environment[field]}"`,
  };
}

/** Settings that ask for another one. */
function missingCompanions(config: Config, environment: Environment): readonly FieldError[] {
  /** What a file or Vault gives is read later, where it is needed. */
  const comesLater = (name: keyof Config) =>
    environment[`TRELLIS_${name}_FILE`] !== undefined ||
    (config.VAULT_KV_PATH !== undefined && SECRET_NAMES.some((each) => each === name));
  const needs: readonly (readonly [boolean, keyof Config])[] = [
    [config.GRAPH === 'bolt' || config.GRAPH_STANDBY_URL !== undefined, 'GRAPH_URL'],
    [config.VECTORS === 'qdrant', 'VECTORS_URL'],
    ...[...backupNeeds(config), ...privacyNeeds(config)],
    [config.REDIS_SENTINELS.length > 0, 'REDIS_URL'],
    [config.EMBEDDER === 'openai', 'EMBEDDER_URL'],
    [config.EMBEDDER !== 'lexical', 'EMBEDDER_MODEL'],
    [config.PREVIOUS_EMBEDDER === 'openai', 'PREVIOUS_EMBEDDER_URL'],
    [['openai', 'onnx'].includes(config.PREVIOUS_EMBEDDER ?? ''), 'PREVIOUS_EMBEDDER_MODEL'],
    [config.TRUSTED_DOCUMENTS !== 'off', 'TRUSTED_DOCUMENTS_FILE'],
    [config.BACKUP_SEALED_BY === 'transit', 'VAULT_TRANSIT_KEY'],
    [config.VAULT_KV_PATH !== undefined || hasTransitKey(config), 'VAULT_URL'],
    [config.LLM_URL !== undefined, 'LLM_MODEL'],
    [config.LLM_EXTRACTION, 'LLM_URL'],
  ];
  return needs
    .filter(([needed, name]) => needed && config[name] === undefined && !comesLater(name))
    .map(([, name]) => ({ field: `TRELLIS_${name}`, message: 'is needed by another setting and not given' }));
}

function hasTransitKey({ VAULT_TRANSIT_KEY: key, VAULT_TRANSIT_PREVIOUS_KEYS: previous }: Config): boolean {
  return key !== undefined || previous.length > 0;
}

/** Nobody outside becomes an operator by a slip in a table. */
function issuersTooFar({ OIDC_ISSUERS, OPERATOR_TENANT }: Config): readonly FieldError[] {
  return issuersBeyondTheirs(OIDC_ISSUERS, OPERATOR_TENANT).map((issuer) => ({
    field: 'TRELLIS_OIDC_ISSUERS',
    message: `lets ${issuer} give "${OPERATOR_TENANT}", the tenant of those who run the installation (TRELLIS_OPERATOR_TENANT). Say "operator": true if it may, or name another tenant`,
  }));
}

function given(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment)
    .filter((entry): entry is [string, string] => entry[0].startsWith('TRELLIS_') && Boolean(entry[1]))
    .map(([name, value]) => [name.slice('TRELLIS_'.length), value] as const);
  return Object.fromEntries(entries);
}

/** The command line's own variables, which the server leaves alone. */
const CLIENT_SETTINGS = ['TRELLIS_URL', 'TRELLIS_TOKEN'];

function unknownSettings(environment: Environment): readonly string[] {
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith('TRELLIS_') &&
      !CLIENT_SETTINGS.includes(name) &&
      !FILE_NAMES.some((setting) => name === `TRELLIS_${setting}_FILE`) &&
      !(name.slice('TRELLIS_'.length) in SETTINGS.shape),
  );
}
