/** `trellis key …`: API keys of a running server, from the command line. */

import type { Client } from './client.ts';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly start: string;
  readonly scopes: readonly string[];
  readonly collections: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly previousUntil: string | null;
}

interface ShownKey {
  readonly key: Key;
  readonly secret: string;
}

const KEY = 'id name state start scopes collections expiresAt lastUsedAt previousUntil';

export interface CreateKeyOptions {
  readonly name: string;
  readonly scope: readonly string[];
  readonly collection?: readonly string[];
  readonly days?: number;
  readonly test: boolean;
  readonly requestsPerMinute?: number;
  readonly costPerMinute?: number;
  readonly json: boolean;
}

const DAY_MS = 86_400_000;

/** The text to print: the secret is in it, once and never again. */
export async function createKey(client: Client, options: CreateKeyOptions): Promise<string> {
  const { name, scope, collection, days, requestsPerMinute, costPerMinute } = options;
  const input = {
    name,
    kind: options.test ? 'TEST' : 'LIVE',
    scopes: scope,
    collections: collection ?? null,
    expiresAt: days === undefined ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
    limits: { requestsPerMinute: requestsPerMinute ?? null, costPerMinute: costPerMinute ?? null },
  };
  const { createApiKey } = await client.run<{ readonly createApiKey: ShownKey }>(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { ${KEY} } } }`,
    { input },
  );
  return show(createApiKey, options.json);
}

export async function rotateKey(
  client: Client,
  id: string,
  options: { readonly graceSeconds: number; readonly json: boolean },
): Promise<string> {
  const { rotateApiKey } = await client.run<{ readonly rotateApiKey: ShownKey }>(
    `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { secret key { ${KEY} } } }`,
    { input: { id, graceSeconds: options.graceSeconds } },
  );
  return show(rotateApiKey, options.json);
}

export async function revokeKey(
  client: Client,
  id: string,
  options: { readonly json: boolean },
): Promise<string> {
  const { revokeApiKey } = await client.run<{ readonly revokeApiKey: { readonly key: Key } }>(
    `mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { key { ${KEY} } } }`,
    { id },
  );
  const { key } = revokeApiKey;
  return options.json ? JSON.stringify(key, null, 2) : `${key.id} (${key.name}) is revoked.`;
}

/** All of them, page by page. */
export async function listKeys(client: Client, options: { readonly json: boolean }): Promise<string> {
  const keys: Key[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { apiKeys }: KeysPage = await client.run<KeysPage>(
      `query ($after: String) { apiKeys(first: 100, after: $after) { nodes { ${KEY} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    keys.push(...apiKeys.nodes);
    after = apiKeys.pageInfo.endCursor;
    more = apiKeys.pageInfo.hasNextPage;
  }
  if (options.json) return JSON.stringify(keys, null, 2);
  return keys.length === 0 ? 'There are no API keys.' : keys.map(describeKey).join('\n');
}

interface KeysPage {
  readonly apiKeys: {
    readonly nodes: readonly Key[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** What a script captures with `$(…)` is the secret alone; what a person should know stands beside it on stderr. */
function show({ key, secret }: ShownKey, json: boolean): string {
  if (json) return JSON.stringify({ ...key, secret }, null, 2);
  process.stderr.write(`${describeKey(key)}\nThis is its secret. It is not shown again:\n`);
  return secret;
}

function describeKey({
  id,
  name,
  state,
  scopes,
  collections,
  expiresAt,
  lastUsedAt,
  previousUntil,
}: Key): string {
  const isGrace = previousUntil !== null && previousUntil > new Date().toISOString();
  return [
    `${id}  ${state.padEnd(8)} ${name}`,
    scopes.join(' '),
    collections === null ? 'every collection' : `only ${collections.join(', ')}`,
    expiresAt === null ? 'for ever' : `until ${expiresAt}`,
    ...(isGrace ? [`former secret until ${previousUntil}`] : []),
    lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`,
  ].join(' · ');
}
