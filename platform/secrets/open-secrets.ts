/**
 * Secrets from the environment, from files and from Vault: read before the start, and looked at again while the process
 * runs. What cannot be read later stays as it was.
 */

import {
  type Config,
  type Environment,
  isSettingValid,
  readConfig,
  SECRET_NAMES,
  type SecretName,
} from '../config.ts';
import { type FieldError, Problem } from '../errors.ts';
import { createLog, type Log } from '../log.ts';
import type { Part } from '../part.ts';
import { readSecretFiles, requireFiles } from './secret-files.ts';
import type { Secrets } from './secrets.ts';
import { createVault, type Vault } from './vault/vault.ts';

export interface LiveSecrets extends Secrets, Part {
  /** With what files and Vault gave at first; without the files' names. */
  readonly environment: Environment;
  /** Whether anything can change while the process runs. */
  readonly isLive: boolean;
  /** Reads all again. Never rejects: what cannot be read stays as it was, and the log says so. */
  reload(): Promise<void>;
}

/** What is read once: other processes, or a setting beside it, would have to change at the same moment. */
const KEPT: readonly SecretName[] = ['API_KEY_SECRET', 'BACKUP_S3_SECRET_ACCESS_KEY'];

/** Rejects with BAD_INPUT, saying every setting that is wrong, and with UNAVAILABLE where Vault does not give its part. */
export async function openSecrets(
  environment: Environment,
  options: { readonly log?: Log } = {},
): Promise<LiveSecrets> {
  const files = await readSecretFiles(environment);
  requireFiles(files);
  const first = withValues(environment, files.values);
  const config = readConfig(first);
  const log = options.log ?? createLog({ level: config.LOG_LEVEL });
  for (const warning of files.warnings) log.warn(warning);
  const values = new Map(SECRET_NAMES.map((name) => [name, first[`TRELLIS_${name}`] || undefined]));
  const vault = openVault(config, values, log);
  const fields = await readVault(vault, first);
  for (const [name, value] of fields) values.set(settingIn(name), value);

  const live = createLive({ environment, values, vault, config, log });
  return {
    ...live,
    name: 'secrets',
    environment: withValues(first, fields),
    isLive: files.values.size > 0 || vault !== null,
    current: (name) => values.get(name),
    keyWrapper: vault?.keyWrapper ?? null,
    probes: vault === null ? [] : [vault],
  };
}

/** A configuration with all its secrets, as they are at this moment: for what is over soon. */
export async function readWholeConfig(environment: Environment): Promise<Config> {
  const secrets = await openSecrets(environment);
  await secrets.close();
  return readConfig(secrets.environment);
}

type Values = Map<SecretName, string | undefined>;

interface LiveOptions {
  readonly environment: Environment;
  readonly values: Values;
  readonly vault: Vault | null;
  readonly config: Config;
  readonly log: Log;
}

function createLive({ environment, values, vault, config, log }: LiveOptions) {
  let timer: NodeJS.Timeout | null = null;
  let reading: Promise<void> = Promise.resolve();
  let said = '';
  /** A trouble that lasts is told once. */
  const tell = (troubles: readonly string[]): void => {
    const text = troubles.join(' ');
    if (text !== '' && text !== said) log.warn(`Secrets stay as they were: ${text}`);
    said = text;
  };
  const read = async (): Promise<void> => {
    const files = await readSecretFiles(environment);
    const troubles = files.errors.map(({ field, message }) => `${field} ${message}.`);
    troubles.push(...take(files.values));
    try {
      if (vault !== null) troubles.push(...take(await vaultFields(vault)));
    } catch (error) {
      troubles.push(error instanceof Error ? error.message : String(error));
    }
    tell(troubles);
  };
  /** Gives what is not taken, in words. */
  const take = (found: ReadonlyMap<string, string>): readonly string[] => {
    const left: string[] = [];
    for (const name of SECRET_NAMES) {
      const value = found.get(`TRELLIS_${name}`);
      const before = values.get(name);
      if (value === undefined || value === before) continue;
      if (!isSettingValid(name, value)) {
        left.push(`TRELLIS_${name} has changed to what it cannot be.`);
        continue;
      }
      if (isForAStart(name, before, value)) {
        left.push(`TRELLIS_${name} has changed, which takes a restart.`);
        continue;
      }
      values.set(name, value);
      log.info(`TRELLIS_${name} has changed and is used from now on.`);
    }
    return left;
  };
  const reload = (): Promise<void> => {
    reading = reading.then(read);
    return reading;
  };
  return {
    reload,
    start: async () => {
      if (config.SECRETS_POLL_MS > 0)
        timer ??= setInterval(() => void reload(), config.SECRETS_POLL_MS).unref();
    },
    close: async () => {
      if (timer !== null) clearInterval(timer);
      await reading;
      await vault?.close();
    },
  };
}

/** Redis under another address would be another Redis. */
function isForAStart(name: SecretName, before: string | undefined, value: string): boolean {
  if (name !== 'REDIS_URL') return KEPT.includes(name);
  return before === undefined || withoutCredentials(before) !== withoutCredentials(value);
}

function withoutCredentials(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

function openVault(config: Config, values: Values, log: Log): Vault | null {
  if (config.VAULT_URL === undefined) return null;
  if (config.VAULT_URL.startsWith('http:'))
    log.warn('TRELLIS_VAULT_URL is not https: whoever is on the way to Vault can read every secret.');
  return createVault({
    url: config.VAULT_URL,
    settings: config,
    credential: (name) => values.get(name),
    log,
  });
}

/** What there is before anything else runs: a name that means nothing, or is given twice, stops the start. */
async function readVault(
  vault: Vault | null,
  environment: Environment,
): Promise<ReadonlyMap<string, string>> {
  if (vault === null) return new Map();
  const fields = await vaultFields(vault).catch(async (error: unknown) => {
    await vault.close();
    throw error;
  });
  const errors = [...fields.keys()].flatMap((field) => wrongField(field, environment));
  if (errors.length === 0) return fields;
  await vault.close();
  throw new Problem('BAD_INPUT', 'The secrets in Vault are not valid.', { errors });
}

/** Other fields are for others. */
async function vaultFields(vault: Vault): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await vault.fields())].filter(([name]) => name.startsWith('TRELLIS_')));
}

function wrongField(field: string, environment: Environment): readonly FieldError[] {
  const name = SECRET_NAMES.find((one) => field === `TRELLIS_${one}`);
  if (name === undefined || name.startsWith('VAULT_'))
    return [{ field, message: 'is in Vault and is no secret setting that could come from there' }];
  return environment[field] ? [{ field, message: 'is given twice: in Vault and outside it. Keep one' }] : [];
}

function settingIn(field: string): SecretName {
  return field.slice('TRELLIS_'.length) as SecretName;
}

function withValues(environment: Environment, values: ReadonlyMap<string, string>): Environment {
  const read = [...values.keys()].map((name) => `${name}_FILE`);
  const rest = Object.entries(environment).filter(([name]) => !read.includes(name));
  return { ...Object.fromEntries(rest), ...Object.fromEntries(values) };
}
